import { isObject } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { isDigest } from "./digest.ts";
import { RegistryError, type RegistryPlace } from "./registry-error.ts";
import type { RegistryDetail } from "./words.ts";

/** Names content by digest, size and type. Source: OCI image-spec, "Content Descriptors". */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** Only in lists of referrers; not every registry fills it in. */
  readonly artifactType?: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** @throws RegistryError (protocol) for what is no descriptor, or names a digest that cannot be checked */
export function readDescriptor(value: JsonValue | undefined, place: RegistryPlace): Descriptor {
  if (!isObject(value)) throw broken(place, (say) => say.descriptor);
  const { mediaType, digest, size, artifactType } = value;
  if (typeof mediaType !== "string" || mediaType === "") throw broken(place, (say) => say.descriptorType);
  if (typeof digest !== "string" || !isDigest(digest)) throw broken(place, (say) => say.descriptorDigest);
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw broken(place, (say) => say.descriptorSize);
  }
  const annotations = annotationsOf(value);
  return typeof artifactType === "string" && artifactType !== ""
    ? { mediaType, digest, size, artifactType, annotations }
    : { mediaType, digest, size, annotations };
}

/**
 * The descriptors in a list of a manifest or an index, `layers` or `manifests`.
 *
 * @throws RegistryError: too-many beyond the cap, which is never a silent cut; protocol for what is no such list
 */
export function readDescriptors(
  json: JsonObject,
  key: "layers" | "manifests",
  most: number,
  place: RegistryPlace,
): Descriptor[] {
  const list = json[key];
  if (!Array.isArray(list)) throw broken(place, (say) => say.noList(key));
  if (list.length > most) {
    throw new RegistryError("too-many", place, { detail: (say) => say.listSize(list.length, key, most) });
  }
  return list.map((item) => readDescriptor(item, place));
}

function annotationsOf({ annotations }: JsonObject): Readonly<Record<string, string>> {
  if (!isObject(annotations)) return {};
  const texts = Object.entries(annotations).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(texts);
}

function broken(place: RegistryPlace, detail: RegistryDetail): RegistryError {
  return new RegistryError("protocol", place, { detail });
}
