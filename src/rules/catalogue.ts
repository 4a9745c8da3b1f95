import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Language } from "../messages/language.ts";
import { packageRoot } from "../package/root.ts";
import type { RuleExamples } from "./example.ts";
import type { Catalogue, RuleText } from "./metadata.ts";

let catalogue: Catalogue | undefined;

/** The catalogue that was generated from the rules' METADATA and the profiles. Read once: several stages ask for it. */
export function loadCatalogue(): Catalogue {
  catalogue ??= compiled<Catalogue>("catalogue.json");
  return catalogue;
}

/** The words of all rules in a language, by rule id. */
export function loadTexts(language: Language): { readonly [rule: string]: RuleText } {
  return compiled(`texts.${language}.json`);
}

/** A good and a bad example of each rule, and what it says of them. */
export function loadExamples(language: Language): { readonly [rule: string]: RuleExamples } {
  return compiled(`examples.${language}.json`);
}

/** The rules, compiled. */
export function loadWasm(): Uint8Array<ArrayBuffer> {
  return readFileSync(compiledFile("policy.wasm"));
}

/** Generated and tested with the code that reads it; no border to check at. */
function compiled<T>(name: string): T {
  return JSON.parse(readFileSync(compiledFile(name), "utf8"));
}

function compiledFile(name: string): string {
  return join(packageRoot(), "policies", "compiled", name);
}
