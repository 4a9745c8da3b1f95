import opa, { type LoadedPolicy } from "@open-policy-agent/opa-wasm";
import { isOverBudget, spend } from "../budget/budget.ts";
import type { JsonObject } from "../json/value.ts";
import { messageIn } from "../messages/thrown.ts";
import { type BundleWords, bundleWords } from "./bundle-words.ts";

/** A bundle answered with something that the contract does not allow. */
export class PolicyError extends Error {
  override name = "PolicyError";
  readonly say: (words: BundleWords) => string;

  constructor(say: (words: BundleWords) => string) {
    super(say(bundleWords.en));
    this.say = say;
  }
}

/** By name, for a bundle's loader is built apart and has a class of its own. */
export function isPolicyError(error: unknown): error is PolicyError {
  return error instanceof Error && error.name === "PolicyError";
}

/** Above this an instance is given up after the evaluation: its memory never shrinks. */
const memoryKept = 8 << 20;
const pageBytes = 64 << 10;
/** In pages: an input that needs more than 512 MiB fails instead of taking the machine. */
const memoryLimit = 8192;
/** From here on memory is made beforehand, so many bytes for each character of the input. */
const largeInput = 128 << 10;
const memoryPerCharacter = 64;
/** What rules take for their input, as measured where each value breaks one: a module cannot be stopped once it runs. */
const stepsPerCharacter = 2;
const stepsPerValue = 1_500;

/**
 * A policy compiled to Wasm, ready to answer one entrypoint. Synchronous and pure: the same input and data give the same
 * answer. Source: the ABI at https://www.openpolicyagent.org/docs/wasm, by way of `@open-policy-agent/opa-wasm`.
 */
export class WasmPolicy {
  readonly #module: WebAssembly.Module;
  readonly #entrypoint: number;
  #loaded: LoadedPolicy;
  #data: JsonObject | null = null;

  /** @throws PolicyError where the module has no such entrypoint */
  constructor(wasm: Uint8Array<ArrayBuffer>, entrypoint: string) {
    this.#module = new WebAssembly.Module(wasm);
    this.#loaded = this.#load();
    const number = this.#loaded.entrypoints[entrypoint];
    if (number === undefined) throw new PolicyError((say) => say.noEntrypoint(entrypoint));
    this.#entrypoint = number;
  }

  /** Sets the base documents for the evaluations that follow. */
  setData(data: JsonObject): void {
    this.#data = data;
    this.#loaded.setData(data);
  }

  /**
   * The items of the entrypoint's value, which is a set; none where it is undefined.
   *
   * @throws PolicyError where it is no set, or the module fails at run time
   */
  items(input: unknown): readonly unknown[] {
    const result = this.#run(input);
    if (this.#loaded.mem.buffer.byteLength > memoryKept) this.#renew();
    return result;
  }

  #run(input: unknown): readonly unknown[] {
    let answer: unknown;
    try {
      const text = inputText(input);
      spend(text.length * stepsPerCharacter + valuesIn(text) * stepsPerValue);
      this.#makeRoom(text.length);
      answer = evaluateText(this.#loaded, this.#entrypoint, text);
    } catch (error) {
      if (isOverBudget(error)) throw error;
      // A trapped instance is not used again.
      this.#renew();
      throw new PolicyError((say) => say.failed(messageIn(error)));
    }
    return itemsIn(answer);
  }

  /**
   * A module grows its memory in small steps, and for each the garbage collector runs: for a large input an instance
   * with enough from the start takes the place of the present one. `items` gives it up afterwards.
   */
  #makeRoom(inputLength: number): void {
    if (inputLength < largeInput) return;
    this.#renew(Math.min(Math.ceil((inputLength * memoryPerCharacter) / pageBytes), memoryLimit));
  }

  #renew(pages?: number): void {
    this.#loaded = this.#load(pages);
    if (this.#data !== null) this.#loaded.setData(this.#data);
  }

  #load(pages = 8): LoadedPolicy {
    return opa.loadPolicySync(this.#module, { initial: pages, maximum: memoryLimit });
  }
}

/**
 * As `LoadedPolicy.evaluate` does it, but the input is written where it is to lie, and the answer is read from where it
 * lies, without copies and without a search byte by byte.
 */
function evaluateText(loaded: LoadedPolicy, entrypoint: number, text: string): unknown {
  const { mem, dataAddr, dataHeapPtr, wasmInstance } = loaded;
  const { opa_eval: evaluate } = wasmInstance.exports;
  if (evaluate === undefined) return loaded.evaluate(new TextEncoder().encode(text).buffer, entrypoint);
  // At most three bytes of UTF-8 for a unit of UTF-16.
  const missing = dataHeapPtr + text.length * 3 - mem.buffer.byteLength;
  if (missing > 0) mem.grow(Math.ceil(missing / pageBytes));
  const bytes = Buffer.from(mem.buffer).write(text, dataHeapPtr);
  const answer = evaluate(0, entrypoint, dataAddr, dataHeapPtr, bytes, dataHeapPtr + bytes, 0);
  // The evaluation may have made the memory another, larger one. The text ends with a zero.
  const memory = Buffer.from(mem.buffer);
  return JSON.parse(memory.toString("utf8", answer, memory.indexOf(0, answer)));
}

/** About how many values a JSON text holds: what stands between its commas. */
function valuesIn(text: string): number {
  let values = 1;
  for (let at = text.indexOf(","); at >= 0; at = text.indexOf(",", at + 1)) values++;
  return values;
}

/** Half of a surrogate pair is written as an escape that OPA's parser refuses; it becomes what UTF-8 makes of it. */
function inputText(input: unknown): string {
  const text = JSON.stringify(input);
  return text.includes("\\ud") ? JSON.stringify(wellFormed(input)) : text;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key.toWellFormed(), wellFormed(each)]));
}

/** A result set is `[{result: value}]`, or `[]` where the entrypoint is undefined. */
function itemsIn(answer: unknown): readonly unknown[] {
  if (!Array.isArray(answer)) throw new PolicyError((say) => say.noResult);
  if (answer.length === 0) return [];
  const result: unknown = answer[0]?.result;
  if (!Array.isArray(result)) throw new PolicyError((say) => say.noSet);
  return result;
}
