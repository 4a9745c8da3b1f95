import { isOverBudget, withBudget } from "../budget/budget.ts";
import type { AdmissionMode } from "../config/admission.ts";
import { utcDay } from "../config/calendar-date.ts";
import type { Configuration } from "../config/configuration.ts";
import type { GlobCompiler } from "../config/glob-compiler.ts";
import { loadGlobs } from "../config/globs.ts";
import { valueDocument } from "../documents/value-document.ts";
import { withDropped } from "../facts/schema/applied.ts";
import { imagesOf, signaturesIn } from "../facts/signatures/fact.ts";
import type { Questions, Told } from "../facts/terms/fact.ts";
import type { Finding } from "../findings/finding.ts";
import { OF_TEXT, pass } from "../findings/passes.ts";
import { type Waive, type Waived, waivableRules, waiversOf } from "../findings/waive.ts";
import { objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { failureReason } from "../judging/failure.ts";
import { ObjectJudge, type ObjectVerdict, objectSteps } from "../judging/object-judge.ts";
import type { Subjected } from "../judging/subject.ts";
import { inEach, type Language, type Words } from "../messages/language.ts";
import type { Notification } from "../messages/notification.ts";
import type { ResourceSet } from "../relations/resource-set.ts";
import { resourceOf } from "../resources/unpack.ts";
import type { RuleMetadata } from "../rules/metadata.ts";
import type { SourceFile } from "../sources/terms/source-file.ts";
import type { AdmissionRequest } from "./admission-review.ts";
import { verifiedImages } from "./annotations.ts";
import { answerExempt, answerFailed, answerOf, answerUnjudged } from "./answer.ts";
import { isUnchanged } from "./change.ts";
import { type Exemption, exemption, exemptionByRecord } from "./exempt.ts";
import { because } from "./failure-words.ts";
import { type GraceOf, type GracePeriod, Inherited, prepareGrace } from "./grace.ts";
import { type ModeOf, prepareModes } from "./mode.ts";
import { type Owner, ownedObject, ownerOf } from "./owner.ts";
import type { LiveOwner, OwnedObject } from "./owner-chain.ts";
import type { ReviewFacts } from "./review-facts.ts";
import type { Reviewed } from "./reviewed.ts";
import { type Trust, trustOf } from "./trust.ts";
import { ageOf, type InheritedFindings, type Verdict, verdictOf } from "./verdict.ts";

/** What became of an object's findings, and by what. */
interface Judged extends Verdict {
  readonly notes: readonly Notification[];
  readonly owner: Owner | null;
  /** Null: none holds for the object. */
  readonly grace: GracePeriod | null;
}

/** What the webhook judges by. */
export interface ReviewerOptions {
  readonly configuration: Configuration;
  readonly language: Language;
  /** Paths of the user's own bundles. */
  readonly bundles: readonly string[];
  /** `1.34` */
  readonly kubernetesVersion: string | null;
}

/** An object of a request is in no file. */
const noFile: SourceFile = { path: "", format: "json", content: { text: "" }, judged: true, rendering: "" };

/** Subresources whose object is the whole Pod, changed. All others change nothing that rules look at, or are no workload. */
const judgedSubResources: ReadonlySet<string | null> = new Set([null, "ephemeralcontainers", "resize"]);

/**
 * Judges what the API server asks about. Pure, given the facts and the time: the same request has the same answer, and
 * leaves nothing behind.
 */
export class Reviewer {
  readonly rules: ReadonlyMap<string, RuleMetadata>;
  readonly configuration: Configuration;
  readonly language: Language;
  readonly judge: ObjectJudge;
  /** Who is believed to be the controller of what. */
  readonly trust: Trust;
  readonly #modeOf: ModeOf;
  readonly #graceOf: GraceOf;
  readonly #compile: GlobCompiler;
  readonly #steps: number;
  /** Its images are looked at before an object is judged, and both need the workload. */
  readonly #subjects: WeakMap<JsonObject, Subjected> = new WeakMap();
  /** Waivers end with a day, so they are prepared for one. */
  #waive: { readonly day: string; readonly waive: Waive } | undefined;

  private constructor(
    { configuration, language }: ReviewerOptions,
    judge: ObjectJudge,
    modeOf: ModeOf,
    graceOf: GraceOf,
    compile: GlobCompiler,
    steps: number,
  ) {
    this.configuration = configuration;
    this.language = language;
    this.judge = judge;
    this.rules = new Map(judge.rules.map((rule) => [rule.id, rule]));
    this.#modeOf = modeOf;
    this.#graceOf = graceOf;
    this.#compile = compile;
    this.trust = trustOf(configuration.admission.operators);
    this.#steps = steps;
  }

  /**
   * @param steps that a review may take
   * @throws ConfigurationError for a user's bundle that cannot be loaded.
   */
  static async prepare(options: ReviewerOptions, steps: number = objectSteps): Promise<Reviewer> {
    const judge = await ObjectJudge.prepare({ ...options, door: "admission" });
    const { admission } = options.configuration;
    return new Reviewer(options, judge, prepareModes(admission), prepareGrace(admission), await loadGlobs(), steps);
  }

  /** What is to be found out before a request is reviewed. Never throws. */
  questions(request: AdmissionRequest): Questions {
    const { object, oldObject } = request;
    // Whoever is let in without a look does not wait for others either.
    if (!isJudged(request) || exemption(request, this.configuration.admission.exempt) !== null) return {};
    if (object !== null && oldObject !== null && isUnchanged(object, oldObject)) return {};
    const subjects = [object, oldObject].flatMap((object) => {
      try {
        return object === null ? [] : [this.subject(request, object)];
      } catch {
        // The review fails on it in the same way, and says so.
        return [];
      }
    });
    return this.judge.questions(subjects);
  }

  /** The object whose owners are to be looked up before a request is reviewed; null: there is nothing to look up. */
  owned(request: AdmissionRequest): OwnedObject | null {
    const { object, oldObject } = request;
    if (!isJudged(request) || exemption(request, this.configuration.admission.exempt) !== null) return null;
    if (object !== null && oldObject !== null && isUnchanged(object, oldObject)) return null;
    return ownedObject(request, this.trust);
  }

  /** What lets a request in unjudged: its user, or a record of its object or of what made it. Null: nothing does. */
  exemptionOf(request: AdmissionRequest, facts: ReviewFacts, now: Date): Exemption | null {
    const byUser = exemption(request, this.configuration.admission.exempt);
    return byUser ?? exemptionByRecord(request, facts, () => ownerOf(request, this.trust, facts.owners), now);
  }

  /** Answers a request. Never throws: what fails is answered as `admission.onError` says. */
  review(request: AdmissionRequest, facts: ReviewFacts, now: Date): Reviewed {
    try {
      return this.#bounded(() => this.#review(request, facts, now));
    } catch (error) {
      return this.#answerTo(error, request, facts, now);
    }
  }

  #answerTo(error: unknown, request: AdmissionRequest, facts: ReviewFacts, now: Date): Reviewed {
    if (!isOverBudget(error)) {
      const reason = inEach((language) => failureReason(error, language));
      return this.failed(request, facts, reason, now);
    }
    const reviewed = this.failed(
      request,
      facts,
      because((say) => say.overBudget(error.limit)),
      now,
    );
    return error.limit === null ? { ...reviewed, exhausted: true } : reviewed;
  }

  /**
   * The answer to a request that could not be judged: too slow, or something broke. Who is exempt is let in all the same,
   * for he is needed at just such a time, and so is what no rule is about. An operation that is not known may be any.
   */
  failed(request: AdmissionRequest, facts: ReviewFacts, reason: Words<string>, now: Date = new Date()): Reviewed {
    const mode = this.#mode(request, facts);
    const { onError } = this.configuration.admission;
    const letIn = request.operation === "" ? null : this.#letInUnjudged(request, mode, facts, now);
    return letIn ?? answerFailed(request, mode, onError, reason, this.language);
  }

  /** The mode of the namespace that a request is about. */
  mode(namespace: string | null, facts: ReviewFacts): AdmissionMode {
    return this.#modeOf(namespace, () => (namespace === null ? null : facts.namespaceLabels(namespace)));
  }

  /**
   * Judges an object by the rules of one category alone, and says what is denied, in any mode. Never throws.
   * @param category the folder of the rules: `images`
   */
  reviewFor(
    request: AdmissionRequest,
    facts: ReviewFacts,
    now: Date,
    category: string,
  ): { readonly denied: readonly Finding[]; readonly reviewed: Reviewed } {
    try {
      const mode = this.#mode(request, facts);
      const isAsked = (rule: RuleMetadata): boolean => rule.category === category;
      const verdict = this.#bounded(() => this.#verdict(request, request.object ?? {}, facts, now, isAsked));
      if ("open" in verdict) return { denied: [], reviewed: this.failed(request, facts, verdict.open, now) };
      return { denied: verdict.denied, reviewed: answerOf(request, mode, null, verdict, [], this.language) };
    } catch (error) {
      return { denied: [], reviewed: this.#answerTo(error, request, facts, now) };
    }
  }

  #review(request: AdmissionRequest, facts: ReviewFacts, now: Date): Reviewed {
    const mode = this.#mode(request, facts);
    const { operation, object, oldObject } = request;
    const letIn = this.#letInUnjudged(request, mode, facts, now);
    if (letIn !== null) return letIn;
    if (object === null)
      return this.failed(
        request,
        facts,
        because((say) => say.noObject(operation)),
        now,
      );
    if (oldObject !== null && isUnchanged(object, oldObject)) return answerUnjudged(request, mode, "unchanged");
    const verdict = this.#verdict(request, object, facts, now, () => true);
    if ("open" in verdict) return this.failed(request, facts, verdict.open, now);
    const name = request.name ?? nameOf(object);
    const reviewed = answerOf(
      { ...request, name },
      mode,
      verdict.owner,
      verdict,
      verdict.notes,
      this.language,
      verdict.grace,
    );
    const signatures = signaturesIn(facts.told);
    if (signatures !== null) {
      const verified = verifiedImages(imagesOf(this.subject(request, object).workload), signatures);
      if (verified !== "") reviewed.answer.response.auditAnnotations.verified = verified;
    }
    return reviewed;
  }

  /** The answer to a request whose object does not matter; null where it does. */
  #letInUnjudged(request: AdmissionRequest, mode: AdmissionMode, facts: ReviewFacts, now: Date): Reviewed | null {
    if (!isJudged(request)) return answerUnjudged(request, mode, "not-subject");
    const exempt = this.exemptionOf(request, facts, now);
    return exempt === null ? null : answerExempt(request, mode, exempt, this.language);
  }

  /**
   * What becomes of an object's findings; `open` where that hangs on what could not be found out: why.
   * @throws what the rules failed with, or OverBudgetError
   */
  #verdict(
    request: AdmissionRequest,
    object: JsonObject,
    facts: ReviewFacts,
    now: Date,
    asked: (rule: RuleMetadata) => boolean,
  ): Judged | { readonly open: Words<string> } {
    const { oldObject } = request;
    const set = facts.relations(request.namespace);
    const judged = this.#judge(request, object, set, facts.told);
    const waived = tried(judged, this.#waiveOn(utcDay(now)));
    const findings = waived.findings.filter(({ rule }) => {
      const metadata = this.rules.get(rule);
      return metadata !== undefined && asked(metadata);
    });
    const owner = ownerOf(request, this.trust, facts.owners);
    const grace = owner?.known === true && owner.asks ? this.#graceOf(request.namespace) : null;
    const owners = facts.owners?.owners ?? [];
    const verdict = verdictOf(findings, judged, {
      settings: this.configuration.admission,
      rules: this.rules,
      owner,
      before: oldObject === null ? null : () => this.#before(request, oldObject, set, facts.told),
      inherited: grace === null ? null : this.#inherited(owners, grace, facts, set, now),
      age: ageOf(object.metadata, now),
    });
    // An owner further up may be one from before, and that could not be told.
    const { state, why } = facts.owners ?? { state: "complete", why: null };
    if (grace !== null && state === "unknown" && why !== null && verdict.denied.length > 0) return { open: why };
    // As nobody's object it is judged by all rules: where that denies nothing, its owner need not be known.
    if (owner?.unknown != null && verdict.denied.length > 0) return { open: owner.unknown };
    return { ...verdict, notes: waived.notifications, owner, grace };
  }

  #inherited(
    owners: readonly LiveOwner[],
    grace: GracePeriod,
    facts: ReviewFacts,
    set: ResourceSet,
    now: Date,
  ): InheritedFindings {
    const inherited = new Inherited(owners, grace, ({ group, version, kind, namespace, object }) => {
      const request = { kind: { group, version, kind }, namespace };
      return this.#judge(request, object, set, facts.told).findings;
    });
    const ended = grace.until !== null && now.getTime() >= grace.until;
    const counts = this.configuration.admission.onUpdate === "new" && !ended;
    return { counts, has: (finding) => inherited.has(finding) };
  }

  /** Nothing where that cannot be told, so that all of it counts as new. */
  #before(
    request: AdmissionRequest,
    oldObject: JsonObject,
    set: ResourceSet,
    told: Told | undefined,
  ): Pick<ObjectVerdict, "findings" | "templateOf"> {
    try {
      return this.#judge(request, oldObject, set, told);
    } catch (error) {
      if (isOverBudget(error) && error.limit === null) throw error;
      return { findings: [], templateOf: () => null };
    }
  }

  /** @throws what the rules failed with, or OverBudgetError */
  #judge(
    request: Pick<AdmissionRequest, "kind" | "namespace">,
    object: JsonObject,
    set: ResourceSet,
    told: Told | undefined,
  ): ObjectVerdict {
    const namespace = request.namespace ?? "default";
    const verdict = this.judge.judge(this.subject(request, object), { file: noFile, namespace, set, told });
    const [failure] = verdict.failures;
    if (failure !== undefined) throw failure;
    return verdict;
  }

  /**
   * An object of a request, and the workload that it is; the same again for whoever asks again.
   * @throws OverBudgetError where that cannot be told within the steps of a review
   */
  subject(request: Pick<AdmissionRequest, "kind" | "namespace">, object: JsonObject): Subjected {
    let subject = this.#subjects.get(object);
    if (subject === undefined) {
      subject = this.#bounded(() => this.#subjectOf(request, object));
      this.#subjects.set(object, subject);
    }
    if (subject.overBudget !== undefined) throw subject.overBudget;
    return subject;
  }

  #subjectOf({ kind, namespace }: Pick<AdmissionRequest, "kind" | "namespace">, object: JsonObject): Subjected {
    const typed = {
      ...object,
      apiVersion: object.apiVersion ?? (kind.group === "" ? kind.version : `${kind.group}/${kind.version}`),
      kind: object.kind ?? kind.kind,
    };
    const written = this.judge.needs.has("schema") ? withDropped(typed) : typed;
    const resource = resourceOf(valueDocument(written), written, []);
    const { identity } = resource;
    // The API server says of a namespace that it lives in itself.
    const inside = kind.group === "" && kind.kind === "Namespace" ? null : namespace;
    const lives = { ...resource, identity: { ...identity, namespace: identity.namespace ?? inside } };
    return this.judge.subject(lives);
  }

  /** What `work` gives, within the steps of a review. */
  #bounded<Result>(work: () => Result): Result {
    return withBudget(this.#steps, work);
  }

  #mode({ namespace }: AdmissionRequest, facts: ReviewFacts): AdmissionMode {
    return this.mode(namespace, facts);
  }

  #waiveOn(day: string): Waive {
    if (this.#waive?.day !== day) {
      const options = {
        ...waivableRules(this.judge.rules, this.configuration),
        today: day,
        namespace: "default",
        language: this.language,
        asAdmission: true,
      };
      this.#waive = { day, waive: waiversOf(this.configuration, options, this.#compile) };
    }
    return this.#waive.waive;
  }
}

/** Whether a request is about something that rules look at. */
export function isJudged({ operation, subResource }: AdmissionRequest): boolean {
  return (operation === "CREATE" || operation === "UPDATE") && judgedSubResources.has(subResource);
}

/** The findings in their order, with those marked that are waived. */
function tried({ findings, judged }: ObjectVerdict, waive: Waive): Pick<Waived, "findings" | "notifications"> {
  let waived: Waived | undefined;
  const passed = pass(findings, OF_TEXT, {
    judged: { file: noFile.path, comments: [], objects: [judged] },
    waive,
    onWaived: (result) => {
      waived = result;
    },
  });
  return { findings: passed, notifications: waived?.notifications ?? [] };
}

/** A name that the API server is still to complete is shown as it begins. */
function nameOf({ metadata }: JsonObject): string | null {
  const { name, generateName } = objectOf(metadata);
  const begun = textOf(generateName);
  return textOf(name) ?? (begun === null ? null : `${begun}…`);
}
