import opa, { type LoadedPolicy } from "@open-policy-agent/opa-wasm";
import type { JsonValue, Path } from "../documents/document.ts";
import type { Input } from "../rules/input.generated.ts";
import type { Violation } from "./violation.ts";

/** `data.settings`: by key, the rules to judge with, and their parameters. */
export interface SettingsData {
  readonly [key: string]: {
    readonly rules: readonly { readonly id: string; readonly category: string }[];
    readonly parameters: { readonly [rule: string]: { readonly [name: string]: JsonValue } };
  };
}

/** A bundle answered with something that the contract does not allow. */
export class PolicyError extends Error {
  override name = "PolicyError";
}

/** By name, for a bundle's loader is built apart and has a class of its own. */
export function isPolicyError(error: unknown): error is PolicyError {
  return error instanceof Error && error.name === "PolicyError";
}

/** What every bundle answers: the set of violations. */
export const entrypoint = "paddlock/violations";
/** Above this an instance is given up after the evaluation: its memory never shrinks. */
const memoryKept = 8 << 20;
const pageBytes = 64 << 10;
/** In pages: an input that needs more than 512 MiB fails instead of taking the machine. */
const memoryLimit = 8192;
/** From here on memory is made beforehand, so many bytes for each of the input. */
const largeInput = 128 << 10;
const memoryPerByte = 64;
const encoder = new TextEncoder();

/**
 * Rules compiled to Wasm, ready to judge. Synchronous and pure: the same input and settings give the same violations.
 * Source: the ABI at https://www.openpolicyagent.org/docs/wasm, by way of `@open-policy-agent/opa-wasm`.
 */
export class Policy {
  readonly #module: WebAssembly.Module;
  readonly #base: { readonly [name: string]: JsonValue };
  readonly #entrypoint: number;
  #loaded: LoadedPolicy;
  #settings: SettingsData = {};

  /**
   * @param data base documents of the bundle, which `settings` joins
   * @throws PolicyError where the bundle has no such entrypoint
   */
  constructor(wasm: Uint8Array<ArrayBuffer>, data: { readonly [name: string]: JsonValue } = {}) {
    this.#module = new WebAssembly.Module(wasm);
    this.#base = data;
    this.#loaded = this.#load();
    const number = this.#loaded.entrypoints[entrypoint];
    if (number === undefined) throw new PolicyError(`has no entrypoint ${entrypoint}`);
    this.#entrypoint = number;
  }

  /** Sets `data.settings` for the evaluations that follow. */
  configure(settings: SettingsData): void {
    this.#settings = settings;
    this.#loaded.setData({ ...this.#base, settings });
  }

  /**
   * @throws PolicyError where the bundle breaks the contract (a violation without rule or path) or fails at run time.
   */
  evaluate(input: Input): Violation[] {
    const result = this.#run(input);
    if (this.#loaded.mem.buffer.byteLength > memoryKept) {
      this.#loaded = this.#load();
      this.configure(this.#settings);
    }
    return result;
  }

  #run(input: Input): Violation[] {
    let answer: unknown;
    try {
      const bytes = encoder.encode(JSON.stringify(input));
      this.#makeRoom(bytes.length);
      answer = this.#loaded.evaluate(bytes.buffer, this.#entrypoint);
    } catch (error) {
      // A trapped instance is not used again.
      this.#loaded = this.#load();
      this.configure(this.#settings);
      throw new PolicyError(reasonOf(error));
    }
    return violationsIn(answer);
  }

  /**
   * A module grows its memory in small steps, and for each the garbage collector runs: for a large input an instance
   * with enough from the start takes the place of the present one. `evaluate` gives it up afterwards.
   */
  #makeRoom(inputBytes: number): void {
    if (inputBytes < largeInput) return;
    this.#loaded = this.#load(Math.min(Math.ceil((inputBytes * memoryPerByte) / pageBytes), memoryLimit));
    this.configure(this.#settings);
  }

  #load(pages = 8): LoadedPolicy {
    return opa.loadPolicySync(this.#module, { initial: pages, maximum: memoryLimit });
  }
}

/** opa-wasm throws plain strings for aborts inside the module, and plain objects for built-ins that it lacks. */
function reasonOf(thrown: unknown): string {
  if (typeof thrown === "object" && thrown !== null && "message" in thrown) return String(thrown.message);
  return String(thrown);
}

/** A result set is `[{result: value}]`, or `[]` where the entrypoint is undefined. */
function violationsIn(answer: unknown): Violation[] {
  if (!Array.isArray(answer)) throw new PolicyError("the bundle's answer is no result set");
  if (answer.length === 0) return [];
  const result: unknown = answer[0]?.result;
  if (!Array.isArray(result)) throw new PolicyError("the entrypoint's value is no set of violations");
  for (const each of result) if (!isViolation(each)) throw new PolicyError(`no violation: ${JSON.stringify(each)}`);
  return result;
}

function isViolation(value: unknown): value is Violation {
  if (typeof value !== "object" || value === null) return false;
  const { rule, path, args, level, outcome } = value as Partial<Record<keyof Violation, unknown>>;
  return (
    typeof rule === "string" &&
    isPath(path) &&
    typeof args === "object" &&
    args !== null &&
    (level === undefined || level === "error" || level === "warning" || level === "info") &&
    (outcome === undefined || outcome === "not-judged") &&
    typeof (value as { case?: unknown }).case !== "number"
  );
}

function isPath(value: unknown): value is Path {
  return Array.isArray(value) && value.every((part) => typeof part === "string" || typeof part === "number");
}
