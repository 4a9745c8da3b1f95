import type { ModelSource } from "../../contract/input.generated.ts";
import { isObject, listOf, objectOf, textOf } from "../../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../../json/value.ts";
import { isOpen } from "../../shell/shell.ts";

/** Where KServe puts the models that it brings. */
export const KSERVE_MODELS = "/mnt/models";

const KNOWN_SCHEMES: { readonly [scheme: string]: string } = {
  http: "https",
  https: "https",
  s3: "s3",
  gs: "gs",
  hf: "hf",
  oci: "oci",
};

/** The scheme of a URI in lower case, or null where the text is none. */
export function schemeOf(text: string): string | null {
  const end = text.indexOf("://");
  if (end <= 0) return null;
  const scheme = text.slice(0, end).toLowerCase();
  return /^[a-z][a-z0-9+.-]*$/.test(scheme) ? scheme : null;
}

/** A model that a URI names. `pvc://claim/path` is a claim, mounted read-only unless its owner asks otherwise. */
export function sourceOfUri(
  uri: string,
  origin: Pick<ModelSource, "how" | "evidence"> & { readonly path: Path; readonly readOnly?: boolean },
): ModelSource {
  const { how, evidence } = origin;
  const path = [...origin.path];
  const scheme = schemeOf(uri);
  if (scheme === "pvc") {
    const claim = uri.slice("pvc://".length).split("/", 1)[0] ?? "";
    const kind = isOpen(claim) ? "template" : "claim";
    return { kind, how, evidence, at: uri, path, claim, readOnly: origin.readOnly ?? true, download: false };
  }
  const known = scheme === null ? undefined : KNOWN_SCHEMES[scheme];
  const kind = known ?? (isOpen(uri) ? "template" : "other");
  return { kind, how, evidence, at: uri, path, readOnly: true, download: kind !== "oci" && kind !== "template" };
}

/** KServe's `storageUri`, `storageUris` and `storage` in a mapping of the object. */
export function kserveSources(holder: JsonObject, path: Path, annotations: JsonObject): ModelSource[] {
  const sources: ModelSource[] = [];
  const readOnly = annotations["storage.kserve.io/readonly"] !== "false";
  const add = (uri: JsonValue | undefined, evidence: string, at: Path): void => {
    const text = textOf(uri);
    if (text !== null) sources.push(sourceOfUri(text, { how: "field", evidence, path: at, readOnly }));
  };
  add(holder.storageUri, "storageUri", [...path, "storageUri"]);
  const list = listOf(holder.storageUris);
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    const at = [...path, "storageUris", index];
    if (isObject(item)) add(item.uri, "storageUris", [...at, "uri"]);
    else add(item, "storageUris", at);
  }
  const { storage } = holder;
  if (isObject(storage)) {
    const at = [...path, "storage"];
    if (textOf(storage.storageUri) !== null) add(storage.storageUri, "storage.storageUri", [...at, "storageUri"]);
    else if (storage.path !== undefined || storage.key !== undefined) {
      const type = textOf(objectOf(storage.parameters).type);
      const kind = type === null ? "other" : isOpen(type) ? "template" : (KNOWN_SCHEMES[type.toLowerCase()] ?? "other");
      const place = textOf(storage.path) ?? textOf(storage.key);
      sources.push({ kind, how: "field", evidence: "storage", at: place, path: at, readOnly: true, download: true });
    }
  }
  return sources;
}
