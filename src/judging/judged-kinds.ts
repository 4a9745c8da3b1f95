import type { Configuration } from "../config/configuration.ts";
import { patched } from "../config/rule-settings.ts";
import { fitsGlob } from "../json/glob.ts";
import { customRows } from "../kinds/custom-kinds.ts";
import { fits, KINDS } from "../kinds/kinds.ts";
import { MACHINE_KINDS, OTHER_KINDS, type OtherKind } from "../kinds/other-kinds.ts";
import type { KindRow } from "../kinds/pods/kind-row.ts";
import { fitsKind } from "../resources/kind-key.ts";
import type { RuleMetadata } from "../rules/metadata.ts";
import { NAMED_SCOPES, scopeEntries, scopeIn } from "../rules/scope.ts";

/** The kinds that the rules of a configuration are for: what a webhook is asked about, and an audit lists. */
export interface JudgedKinds {
  /** Of the table. */
  readonly withPods: readonly KindRow[];
  /** Of the configuration. */
  readonly custom: readonly KindRow[];
  readonly withoutPods: readonly OtherKind[];
  /** As `group/Kind` with globs, what rules are for beside the tables: what fits them is known where it is served. */
  readonly beside: readonly string[];
}

export type ScopedRule = Pick<RuleMetadata, "id" | "scope" | "scopeBy" | "needs">;

/** Facts that only objects with pods have: a rule that needs nothing else is for no others, whatever its scope. */
const OF_PODS: ReadonlySet<string> = new Set(["unseen"]);

/** Whatever the cluster serves. */
const EVERY_KIND = "*/*";

/** @param rules every rule that there is; those count that are on for some objects */
export function judgedKinds(
  rules: readonly ScopedRule[],
  configuration: Pick<Configuration, "rules" | "overrides" | "kinds">,
): JudgedKinds {
  return kindsInScopes(scopesInUse(rules, configuration), customRows(configuration.kinds));
}

/**
 * The scopes of all rules that are on for some objects. Overrides that meet may do together what none does alone: so
 * whatever one of them says of a rule counts.
 */
function scopesInUse(
  rules: readonly ScopedRule[],
  { rules: settings, overrides }: Pick<Configuration, "rules" | "overrides">,
): ReadonlySet<string> {
  const scopes = new Set<string>();
  for (const rule of rules) {
    const { id } = rule;
    const base = settings[id];
    if (base === undefined) continue;
    const changes = overrides.flatMap((override) => override.rules[id] ?? []);
    const all = [base, ...changes.map((change) => patched(base, change))];
    if (all.every(({ level }) => level === "off")) continue;
    if (isForPodsAlone(rule)) {
      scopes.add("workload");
      continue;
    }
    for (const each of all) {
      for (const one of scopeEntries(scopeIn(rule, each))) scopes.add(one);
      if (each.parameters.allKinds === true) scopes.add(EVERY_KIND);
    }
  }
  return scopes;
}

/** Whether a rule has nothing to judge but objects with pods. */
export function isForPodsAlone({ needs }: ScopedRule): boolean {
  return needs.length > 0 && needs.every((fact) => OF_PODS.has(fact));
}

/** The kinds of the tables and of the configuration that are in one of the scopes, and what else may be. */
export function kindsInScopes(scopes: ReadonlySet<string>, custom: readonly KindRow[]): JudgedKinds {
  const every = scopes.has("object");
  const patterns = [...scopes].filter((scope) => !NAMED_SCOPES.includes(scope));
  // By whatever name: of a kind with pods no scope tells before an object is there whether it is in it.
  const pods = patterns.length < scopes.size;
  const named = (row: Pick<KindRow, "groups" | "kind">): boolean => patterns.some((pattern) => meets(row, pattern));
  const tables = [...KINDS, ...OTHER_KINDS];
  return {
    withPods: pods ? KINDS : KINDS.filter(named),
    custom: pods ? custom : custom.filter(named),
    withoutPods: every ? OTHER_KINDS : OTHER_KINDS.filter(named),
    beside: patterns.filter((pattern) => pattern.includes("*") || !tables.some((row) => meets(row, pattern))),
  };
}

/**
 * As what objects of a kind are judged: `workload`, for the kind has pods, or `object`; null: not at all. What is never
 * listed is not, whoever asks for it.
 */
export function judgedAs(kinds: JudgedKinds, kind: ServedType): "workload" | "object" | null {
  if (NEVER_LISTED.some((row) => isOf(kind, row))) return null;
  if ([...kinds.custom, ...kinds.withPods].some((row) => isOf(kind, row))) return "workload";
  const isJudged =
    kinds.withoutPods.some((row) => isOf(kind, row)) || kinds.beside.some((pattern) => fitsKind(kind, pattern));
  return isJudged ? "object" : null;
}

/** Whether a group may have kinds that are judged. */
export function mayHoldJudged({ withPods, custom, withoutPods, beside }: JudgedKinds, group: string): boolean {
  return (
    [...withPods, ...custom, ...withoutPods].some(({ groups }) => groups.some((each) => fitsGlob(group, each))) ||
    beside.some((pattern) => fitsGlob(group, pattern.slice(0, pattern.indexOf("/"))))
  );
}

/** A kind in one of the versions in which it is served. */
export interface ServedType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const NEVER_LISTED: readonly OtherKind[] = [...OTHER_KINDS.filter(({ listed }) => listed === false), ...MACHINE_KINDS];

function isOf(served: ServedType, row: Pick<KindRow, "groups" | "kind" | "versions">): boolean {
  return row.kind === served.kind && fits(served, row);
}

/** Whether objects of a row's kind may be what a pattern, `group/Kind` with globs, means. */
function meets({ groups, kind }: Pick<KindRow, "groups" | "kind">, pattern: string): boolean {
  return groups.some((group) => fitsKind({ group, kind }, pattern));
}
