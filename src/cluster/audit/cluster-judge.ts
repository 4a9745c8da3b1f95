import { answersTo } from "../../facts/questions.ts";
import { withDropped } from "../../facts/schema/applied.ts";
import type { Told } from "../../facts/terms/fact.ts";
import type { FactSources } from "../../facts/terms/source.ts";
import type { Finding } from "../../findings/finding.ts";
import { OF_PATH, OF_TEXT, pass } from "../../findings/passes.ts";
import { prepareWaivers, type Waive, type Waived, type WaiverUsage, waivableRules } from "../../findings/waive.ts";
import type { JsonObject } from "../../json/value.ts";
import type { JudgeContext } from "../../judging/context.ts";
import { failureNotification } from "../../judging/failure.ts";
import { type JudgedKinds, judgedKinds } from "../../judging/judged-kinds.ts";
import { ObjectJudge } from "../../judging/object-judge.ts";
import type { Subjected } from "../../judging/subject.ts";
import type { Language } from "../../messages/language.ts";
import type { Notification } from "../../messages/notification.ts";
import type { ResourceSet } from "../../relations/resource-set.ts";
import { resourceOf } from "../../resources/unpack.ts";
import type { SourceFile } from "../../sources/terms/source-file.ts";
import { type ObjectKey, shownName, withoutNoise } from "./audited-object.ts";
import { ObjectDocument } from "./object-document.ts";

/** What judging one object of the cluster gave. */
export interface AuditedObject {
  /** How reports call it. */
  readonly path: string;
  /** In their final order. */
  readonly findings: readonly Finding[];
  readonly notifications: readonly Notification[];
  readonly waivers: WaiverUsage;
  readonly subject: Subjected;
  /** All rules could be asked: the findings are the whole verdict. */
  readonly complete: boolean;
  /** The text in which the findings lie; absent where there is nothing to show. */
  readonly text: string | undefined;
}

/** Judges objects as the API server has them, as the webhook would. */
export class ClusterJudge {
  /** Whose objects it is asked about. */
  readonly kinds: JudgedKinds;
  readonly #objects: ObjectJudge;
  readonly #categories: ReadonlyMap<string, string>;
  readonly #waive: Waive;
  readonly #language: Language;
  readonly #sources: FactSources;
  #told: Told = {};

  private constructor(
    kinds: JudgedKinds,
    objects: ObjectJudge,
    waive: Waive,
    language: Language,
    sources: FactSources,
  ) {
    this.kinds = kinds;
    this.#objects = objects;
    this.#categories = new Map(objects.rules.map(({ id, category }) => [id, category]));
    this.#waive = waive;
    this.#language = language;
    this.#sources = sources;
  }

  /**
   * @param sources who is asked about objects before they are judged
   * @throws ConfigurationError for a user's bundle that cannot be loaded.
   */
  static async prepare(context: JudgeContext, sources: FactSources): Promise<ClusterJudge> {
    const { configuration, today, language } = context;
    const objects = await ObjectJudge.prepare(context);
    const options = {
      ...waivableRules(objects.rules, configuration),
      today,
      language,
      namespace: "",
      asAdmission: true,
    };
    const kinds = judgedKinds(objects.rules, configuration);
    return new ClusterJudge(kinds, objects, await prepareWaivers(configuration, options), language, sources);
  }

  /** The category of a rule; undefined where there is no such rule. */
  readonly categoryOf = (rule: string): string | undefined => this.#categories.get(rule);

  /** What the rules need that are on. */
  get needs(): ReadonlySet<string> {
    return this.#objects.needs;
  }

  /** Finds out what is to be known of objects that are judged next. */
  async learn(objects: readonly JsonObject[], kind: ObjectKey["kind"], signal: AbortSignal | undefined): Promise<void> {
    if (!this.#objects.asks) return;
    const subjects = objects.map((object) => {
      const document = new ObjectDocument(withoutNoise(object, kind));
      return this.#objects.subject(resourceOf(document, document.value, []));
    });
    this.#told = await answersTo(this.#objects.questions(subjects), this.#sources, { signal });
  }

  /**
   * The object must have been among those that were learnt about.
   * @param set the relations that hold for the object's namespace
   */
  judge(object: JsonObject, key: ObjectKey, set: ResourceSet): AuditedObject {
    const path = shownName(key);
    const { apiVersion, kind } = key.kind;
    // Items of a list do not say what they are.
    const written = this.needs.has("schema") ? withDropped({ ...object, apiVersion, kind }) : object;
    const document = new ObjectDocument(withoutNoise(written, key.kind));
    const file: SourceFile = { path, format: "yaml", content: { text: "" }, judged: true, rendering: "" };
    const subject = this.#objects.subject(resourceOf(document, document.value, []));
    const { findings, failures, judged } = this.#objects.judge(subject, { file, namespace: "", set, told: this.#told });
    let waived: Pick<Waived, "notifications" | "used" | "judged"> = { notifications: [], used: [], judged: [] };
    const ofText = pass(findings, OF_TEXT, {
      judged: { file: path, comments: [], objects: [judged] },
      waive: this.#waive,
      onWaived: (result) => {
        waived = result;
      },
    });
    return {
      path,
      findings: pass(ofText, OF_PATH, { baseline: nothingKnown }),
      notifications: [
        ...failures.map((error) => ({ ...failureNotification(path, error, this.#language), file: path })),
        ...waived.notifications.map((each) => ({ ...each, file: path })),
      ],
      waivers: waived,
      subject,
      complete: failures.length === 0,
      text: document.text,
    };
  }
}

/** An audit has no baseline: its reports are compared by whoever keeps them. */
const nothingKnown: ReadonlySet<string> = new Set();
