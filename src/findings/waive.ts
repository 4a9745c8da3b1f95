import type { Configuration, ConfiguredWaiver, GlobBase } from "../config/configuration.ts";
import type { GlobCompiler } from "../config/glob-compiler.ts";
import { globPath, loadGlobs } from "../config/globs.ts";
import type { Document, WaiverComment } from "../documents/document.ts";
import { isSkipped } from "../facts/facts.ts";
import type { Language } from "../messages/language.ts";
import type { Notification } from "../messages/notification.ts";
import type { RuleMetadata } from "../rules/metadata.ts";
import type { Finding, Waiver } from "./finding.ts";
import { lastBefore } from "./last-before.ts";
import { checkWaiver, type WaiverTerms, type WrittenWaiver, waiverNotification } from "./waiver-check.ts";
import { type PreparedWaiver, prepareWaiver } from "./waiver-configured.ts";
import { LineWaivers } from "./waiver-lines.ts";
import { type JudgedObject, ObjectWaivers } from "./waiver-objects.ts";
import { waiverWords } from "./waiver-words.ts";

export interface WaiverOptions {
  /** Every rule that there is, on or off. */
  readonly rules: ReadonlySet<string>;
  /** Rules that judged nothing in this run, though they are on. */
  readonly skipped?: ReadonlySet<string>;
  /** `2026-11-24`, UTC. */
  readonly today: string;
  /** The namespace of objects that name none. */
  readonly namespace: string;
  readonly language: Language;
  /** As the webhook judges: it sees objects, neither comments nor files, and takes only annotations that it is told to take. */
  readonly asAdmission?: boolean;
}

/** What waivers may name, and what no waiver is missed by: the part of the options that the rules decide. */
export function waivableRules(
  rules: readonly RuleMetadata[],
  configuration: Configuration,
): Required<Pick<WaiverOptions, "rules" | "skipped">> {
  return {
    rules: new Set(rules.map((rule) => rule.id)),
    skipped: new Set(rules.filter((rule) => isSkipped(rule, configuration)).map((rule) => rule.id)),
  };
}

/** A file that was judged. Lines of comments, objects and findings are those of the text that was read. */
export interface JudgedFile {
  /** As reports show it. */
  readonly file: string;
  readonly comments: readonly WaiverComment[];
  readonly objects: readonly JudgedObject[];
}

/** Which of the configuration's waivers waived something, and of which the target was judged: places in its list. */
export interface WaiverUsage {
  readonly used: readonly number[];
  readonly judged: readonly number[];
}

/** What the waivers made of a file's findings. */
export interface Waived extends WaiverUsage {
  /** In the order in which they came; those that are waived are marked so. */
  readonly findings: readonly Finding[];
  /** What is wrong with the waivers of this file. */
  readonly notifications: readonly Notification[];
}

type WaiverConfiguration = Pick<Configuration, "waivers" | "globBase" | "admission">;

/** Tries the waivers of a run on the findings of one file. */
export type Waive = (findings: readonly Finding[], file: JudgedFile) => Waived;

/** Prepares the waivers of a run. Expired waivers of the configuration do not work. */
export async function prepareWaivers(configuration: WaiverConfiguration, options: WaiverOptions): Promise<Waive> {
  const compile = configuration.waivers.length === 0 ? noGlobs : await loadGlobs();
  return waiversOf(configuration, options, compile);
}

const noGlobs: GlobCompiler = () => () => false;

/** The same, where the globs are at hand. */
export function waiversOf(configuration: WaiverConfiguration, options: WaiverOptions, compile: GlobCompiler): Waive {
  const { today, asAdmission = false } = options;
  const terms: WaiverTerms = { rules: options.rules, today, words: waiverWords[options.language] };
  const prepared = [...configuration.waivers.entries()]
    .filter(([, waiver]) => !hasExpired(waiver, today) && !(asAdmission && waiver.files !== undefined))
    .map(([index, waiver]) => prepareWaiver(waiver, index, compile, options.namespace));
  return (findings, file) => {
    const notifications: Notification[] = [];
    const refuse = (written: WrittenWaiver): void => {
      const message = terms.words.notAllowed(written.rule);
      notifications.push(waiverNotification("note", "waiver-not-allowed", message, file.file, written.place()));
    };
    const check = (written: WrittenWaiver): Waiver | null => {
      const { waiver, notification } = checkWaiver(written, file.file, terms);
      if (notification !== undefined) notifications.push(notification);
      return waiver;
    };
    const { annotationWaivers } = configuration.admission;
    const objects = new ObjectWaivers(
      file.objects,
      asAdmission ? (written) => checkAllowed(written, annotationWaivers, check, refuse) : check,
    );
    const lines = new LineWaivers(asAdmission ? [] : file.comments, check);
    const configured = configuredOf(prepared, file, configuration.globBase);
    if (objects.all.length + lines.all.length + configured.length === 0) {
      return { findings, notifications, used: [], judged: [] };
    }
    const used = new Set<number>();
    const waived = findings.map((finding) => {
      if (finding.outcome !== "violation" && finding.outcome !== "not-judged") return finding;
      // Every source is asked, so that no waiver that matches is called unused.
      const found = [objects.take(finding), lines.take(finding), takeConfigured(configured, finding, used)];
      const waiver = found.find((each) => each !== null);
      return waiver === undefined ? finding : ({ ...finding, outcome: "waived", waiver } satisfies Finding);
    });
    for (const each of unused(objects, lines, file, options)) notifications.push(each);
    return { findings: waived, notifications, used: [...used], judged: judgedOf(configured, file, options) };
  };
}

/**
 * What there is to say of the configuration's waivers at the end of a run: those that expired, and those that waived
 * nothing though their target was judged.
 * @param usage of all files together.
 */
export function configuredWaiverNotifications(
  waivers: readonly ConfiguredWaiver[],
  usage: { readonly used: ReadonlySet<number>; readonly judged: ReadonlySet<number> },
  { today, language }: Pick<WaiverOptions, "today" | "language">,
): Notification[] {
  const words = waiverWords[language];
  return waivers.flatMap((waiver, index): Notification[] => {
    const { rule, reason, place } = waiver;
    if (waiver.expires !== undefined && waiver.expires < today) {
      const message = words.expired(rule, waiver.expires, reason);
      return [waiverNotification("warning", "expired-waiver", message, place.file, place)];
    }
    if (usage.used.has(index) || !usage.judged.has(index)) return [];
    return [waiverNotification("warning", "unused-waiver", words.unused(rule, reason), place.file, place)];
  });
}

/** The cluster decides which annotations of an object it takes for waivers: whoever writes the object writes them. */
function checkAllowed(
  written: WrittenWaiver,
  { allow, rules }: Configuration["admission"]["annotationWaivers"],
  check: (written: WrittenWaiver) => Waiver | null,
  refuse: (written: WrittenWaiver) => void,
): Waiver | null {
  if (allow && (rules.length === 0 || rules.includes(written.rule))) return check(written);
  refuse(written);
  return null;
}

function hasExpired({ expires }: ConfiguredWaiver, today: string): boolean {
  return expires !== undefined && expires < today;
}

/** A rule that is on for the object and was not skipped has judged it. */
function isJudged(rule: string, object: JudgedObject, { skipped }: WaiverOptions): boolean {
  const setting = Object.hasOwn(object.rules, rule) ? object.rules[rule] : undefined;
  return setting !== undefined && setting.level !== "off" && skipped?.has(rule) !== true;
}

/** The waivers of the configuration that are not for other files. */
function configuredOf(
  prepared: readonly PreparedWaiver[],
  { file }: JudgedFile,
  base: GlobBase,
): readonly PreparedWaiver[] {
  if (prepared.length === 0) return prepared;
  const path = globPath(file, base);
  return prepared.filter((each) => each.file === null || each.file(path));
}

/** The waivers whose target is in the file and was judged by their rule. */
function judgedOf(waivers: readonly PreparedWaiver[], { objects }: JudgedFile, options: WaiverOptions): number[] {
  const judged = ({ waiver, file, resource, container }: PreparedWaiver): boolean =>
    objects.some((object) => {
      if (!isJudged(waiver.rule, object, options)) return false;
      if (resource !== null && !resource(object.resource.identity)) return false;
      return file !== null || resource !== null || container === null || [...object.containers()].some(container);
    });
  return waivers.filter(judged).map(({ index }) => index);
}

function takeConfigured(waivers: readonly PreparedWaiver[], finding: Finding, used: Set<number>): Waiver | null {
  let first: Waiver | null = null;
  for (const { index, waiver, resource, container } of waivers) {
    if (waiver.rule !== finding.rule) continue;
    if (resource !== null && !resource(finding.resource)) continue;
    if (container !== null && (finding.container === null || !container(finding.container.name))) continue;
    used.add(index);
    const { reason, expires } = waiver;
    first ??= { source: "configuration", reason, ...(expires === undefined ? {} : { expires }) };
  }
  return first;
}

/** A word about each waiver of the file that was of no use, though its object was judged by the rule. */
function* unused(
  objects: ObjectWaivers,
  lines: LineWaivers,
  file: JudgedFile,
  options: WaiverOptions,
): Generator<Notification> {
  const words = waiverWords[options.language];
  const idle = (rule: string, { reason }: Waiver, place: { line: number; column: number }): Notification =>
    waiverNotification("warning", "unused-waiver", words.unused(rule, reason), file.file, place);
  for (const { object, written, waiver, used } of objects.all) {
    if (!used && isJudged(written.rule, object, options)) yield idle(written.rule, waiver, written.place());
  }
  const byDocument = lines.all.length === 0 ? [] : byDocumentOf(file.objects);
  for (const { comment, waiver, used } of lines.all) {
    if (used || !objectsAt(comment.target, byDocument).some((each) => isJudged(comment.rule, each, options))) continue;
    yield idle(comment.rule, waiver, comment);
  }
}

/** The objects of the document that holds a line. Objects come in the order of their documents. */
function objectsAt(line: number, byDocument: readonly DocumentObjects[]): readonly JudgedObject[] {
  return lastBefore(byDocument, line, ({ document }) => document.line)?.objects ?? [];
}

interface DocumentObjects {
  readonly document: Document;
  readonly objects: JudgedObject[];
}

function byDocumentOf(objects: readonly JudgedObject[]): readonly DocumentObjects[] {
  const found: DocumentObjects[] = [];
  for (const object of objects) {
    const { document } = object.resource;
    const last = found.at(-1);
    if (last?.document === document) last.objects.push(object);
    else found.push({ document, objects: [object] });
  }
  return found;
}
