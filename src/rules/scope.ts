import { fitsKind } from "../resources/kind-key.ts";
import type { RuleMetadata, RuleSetting, Scope } from "./metadata.ts";

/** What scopes look at. */
export interface ScopeTarget {
  /** "" for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Null for an object without pods. */
  readonly workload: { readonly paddle: boolean; readonly accelerated: boolean } | null;
}

/** The scopes that have a name of their own; all others are kinds. */
export const NAMED_SCOPES: readonly string[] = ["workload", "paddle", "accelerated", "object"];

/**
 * Whether an object is in a scope: by a name (every workload, those of Paddle, every object), or because the scope names
 * its very kind. Null: it is not.
 */
export function inScope(target: ScopeTarget, scope: Scope): "name" | "kind" | null {
  if (typeof scope === "string") return byEntry(target, scope);
  let found: "name" | null = null;
  for (const entry of scope) {
    const by = byEntry(target, entry);
    if (by === "kind") return by;
    found ??= by;
  }
  return found;
}

function byEntry({ group, kind, workload }: ScopeTarget, entry: string): "name" | "kind" | null {
  if (entry === "object") return "name";
  if (entry === "workload") return workload === null ? null : "name";
  if (entry === "paddle") return workload?.paddle === true ? "name" : null;
  if (entry === "accelerated") return workload?.accelerated === true ? "name" : null;
  return fitsKind({ group, kind }, entry) ? "kind" : null;
}

const kindEntry = /^[a-z0-9.*-]*\/[A-Z*][A-Za-z0-9*]*$/;

/** Whether a text is a scope, or one of a list: a name, or `group/Kind`. */
export function isScopeEntry(entry: string): boolean {
  return NAMED_SCOPES.includes(entry) || kindEntry.test(entry);
}

/** The entries of a scope, whichever way it is written. */
export function scopeEntries(scope: Scope): readonly string[] {
  return typeof scope === "string" ? [scope] : scope;
}

/** The scope that a rule has by a setting: less the entries whose parameter is off, be they written in a configuration. */
export function scopeIn({ scope, scopeBy }: Pick<RuleMetadata, "scope" | "scopeBy">, setting: RuleSetting): Scope {
  const whole = setting.scope ?? scope;
  if (scopeBy === undefined) return whole;
  return scopeEntries(whole).filter((entry) => {
    const parameter = scopeBy[entry];
    return parameter === undefined || setting.parameters[parameter] === true;
  });
}
