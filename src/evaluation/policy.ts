import type { Input } from "../contract/input.generated.ts";
import type { JsonObject, JsonValue, Path } from "../json/value.ts";
import type { Violation } from "../rules/violation.ts";
import { PolicyError, WasmPolicy } from "./wasm-policy.ts";

/** `data.settings`: by key, the rules to judge with, and their parameters. */
export interface SettingsData {
  readonly [key: string]: {
    readonly rules: readonly { readonly id: string; readonly category: string }[];
    readonly parameters: { readonly [rule: string]: { readonly [name: string]: JsonValue } };
  };
}

/** What every bundle answers: the set of violations. */
export const entrypoint = "paddlock/violations";

/** Rules compiled to Wasm, ready to judge: the same input and settings give the same violations. */
export class CompiledRules {
  readonly #base: JsonObject;
  readonly #wasm: WasmPolicy;

  /**
   * @param data base documents of the bundle, which `settings` joins
   * @throws PolicyError where the bundle has no such entrypoint
   */
  constructor(wasm: Uint8Array<ArrayBuffer>, data: JsonObject = {}) {
    this.#wasm = new WasmPolicy(wasm, entrypoint);
    this.#base = data;
    this.configure({});
  }

  /** Sets `data.settings` for the evaluations that follow. */
  configure(settings: SettingsData): void {
    this.#wasm.setData({ ...this.#base, settings });
  }

  /**
   * @throws PolicyError where the bundle breaks the contract (a violation without rule or path) or fails at run time.
   */
  evaluate(input: Input): Violation[] {
    return this.#wasm.items(input).map((item) => {
      if (isViolation(item)) return item;
      throw new PolicyError((say) => say.noViolation(JSON.stringify(item)));
    });
  }
}

function isViolation(value: unknown): value is Violation {
  if (typeof value !== "object" || value === null) return false;
  const { rule, path, args, level, outcome, related } = value as Partial<Record<keyof Violation, unknown>>;
  return (
    typeof rule === "string" &&
    isPath(path) &&
    typeof args === "object" &&
    args !== null &&
    (level === undefined || level === "error" || level === "warning" || level === "info") &&
    (outcome === undefined || outcome === "not-judged") &&
    typeof (value as { case?: unknown }).case !== "number" &&
    (related === undefined || isRelated(related))
  );
}

function isRelated(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (each) => typeof each === "object" && typeof each?.relation === "string" && Number.isInteger(each.index),
    )
  );
}

function isPath(value: unknown): value is Path {
  return Array.isArray(value) && value.every((part) => typeof part === "string" || typeof part === "number");
}
