import type { ParsedFile } from "../documents/document.ts";
import { parseFile } from "../documents/parse-file.ts";
import type { Questions, Told } from "../facts/terms/fact.ts";
import type { Finding } from "../findings/finding.ts";
import { OF_PATH, OF_TEXT, pass, Renderings } from "../findings/passes.ts";
import { sourceRegion } from "../findings/source-region.ts";
import { prepareWaivers, type Waive, type Waived, waivableRules } from "../findings/waive.ts";
import type { JudgedObject } from "../findings/waiver-objects.ts";
import { type JudgeContext, relationOptions } from "../judging/context.ts";
import { failureNotification } from "../judging/failure.ts";
import { ObjectJudge } from "../judging/object-judge.ts";
import type { Subjected } from "../judging/subject.ts";
import type { Language } from "../messages/language.ts";
import type { Notification } from "../messages/notification.ts";
import { endsOf, entriesOf } from "../relations/entries.ts";
import { askingRoles, relationNames, rolesFor } from "../relations/needs.ts";
import { podQuery } from "../relations/pod-query.ts";
import { ResourceSet } from "../relations/resource-set.ts";
import type { End, RelationEntry } from "../relations/terms/relation.ts";
import { type TextHint, textHint } from "../relations/text-hints.ts";
import type { Resource } from "../resources/resource.ts";
import { resourcesOf } from "../resources/unpack.ts";
import type { SourceFile } from "../sources/terms/source-file.ts";
import { countFinding, countWorkload, type FileResult, noCounts } from "./file-result.ts";

/** A file, what its text holds, and the objects in it. */
export interface ReadFile {
  readonly file: SourceFile;
  readonly parsed: ParsedFile;
  readonly objects: readonly Subjected[];
  /** Of the text, in bytes or characters. */
  readonly size: number;
  /** How many of the documents are no Kubernetes objects. */
  readonly passedOver: number;
}

/** What a file adds to the relations of a run. */
export interface FileRelations {
  readonly entries: readonly RelationEntry[];
  readonly hasPods: boolean;
  /** Some of the entries ask what workloads there are. */
  readonly asksForPods: boolean;
  /** What is to be found out before the file is judged. */
  readonly questions: Questions;
}

/** Judges one file after another: from parsed documents to findings. Prepared once a thread. */
export class Judge {
  readonly #context: JudgeContext;
  readonly #objects: ObjectJudge;
  readonly #waive: Waive;
  readonly #baseline: ReadonlySet<string>;
  /** What is gathered before anything is judged: all but the workloads, which are many. */
  readonly #ends: readonly End[];
  readonly #mayRelate: TextHint;
  readonly #asking: ReadonlySet<string>;
  /** Somebody is to be asked about every object before it is judged. */
  readonly asks: boolean;

  private constructor(context: JudgeContext, objects: ObjectJudge, waive: Waive) {
    this.#context = context;
    this.#objects = objects;
    this.#waive = waive;
    this.#baseline = new Set(context.baseline);
    this.#ends = endsOf(rolesFor(objects.needs)).filter(({ kinds }) => !kinds.includes("workload"));
    this.#mayRelate = textHint(this.#ends);
    this.#asking = askingRoles(objects.needs);
    this.asks = objects.asks;
  }

  /** @throws ConfigurationError for a user's bundle that cannot be loaded. */
  static async prepare(context: JudgeContext): Promise<Judge> {
    const objects = await ObjectJudge.prepare(context);
    const { today, language, door, defaultNamespace: namespace } = context;
    const waive = await prepareWaivers(context.configuration, {
      ...waivableRules(objects.rules, context.configuration),
      today,
      namespace,
      language,
      asAdmission: door !== "check",
    });
    return new Judge(context, objects, waive);
  }

  get language(): Language {
    return this.#context.language;
  }

  /** Reads the objects of a file out of its text. `only`: just the documents whose text it says yes to. */
  read(file: SourceFile, content: Uint8Array | string, only?: (document: string) => boolean): ReadFile {
    const parsed = parseFile(content, file.format, this.#context.language, only);
    if (parsed.unreadable > 0 && isOfAnotherTool(file, content)) {
      return {
        file,
        parsed: { ...parsed, notifications: [], unreadable: 0 },
        objects: [],
        size: content.length,
        passedOver: 1,
      };
    }
    const objects: Subjected[] = [];
    let passedOver = 0;
    for (const document of parsed.documents) {
      const unpacked = resourcesOf(document);
      if (unpacked.passedOver) passedOver++;
      for (const resource of unpacked.resources) {
        objects.push(this.#objects.subject(resource));
      }
    }
    return { file, parsed, objects, size: content.length, passedOver };
  }

  /** Whether a text may hold something that the relations of this run are made of. Errs on the side of yes. */
  mayRelate(text: string): boolean {
    return this.#mayRelate(text);
  }

  /** What a file adds to the relations of the run. */
  relate({ file, objects }: ReadFile): FileRelations {
    const entries: RelationEntry[] = [];
    let hasPods = false;
    let asksForPods = false;
    for (const object of objects) {
      for (const entry of entriesOf(this.#ends, object, file)) {
        entries.push(placedEntry(entry, file));
        asksForPods ||= this.#asking.has(entry.role);
      }
      hasPods ||= (object.workload?.pods.length ?? 0) > 0;
    }
    return { entries, hasPods, asksForPods, questions: this.#objects.questions(objects) };
  }

  /** Tells the set of the pods of a file, so that it knows which policies select some. */
  askOfPods({ file, objects }: ReadFile, set: ResourceSet): void {
    for (const { resource, workload } of objects) {
      for (const pod of workload?.pods ?? []) set.network(podQuery(resource, pod, file.rendering));
    }
  }

  /** A set of entries, for what the rules of this run ask. */
  setOf(entries: readonly RelationEntry[]): ResourceSet {
    return new ResourceSet(entries, relationOptions(this.#context), relationNames(this.#objects.needs));
  }

  /** Tells the set of the workloads of a file, where it has questions about them. */
  learn({ file, objects }: ReadFile, set: ResourceSet): void {
    for (const object of objects) if (object.workload !== null) set.learn(object, file);
  }

  /** Judges all files of one path. What its policies select must be known to the set. */
  judge(files: readonly ReadFile[], unread: readonly Notification[], set: ResourceSet, told?: Told): FileResult {
    const namespace = this.#context.defaultNamespace;
    const counts = noCounts();
    counts.files = files.length + unread.length > 0 ? 1 : 0;
    counts.unreadable = unread.length;
    const notifications: Notification[] = [...unread];
    const waivers: { used: number[]; judged: number[] } = { used: [], judged: [] };
    const found: Finding[] = [];
    const renderings = files.length > 1 ? new Renderings() : undefined;
    for (const { file, parsed, objects, passedOver } of files) {
      counts.documents += parsed.documents.length;
      counts.unreadable += parsed.unreadable;
      for (const each of parsed.notifications) notifications.push(placed(each, file));
      const own: Finding[] = [];
      const judged: JudgedObject[] = [];
      counts.passedOver += passedOver;
      for (const object of objects) {
        countWorkload(counts, object);
        const verdict = this.#objects.judge(object, { file, namespace, set, told });
        own.push(...verdict.findings);
        judged.push(verdict.judged);
        for (const error of verdict.failures) notifications.push(this.#failed(object.resource, error, file));
      }
      const onWaived = (waived: Waived): void => {
        for (const each of waived.notifications) notifications.push(placed(each, file));
        waivers.used.push(...waived.used);
        waivers.judged.push(...waived.judged);
      };
      const ofText = { judged: { file: file.path, comments: parsed.comments, objects: judged }, source: file };
      // One file may hold more findings than a call takes arguments.
      for (const each of pass(own, OF_TEXT, { ...ofText, waive: this.#waive, onWaived, renderings })) found.push(each);
    }
    const findings = pass(found, OF_PATH, { baseline: this.#baseline });
    for (const finding of findings) countFinding(counts, finding);
    return {
      findings,
      notifications: files.length > 1 ? shared(notifications, files.length) : notifications,
      counts,
      waivers,
    };
  }

  #failed({ identity, document, at }: Resource, error: Error, file: SourceFile): Notification {
    const { line, column } = document.locate(at, at).region;
    const object = `${identity.kind} ${identity.name ?? ""}`;
    const notification = failureNotification(object, error, this.#context.language);
    return placed({ ...notification, line, column }, file);
  }
}

/** What several renderings of a file say alike is said once; a waiver is of no use only if it is in none of them. */
function shared(notifications: readonly Notification[], files: number): readonly Notification[] {
  const counts = new Map<string, { notification: Notification; count: number }>();
  for (const notification of notifications) {
    const key = JSON.stringify(notification);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { notification, count: 1 });
    else known.count++;
  }
  return [...counts.values()]
    .filter(({ notification, count }) => notification.code !== "unused-waiver" || count >= files)
    .map(({ notification }) => notification);
}

/** JSON that was found by walking, is not quite JSON, and does not look like an object: somebody's settings or data. */
function isOfAnotherTool({ format, named }: SourceFile, content: Uint8Array | string): boolean {
  if (format !== "json" || named === true) return false;
  const text = typeof content === "string" ? content : Buffer.from(content).toString("latin1");
  return !text.includes("apiVersion");
}

/** An entry whose place is where people see the file. */
function placedEntry(entry: RelationEntry, { lines }: SourceFile): RelationEntry {
  if (lines === undefined || entry.line === 0) return entry;
  const { line, column } = entry;
  const region = sourceRegion({ line, column, endLine: line, endColumn: column }, lines);
  return { ...entry, line: region.line, column: region.column };
}

/** A notification about a file's text, where people see the file. */
function placed(notification: Notification, file: SourceFile): Notification {
  const { line, column } = notification;
  if (line === undefined || file.lines === undefined) return { ...notification, file: file.path };
  const region = sourceRegion({ line, column: column ?? 1, endLine: line, endColumn: column ?? 1 }, file.lines);
  return { ...notification, file: file.path, line: region.line, column: region.column };
}
