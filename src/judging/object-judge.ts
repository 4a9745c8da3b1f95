import { isOverBudget, type OverBudgetError, spend, withBudget, within } from "../budget/budget.ts";
import { loadGlobs } from "../config/globs.ts";
import { type EffectiveSettings, prepareSettings, type SettingsFor } from "../config/settings.ts";
import { type Gathered, inputOf } from "../evaluation/input.ts";
import { loadRuleSets } from "../evaluation/load-rule-sets.ts";
import { objectProjection } from "../evaluation/object-projection.ts";
import type { RuleSet, Subject } from "../evaluation/rule-set.ts";
import { isPolicyError } from "../evaluation/wasm-policy.ts";
import { validateObject } from "../facts/schema/validate.ts";
import { noSignatures, type Signatures } from "../facts/signatures/signatures.ts";
import type { Finding } from "../findings/finding.ts";
import { joinViolation } from "../findings/join.ts";
import type { JudgedObject } from "../findings/waiver-objects.ts";
import { objectOf } from "../json/json.ts";
import type { Path } from "../json/value.ts";
import { customRows } from "../kinds/custom-kinds.ts";
import { relationNames } from "../relations/needs.ts";
import type { ResourceSet } from "../relations/resource-set.ts";
import { elementNames } from "../resources/element-names.ts";
import { longestName } from "../resources/limits.ts";
import type { Resource } from "../resources/resource.ts";
import type { RuleMetadata } from "../rules/metadata.ts";
import type { Violation } from "../rules/violation.ts";
import type { SourceFile } from "../sources/terms/source-file.ts";
import { acceleratorTable, type WorkloadOptions, workloadOf } from "../workloads/workload.ts";
import type { WorkloadModel } from "../workloads/workload-model.ts";
import { containerFinder, objectPaths, templateFinder } from "../workloads/workload-paths.ts";
import { foundByShape, howToAddKind, isAboutPods } from "./by-shape.ts";
import type { JudgeContext } from "./context.ts";
import { InjectedContainers } from "./injected.ts";
import { neededBy } from "./needs.ts";

/** An object, and the workload that it is, if it is one. */
export interface Subjected {
  readonly resource: Resource;
  readonly workload: WorkloadModel | null;
  /** Why the workload could not be told; absent where it could. */
  readonly overBudget?: OverBudgetError;
}

/** What judging an object gave. */
export interface ObjectVerdict {
  /** In no order. */
  readonly findings: readonly Finding[];
  /** Which of its rule's wordings a finding has, where it is not the general one. */
  readonly cases: ReadonlyMap<Finding, string>;
  /** The pod template that a finding is about, by a name that outlives a change of order; null for one about none. */
  templateOf(finding: Finding): string | null;
  readonly judged: JudgedObject;
  /**
   * Why the object was not judged whole: a rule set failed on it, so that what it would have found is not known, or judging
   * went over its budget, and then nothing that was found counts.
   */
  readonly failures: readonly Error[];
}

/** Steps that one object may take: about a second, which no object of a cluster comes near. */
export const objectSteps = 80_000_000;
/** What putting one violation into words and into its place takes, beside the length of its path. */
const violationSteps = 2_000;

type JudgeOptions = Pick<JudgeContext, "configuration" | "language" | "bundles" | "kubernetesVersion" | "door">;

/** Judges one object: its settings, its facts, the rules, their words. What every way of judging has in common. */
export class ObjectJudge {
  /** Every rule that there is, on or off. */
  readonly rules: readonly RuleMetadata[];
  /** Whether some rules are given the whole object, and with it everything that relations tell. */
  readonly wholeObject: boolean;
  /** What the rules need that are on. */
  readonly needs: ReadonlySet<string>;
  /** The names of relations among it. */
  readonly #relations: readonly string[];
  readonly #options: JudgeOptions;
  readonly #ruleSets: readonly RuleSet[];
  readonly #settingsFor: SettingsFor;
  readonly #workloads: WorkloadOptions;
  /** Null where nobody injects anything: what is judged is as its author wrote it. */
  readonly #injected: InjectedContainers | null;
  /** The rules that judge what schemas do not allow. */
  readonly #schemaRules: readonly string[];

  private constructor(
    options: JudgeOptions,
    ruleSets: readonly RuleSet[],
    settingsFor: SettingsFor,
    injected: InjectedContainers | null,
  ) {
    this.#options = options;
    this.#injected = injected;
    this.#ruleSets = ruleSets;
    this.#settingsFor = settingsFor;
    this.#workloads = {
      kinds: customRows(options.configuration.kinds),
      accelerators: acceleratorTable(options.configuration.rules),
      filledIn: options.door !== "check",
    };
    this.rules = ruleSets.flatMap((ruleSet) => [...ruleSet.rules.values()]);
    this.wholeObject = ruleSets.some((ruleSet) => ruleSet.wholeObject);
    this.needs = neededBy(this.rules, options.configuration, this.wholeObject);
    this.#relations = relationNames(this.needs);
    this.#schemaRules = this.rules.filter((rule) => rule.needs.includes("schema")).map((rule) => rule.id);
  }

  /** @throws ConfigurationError for a user's bundle that cannot be loaded. */
  static async prepare(options: JudgeOptions): Promise<ObjectJudge> {
    const ruleSets = await loadRuleSets(options.bundles, options.language);
    const { configuration, door } = options;
    const { injected } = configuration.admission;
    const compile = injected.length === 0 ? null : await loadGlobs();
    const known = door !== "check" ? new InjectedContainers(injected, compile) : null;
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

  /**
   * @param namespace where the object lives if it does not say
   * @param set the relations that hold for the object
   * @param signatures of the images; absent where there is no signature policy
   */
  judge(
    subjected: Subjected,
    file: SourceFile,
    namespace: string,
    set: ResourceSet,
    signatures: Signatures = noSignatures,
  ): ObjectVerdict {
    const { resource, workload, overBudget } = subjected;
    const { identity, object } = resource;
    const settings = this.#settingsFor({
      file: this.#options.door === "check" ? file.path : null,
      namespace: identity.namespace ?? namespace,
      kind: identity.kind,
      labels: objectOf(objectOf(object.metadata).labels),
    });
    const containers = (): string[] =>
      workload?.pods.flatMap((pod) => pod.containers.map((container) => container.name)) ?? [];
    const judged: JudgedObject = { resource, rules: settings.rules, containers };
    if (overBudget !== undefined) return { ...nothingFound, failures: [overBudget], judged };
    try {
      const found = withBudget(objectSteps, () => this.#found(subjected, file, settings, set, signatures));
      return { ...found, judged };
    } catch (error) {
      if (!isOverBudget(error)) throw error;
      return { ...nothingFound, failures: [error], judged };
    }
  }

  #found(
    { resource, workload }: Subjected,
    file: SourceFile,
    settings: EffectiveSettings,
    set: ResourceSet,
    signatures: Signatures,
  ): Omit<ObjectVerdict, "judged"> {
    const { identity, group, version, object } = resource;
    const { language } = this.#options;
    // Every finding repeats them, and there may be many.
    for (const name of [identity.apiVersion, identity.kind, identity.namespace, identity.name]) {
      within(name?.length ?? 0, longestName, "name");
    }
    const asked = this.#schemaRules.some((id) => settings.rules[id]?.level !== "off");
    const schema = asked ? validateObject(object, { ...identity, group, version }, this.#options) : [];
    const fact = set.policyFact(resource, file);
    const policy = fact?.selects === "pods" ? null : fact;
    const { door, kubernetesVersion } = this.#options;
    const related = this.#relations.length === 0 ? null : set.related({ resource, workload }, file, this.#relations);
    const { rendering } = file;
    const gathered: Gathered = {
      resource,
      workload,
      policy,
      schema,
      rendering,
      signatures,
      door,
      kubernetesVersion,
      related,
    };
    const facts = new Set<string>(workload === null ? [] : ofPods);
    if (schema.length > 0) facts.add("schema");
    if (policy !== null) facts.add("network");
    if (signatures !== noSignatures) facts.add("signatures");
    if (workload?.unseen !== undefined) facts.add("unseen");
    for (const name in related) facts.add(`related.${name}`);
    const subject: Subject = { group, kind: identity.kind, workload, facts };
    const findings: Finding[] = [];
    const failures: Error[] = [];
    const repeated = new Set<string>();
    const cases = new Map<Finding, string>();
    const places = new Map<Finding, Violation["path"]>();
    let input: ReturnType<typeof inputOf> | undefined;
    let containerAt: ReturnType<typeof containerFinder> | undefined;
    let inObject: ReturnType<typeof objectPaths> | undefined;
    let addsKind: string | undefined;
    const isExcused = workload === null ? null : (this.#injected?.excused(workload) ?? null);
    const namedPath = (field: Violation["path"]): string => elementNames(object, field);
    for (const ruleSet of this.#ruleSets) {
      const applicable = ruleSet.applicable(subject, settings);
      if (applicable === null) continue;
      input ??= inputOf(gathered, set);
      let violations: readonly Violation[];
      try {
        const asked = { ...input, settings: applicable.settings };
        if (applicable.asksForObject) {
          asked.object = ruleSet.wholeObject ? { ...object } : { ...objectProjection(group, identity.kind, object) };
        }
        violations = ruleSet.evaluate(asked);
      } catch (error) {
        if (!isPolicyError(error)) throw error;
        failures.push(error);
        continue;
      }
      for (const violation of violations) {
        const rule = ruleSet.rules.get(violation.rule);
        const setting = settings.rules[violation.rule];
        const text = ruleSet.texts[violation.rule];
        if (rule === undefined || setting === undefined || setting.level === "off" || text === undefined) continue;
        spend(violationSteps + lengthOf(violation.path));
        containerAt ??= workload === null ? () => null : containerFinder(workload);
        inObject ??= workload === null ? (path) => path : objectPaths(workload);
        const container = containerAt(violation.path);
        const path = inObject(violation.path);
        const context = { file, resource, container, rule, setting, text, language, namedPath };
        const joined = joinViolation({ ...violation, path }, context);
        const excused = isExcused?.(violation) === true ? { ...joined, level: "info" as const } : joined;
        let finding = excused;
        if (workload?.byShape === true && isAboutPods(rule)) {
          addsKind ??= howToAddKind(resource, workload, language);
          finding = foundByShape(excused, addsKind, language);
        }
        // Two pods of a workload may share the field that is wrong, as the workers and servers of a PaddleJob do.
        const same = identityOf(finding);
        if (path !== violation.path && repeated.has(same)) continue;
        repeated.add(same);
        findings.push(finding);
        places.set(finding, violation.path);
        if (violation.case !== undefined) cases.set(finding, violation.case);
      }
    }
    let templateAt: ReturnType<typeof templateFinder> | undefined;
    const templateOf = (finding: Finding): string | null => {
      const place = places.get(finding);
      if (place === undefined || workload === null) return null;
      templateAt ??= templateFinder(workload, object);
      return templateAt(place);
    };
    return { findings, cases, templateOf, failures };
  }
}

/** Facts that every workload has. */
const ofPods = ["models", "network", "claims", "services"];

const nothingFound: Pick<ObjectVerdict, "findings" | "cases" | "templateOf"> = {
  findings: [],
  cases: new Map(),
  templateOf: () => null,
};

/** The images of a workload that can be looked up: a template stands for one that is not known yet. */
export function imagesOf(workload: WorkloadModel | null): string[] {
  const images = workload?.pods.flatMap((pod) => pod.images) ?? [];
  return images
    .filter((image) => image.class !== "template" && image.problem !== "template")
    .map(({ reference }) => reference);
}

function identityOf({ fingerprint, line, column, message }: Finding): string {
  return `${fingerprint} ${line}:${column} ${message}`;
}

function lengthOf(path: Path): number {
  let length = path.length;
  for (const step of path) if (typeof step === "string") length += step.length;
  return length;
}
