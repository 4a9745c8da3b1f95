import type { JsonObject } from "../json/value.ts";
import { type Descriptor, readDescriptors } from "./descriptor.ts";
import { digestOf, isDigest } from "./digest.ts";
import type { Answer } from "./exchange.ts";
import { parseObject } from "./failure.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { isIndex, MANIFEST_TYPES, mediaTypeOf } from "./media-types.ts";
import { RegistryError, type RegistryPlace } from "./registry-error.ts";

/** A manifest or an index whose digest was checked. */
export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly json: JsonObject;
}

/**
 * The manifest in an answer. Its type is the one in the header, and the one within where it says so: bytes that can be
 * read as two things are refused.
 *
 * @param expected the digest that it was asked by, or null where that was a tag
 * @throws RegistryError: digest-mismatch, protocol
 */
export function manifestIn(answer: Answer, expected: string | null, place: RegistryPlace): Manifest {
  const mediaType = mediaTypeOf(answer.headers["content-type"]);
  if (!MANIFEST_TYPES.includes(mediaType)) {
    throw new RegistryError("protocol", place, { detail: (say) => say.notManifest(printable(mediaType)) });
  }
  const digest = digestOf(answer.body, expected ?? namedDigest(answer) ?? undefined);
  const named = expected ?? namedDigest(answer);
  if (named !== null && named !== digest)
    throw new RegistryError("digest-mismatch", place, { detail: (say) => say.of(named) });
  const json = parseObject(answer.body, place);
  if (json.mediaType !== undefined && json.mediaType !== mediaType) {
    throw new RegistryError("protocol", place, { detail: (say) => say.otherType(mediaType) });
  }
  const other = isIndex(mediaType) ? ["layers", "config"] : ["manifests"];
  if (other.some((key) => Object.hasOwn(json, key))) {
    throw new RegistryError("protocol", place, { detail: (say) => say.manifestAndIndex });
  }
  return { digest, mediaType, bytes: answer.body, json };
}

/** The digest that a registry names in the head of an answer, or null. */
export function namedDigest({ headers }: Answer): string | null {
  const named: unknown = headers["docker-content-digest"];
  return typeof named === "string" && isDigest(named) ? named : null;
}

/**
 * The layers of an artefact, such as a signature.
 *
 * @throws RegistryError: too-many; protocol for what has none
 */
export function layersOf(
  manifest: Manifest,
  place: RegistryPlace,
  most: number = DEFAULT_LIMITS.entries,
): Descriptor[] {
  return readDescriptors(manifest.json, "layers", most, place);
}

function printable(mediaType: string): string {
  return /^[a-z0-9.+/-]{1,100}$/.test(mediaType) ? mediaType : "not given";
}
