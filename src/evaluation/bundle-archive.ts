import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parseTar } from "nanotar";
import { ConfigurationError } from "../config/configuration-error.ts";
import { isObject } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import type { Language } from "../messages/language.ts";
import { systemReason } from "../messages/system-reason.ts";
import { type BundleWords, bundleWords } from "./bundle-words.ts";

/** More than any policy needs; a bundle is read into memory whole. */
const maxBundleBytes = 64 << 20;

/**
 * What `opa build -t wasm` packs.
 * @param entrypoint that it should have been built with, for the message
 * @throws ConfigurationError naming the file and what is wrong with it
 */
export function unpackBundle(
  file: string,
  entrypoint: string,
  language: Language,
): { wasm: Uint8Array<ArrayBuffer>; data: JsonObject } {
  const bundle = { file, language };
  let archive: Uint8Array;
  try {
    archive = gunzipSync(readFileSync(file), { maxOutputLength: maxBundleBytes });
  } catch (error) {
    throw refused(bundle, (say) => say.noArchive(systemReason(error, language)));
  }
  const entries = new Map(parseTar(archive).map((entry) => [entry.name.replace(/^\.?\//, ""), entry]));
  const wasm = entries.get("policy.wasm")?.data;
  if (wasm === undefined) throw refused(bundle, (say) => say.noPolicy(entrypoint));
  const text = entries.get("data.json")?.text ?? "{}";
  let data: JsonValue;
  try {
    data = JSON.parse(text);
  } catch {
    throw refused(bundle, (say) => say.noJson);
  }
  if (!isObject(data)) throw refused(bundle, (say) => say.noObject("data.json"));
  return { wasm: new Uint8Array(wasm), data };
}

/** A bundle, and who is told of it. */
export interface BundleFile {
  readonly file: string;
  readonly language: Language;
}

export function refused({ file, language }: BundleFile, say: (words: BundleWords) => string): ConfigurationError {
  return ConfigurationError.of("bundle", say(bundleWords[language]), file);
}
