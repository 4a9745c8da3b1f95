import { refused, unpackBundle } from "../evaluation/bundle-archive.ts";
import { isPolicyError, WasmPolicy } from "../evaluation/wasm-policy.ts";
import type { JsonValue } from "../json/value.ts";
import type { Language } from "../messages/language.ts";
import type { Detail } from "./terms/detail-words.ts";
import { fingerprint, firstLineIn } from "./terms/material.ts";
import { shown } from "./terms/rejection.ts";

/** What every assertion answers: a set of messages, empty where the predicate will do. */
const ENTRYPOINT = "paddlock/assert";

/** A user's policy on the content of attestations, in Rego, compiled to Wasm. */
export interface Assertion {
  readonly fingerprint: string;
  /** What is wrong with a predicate; an assertion that fails is no pass. */
  messages(predicate: JsonValue): readonly Detail[];
}

/**
 * Loads what `opa build -t wasm -e paddlock/assert` made.
 *
 * @throws ConfigurationError naming the file and what is wrong with it
 */
export function loadAssertion(file: string, language: Language): Assertion {
  const { wasm, data } = unpackBundle(file, ENTRYPOINT, language);
  let policy: WasmPolicy;
  try {
    policy = new WasmPolicy(wasm, ENTRYPOINT);
    policy.setData(data);
  } catch (error) {
    throw refused({ file, language }, (say) =>
      isPolicyError(error) ? error.say(say) : say.noModule(firstLineIn(error)),
    );
  }
  return {
    fingerprint: fingerprint(wasm, JSON.stringify(data)),
    messages(predicate) {
      try {
        return policy.items(predicate).map((item) => (say) => (typeof item === "string" ? shown(item) : say.noMessage));
      } catch (error) {
        if (isPolicyError(error)) return [(say) => say.assertionFailed(shown(error.message))];
        throw error;
      }
    },
  };
}
