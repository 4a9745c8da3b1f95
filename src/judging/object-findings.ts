import { spend } from "../budget/budget.ts";
import type { Input } from "../contract/input.generated.ts";
import type { RuleSet } from "../evaluation/rule-set.ts";
import type { Finding } from "../findings/finding.ts";
import { joinViolation } from "../findings/join.ts";
import { relatedPlaces } from "../findings/related.ts";
import type { Path } from "../json/value.ts";
import type { Language } from "../messages/language.ts";
import type { Participant } from "../relations/terms/relation.ts";
import { elementNames } from "../resources/element-names.ts";
import type { RuleSetting } from "../rules/metadata.ts";
import type { Violation } from "../rules/violation.ts";
import type { SourceFile } from "../sources/terms/source-file.ts";
import { containerFinder, objectPaths, templateFinder } from "../workloads/workload-paths.ts";
import { foundByShape, howToAddKind, isAboutPods } from "./by-shape.ts";
import type { IsExcused } from "./injected.ts";

/** What putting one violation into words and into its place takes, beside the length of its path. */
const violationSteps = 2_000;

interface FindingsContext {
  readonly file: SourceFile;
  readonly rules: { readonly [rule: string]: RuleSetting };
  readonly language: Language;
  /** Null: nothing is. */
  readonly isExcused: IsExcused | null;
}

/** The findings of one object, made of what its rules said. */
export class ObjectFindings {
  /** In no order. */
  readonly findings: Finding[] = [];
  /** Which of its rule's wordings a finding has, where it is not the general one. */
  readonly cases: Map<Finding, string> = new Map();
  readonly #subject: Participant;
  readonly #context: FindingsContext;
  readonly #places = new Map<Finding, Path>();
  readonly #repeated = new Set<string>();
  #containerAt: ReturnType<typeof containerFinder> | undefined;
  #inObject: ReturnType<typeof objectPaths> | undefined;
  #addsKind: string | undefined;
  #templateAt: ReturnType<typeof templateFinder> | undefined;

  constructor(subject: Participant, context: FindingsContext) {
    this.#subject = subject;
    this.#context = context;
  }

  /** @param told of the objects that belong to it */
  add(ruleSet: RuleSet, violations: readonly Violation[], told: Input["related"]): void {
    const { resource, workload } = this.#subject;
    const { file, rules, language, isExcused } = this.#context;
    const namedPath = (field: Path): string => elementNames(resource.object, field);
    for (const violation of violations) {
      const rule = ruleSet.rules.get(violation.rule);
      const setting = rules[violation.rule];
      const text = ruleSet.texts[violation.rule];
      if (rule === undefined || setting === undefined || setting.level === "off" || text === undefined) continue;
      spend(violationSteps + lengthOf(violation.path));
      this.#containerAt ??= workload === null ? () => null : containerFinder(workload);
      this.#inObject ??= workload === null ? (path) => path : objectPaths(workload);
      const container = this.#containerAt(violation.path);
      const path = this.#inObject(violation.path);
      const context = { file, resource, container, rule, setting, text, language, namedPath };
      const joined = joinViolation({ ...violation, path }, context);
      const excused = isExcused?.(violation) === true ? { ...joined, level: "info" as const } : joined;
      let finding = excused;
      if (violation.related !== undefined) {
        const related = relatedPlaces(violation, told, text, language);
        if (related.length > 0) finding = { ...finding, related };
      }
      if (workload?.byShape === true && isAboutPods(rule)) {
        this.#addsKind ??= howToAddKind(resource, workload, language);
        finding = foundByShape(finding, this.#addsKind, language);
      }
      // Two pods of a workload may share the field that is wrong, as the workers and servers of a PaddleJob do.
      const same = identityOf(finding);
      if (path !== violation.path && this.#repeated.has(same)) continue;
      this.#repeated.add(same);
      this.findings.push(finding);
      this.#places.set(finding, violation.path);
      if (violation.case !== undefined) this.cases.set(finding, violation.case);
    }
  }

  /** The pod template that a finding is about, by a name that outlives a change of order; null for one about none. */
  templateOf(finding: Finding): string | null {
    const { resource, workload } = this.#subject;
    const place = this.#places.get(finding);
    if (place === undefined || workload === null) return null;
    this.#templateAt ??= templateFinder(workload, resource.object);
    return this.#templateAt(place);
  }
}

function identityOf({ fingerprint, line, column, message }: Finding): string {
  return `${fingerprint} ${line}:${column} ${message}`;
}

function lengthOf(path: Path): number {
  let length = path.length;
  for (const step of path) if (typeof step === "string") length += step.length;
  return length;
}
