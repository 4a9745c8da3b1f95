import { ConfigurationError } from "../config/configuration-error.ts";
import { unpackBundle } from "../evaluation/bundle-archive.ts";
import { isPolicyError, WasmPolicy } from "../evaluation/wasm-policy.ts";
import type { JsonValue } from "../json/value.ts";
import { fingerprint, firstLineIn } from "./material.ts";
import { shown } from "./rejection.ts";

/** What every assertion answers: a set of messages, empty where the predicate will do. */
const ENTRYPOINT = "paddlock/assert";

/** A user's policy on the content of attestations, in Rego, compiled to Wasm. */
export interface Assertion {
  readonly fingerprint: string;
  /** What is wrong with a predicate; an assertion that fails is no pass. */
  messages(predicate: JsonValue): readonly string[];
}

/**
 * Loads what `opa build -t wasm -e paddlock/assert` made.
 *
 * @throws ConfigurationError naming the file and what is wrong with it
 */
export function loadAssertion(file: string): Assertion {
  const { wasm, data } = unpackBundle(file, ENTRYPOINT);
  let policy: WasmPolicy;
  try {
    policy = new WasmPolicy(wasm, ENTRYPOINT);
    policy.setData(data);
  } catch (error) {
    throw ConfigurationError.of("bundle", firstLineIn(error), file);
  }
  return {
    fingerprint: fingerprint(wasm, JSON.stringify(data)),
    messages(predicate) {
      try {
        return policy.items(predicate).map((item) => (typeof item === "string" ? shown(item) : "a message is no text"));
      } catch (error) {
        if (isPolicyError(error)) return [`the assertion failed: ${shown(error.message)}`];
        throw error;
      }
    },
  };
}
