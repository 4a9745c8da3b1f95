import { isOverBudget, withBudget, within } from "../budget/budget.ts";
import { loadGlobs } from "../config/globs.ts";
import { prepareSettings, type SettingsFor } from "../config/settings.ts";
import { loadRuleSets } from "../evaluation/load-rule-sets.ts";
import type { Candidates, RuleSet } from "../evaluation/rule-set.ts";
import { isPolicyError } from "../evaluation/wasm-policy.ts";
import { askedFacts } from "../facts/facts.ts";
import { questionsOf } from "../facts/questions.ts";
import type { Fact, FactContext, Questions, Told } from "../facts/terms/fact.ts";
import type { Finding } from "../findings/finding.ts";
import type { JudgedObject } from "../findings/waiver-objects.ts";
import { objectOf } from "../json/json.ts";
import { customRows } from "../kinds/custom-kinds.ts";
import type { ResourceSet } from "../relations/resource-set.ts";
import type { Participant } from "../relations/terms/relation.ts";
import { longestName } from "../resources/limits.ts";
import type { Resource } from "../resources/resource.ts";
import type { RuleMetadata } from "../rules/metadata.ts";
import type { SourceFile } from "../sources/terms/source-file.ts";
import { acceleratorTable, type WorkloadOptions, workloadOf } from "../workloads/workload.ts";
import type { JudgeContext } from "./context.ts";
import { Gatherer } from "./gather.ts";
import { InjectedContainers } from "./injected.ts";
import { neededBy } from "./needs.ts";
import { ObjectFindings } from "./object-findings.ts";
import type { Subjected } from "./subject.ts";

/** What judging an object gave. */
export interface ObjectVerdict extends Pick<ObjectFindings, "findings" | "cases" | "templateOf"> {
  readonly judged: JudgedObject;
  /**
   * Why the object was not judged whole: a rule set failed on it, so that what it would have found is not known, or judging
   * went over its budget, and then nothing that was found counts.
   */
  readonly failures: readonly Error[];
}

/** What holds for an object, besides what it is. */
export interface ObjectContext {
  /** Where it stands; the empty path where it is in no file. */
  readonly file: SourceFile;
  /** Where it lives if it does not say. */
  readonly namespace: string;
  /** The relations that hold for it. */
  readonly set: ResourceSet;
  /** What was found out to its facts' questions. */
  readonly told?: Told | undefined;
}

/** Steps that one object may take: about a second, which no object of a cluster comes near. */
export const objectSteps = 80_000_000;

type JudgeOptions = Pick<JudgeContext, "configuration" | "language" | "bundles" | "kubernetesVersion" | "door">;

/** Judges one object: its settings, its facts, the rules, their words. What every way of judging has in common. */
export class ObjectJudge {
  /** Every rule that there is, on or off. */
  readonly rules: readonly RuleMetadata[];
  /** What the rules need that are on. */
  readonly needs: ReadonlySet<string>;
  readonly #options: JudgeOptions;
  readonly #ruleSets: readonly RuleSet[];
  readonly #settingsFor: SettingsFor;
  readonly #workloads: WorkloadOptions;
  readonly #gatherer: Gatherer;
  /** Those about which somebody is asked first. */
  readonly #asked: readonly Fact[];
  /** Null where nobody injects anything: what is judged is as its author wrote it. */
  readonly #injected: InjectedContainers | null;

  private constructor(
    options: JudgeOptions,
    ruleSets: readonly RuleSet[],
    settingsFor: SettingsFor,
    injected: InjectedContainers | null,
  ) {
    const { configuration, door } = options;
    this.#options = options;
    this.#injected = injected;
    this.#ruleSets = ruleSets;
    this.#settingsFor = settingsFor;
    this.#workloads = {
      kinds: customRows(configuration.kinds),
      accelerators: acceleratorTable(configuration.rules),
      filledIn: door !== "check",
    };
    this.rules = ruleSets.flatMap((ruleSet) => [...ruleSet.rules.values()]);
    this.needs = neededBy(this.rules, configuration);
    this.#gatherer = new Gatherer(this.needs, options);
    // At admission what is found out is of use to others than rules: the audit log tells it.
    this.#asked = askedFacts(configuration).filter(({ name }) => door === "admission" || this.needs.has(name));
  }

  /** @throws ConfigurationError for a user's bundle that cannot be loaded. */
  static async prepare(options: JudgeOptions): Promise<ObjectJudge> {
    const ruleSets = await loadRuleSets(options.bundles, options.language);
    const { configuration, door } = options;
    const { injected } = configuration.admission;
    const compile = injected.length === 0 ? null : await loadGlobs();
    const known = door === "check" ? null : new InjectedContainers(injected, compile);
    return new ObjectJudge(options, ruleSets, await prepareSettings(configuration), known);
  }

  /** The object with the workload that it is. */
  subject(resource: Resource): Subjected {
    try {
      return { resource, workload: withBudget(objectSteps, () => workloadOf(resource, this.#workloads)) };
    } catch (error) {
      if (!isOverBudget(error)) throw error;
      return { resource, workload: null, overBudget: error };
    }
  }

  /** Whether somebody is to be asked about objects before they are judged. */
  get asks(): boolean {
    return this.#asked.length > 0;
  }

  /** What is to be found out before these objects are judged. */
  questions(subjects: Iterable<Participant>): Questions {
    return questionsOf(this.#asked, subjects);
  }

  judge(subject: Subjected, context: ObjectContext): ObjectVerdict {
    const { resource, workload, overBudget } = subject;
    const { identity, object } = resource;
    const { rules, key } = this.#settingsFor({
      file: this.#options.door === "check" ? context.file.path : null,
      namespace: identity.namespace ?? context.namespace,
      kind: identity.kind,
      labels: objectOf(objectOf(object.metadata).labels),
    });
    const containers = (): string[] =>
      workload?.pods.flatMap((pod) => pod.containers.map((container) => container.name)) ?? [];
    const judged: JudgedObject = { resource, rules, containers };
    if (overBudget !== undefined) return { ...nothingFound, failures: [overBudget], judged };
    try {
      return withBudget(objectSteps, () => this.#found(subject, context, judged, { rules, key }));
    } catch (error) {
      if (!isOverBudget(error)) throw error;
      return { ...nothingFound, failures: [error], judged };
    }
  }

  #found(
    subject: Subjected,
    { file, set, told = nothingTold }: ObjectContext,
    judged: JudgedObject,
    settings: Candidates["settings"],
  ): ObjectVerdict {
    const { resource, workload } = subject;
    const { identity, group, object } = resource;
    const { language, kubernetesVersion } = this.#options;
    // Every finding repeats them, and there may be many.
    for (const name of [identity.apiVersion, identity.kind, identity.namespace, identity.name]) {
      within(name?.length ?? 0, longestName, "name");
    }
    const target = { group, kind: identity.kind, workload };
    const candidates = this.#ruleSets.map((ruleSet) => ruleSet.candidates(target, settings));
    const known: FactContext = { set, file, kubernetesVersion };
    const some = candidates.filter((each) => each !== null);
    const { draft, there } = this.#gatherer.gather(subject, some, known, told);
    const isExcused = workload === null ? null : (this.#injected?.excused(workload) ?? null);
    const found = new ObjectFindings(subject, { file, rules: settings.rules, language, isExcused });
    const failures: Error[] = [];
    for (const [index, ruleSet] of this.#ruleSets.entries()) {
      const ofSet = candidates[index] ?? null;
      const asked = ofSet === null ? null : ruleSet.asked(ofSet, there);
      if (asked === null) continue;
      try {
        found.add(ruleSet, ruleSet.evaluate(draft, object, asked), draft.related);
      } catch (error) {
        if (!isPolicyError(error)) throw error;
        failures.push(error);
      }
    }
    const { findings, cases } = found;
    return { findings, cases, templateOf: (finding: Finding) => found.templateOf(finding), judged, failures };
  }
}

const nothingTold: Told = {};

const nothingFound: Pick<ObjectVerdict, "findings" | "cases" | "templateOf"> = {
  findings: [],
  cases: new Map(),
  templateOf: () => null,
};
