import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parseTar } from "nanotar";
import { ConfigurationError } from "../config/configuration-error.ts";
import { isObject } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { messageIn } from "../messages/thrown.ts";

/** More than any policy needs; a bundle is read into memory whole. */
const maxBundleBytes = 64 << 20;

/**
 * What `opa build -t wasm` packs.
 * @param entrypoint that it should have been built with, for the message
 * @throws ConfigurationError naming the file and what is wrong with it
 */
export function unpackBundle(file: string, entrypoint: string): { wasm: Uint8Array<ArrayBuffer>; data: JsonObject } {
  let archive: Uint8Array;
  try {
    archive = gunzipSync(readFileSync(file), { maxOutputLength: maxBundleBytes });
  } catch (error) {
    throw ConfigurationError.of("bundle", `cannot be read as a .tar.gz: ${messageIn(error)}`, file);
  }
  const entries = new Map(parseTar(archive).map((entry) => [entry.name.replace(/^\.?\//, ""), entry]));
  const wasm = entries.get("policy.wasm")?.data;
  if (wasm === undefined)
    throw ConfigurationError.of(
      "bundle",
      `holds no policy.wasm: build it with opa build -t wasm -e ${entrypoint}`,
      file,
    );
  const text = entries.get("data.json")?.text ?? "{}";
  let data: JsonValue;
  try {
    data = JSON.parse(text);
  } catch {
    throw ConfigurationError.of("bundle", "its data.json is no JSON", file);
  }
  if (!isObject(data)) throw ConfigurationError.of("bundle", "its data.json is no object", file);
  return { wasm: new Uint8Array(wasm), data };
}
