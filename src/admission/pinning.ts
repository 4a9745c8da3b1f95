import type { Signatures } from "../facts/signatures/fact.ts";
import { parseReference } from "../images/reference.ts";
import { valueAt } from "../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../json/value.ts";
import { elementNames } from "../resources/element-names.ts";
import type { WorkloadModel } from "../workloads/workload-model.ts";
import { objectPaths } from "../workloads/workload-paths.ts";

/** An image that is named without a digest, in a field that holds the whole of its name. */
export interface Unpinned {
  /** Of the field, in the object. */
  readonly path: Path;
  /** The same with the names of list elements: `spec.containers[ocr].image`. */
  readonly field: string;
  readonly reference: string;
  /** What the field held before this update, if that was this very reference with a digest. */
  readonly pinnedBefore: string | null;
}

/** A field, and the reference with a digest that it is to hold. */
export interface Pin extends Unpinned {
  readonly pinned: string;
}

/** A state of an object, and the workload that it is. */
export interface ObjectState {
  readonly object: JsonObject;
  readonly workload: WorkloadModel | null;
}

/**
 * The images that an object names anew and without a digest. Left out are templates, names that are none, and names that
 * are split over several fields; and on an update whatever a field held before, word for word: to touch it would restart
 * a container, or be a change of what cannot be changed, for the sake of an update of something else.
 */
export function unpinnedImages(state: ObjectState, before: ObjectState | null): Unpinned[] {
  const old = new Map<string, string>();
  if (before !== null) for (const { field, reference } of wholeReferences(before)) old.set(field, reference);
  const found = new Map<string, Unpinned>();
  for (const { path, field, reference } of wholeReferences(state)) {
    const held = old.get(field);
    if (hasDigest(reference) || held === reference) continue;
    const pinnedBefore = held?.startsWith(`${reference}@`) === true ? held : null;
    // Two pods of a workload may share a field.
    found.set(pointerTo(path), { path, field, reference, pinnedBefore });
  }
  return [...found.values()];
}

/** The references that have to be known before images are pinned. */
export function referencesOf(images: readonly Unpinned[]): string[] {
  return [...new Set(images.flatMap(({ reference, pinnedBefore }) => [reference, pinnedBefore ?? reference]))];
}

/**
 * Gives each image that was verified the digest that was. One that an update names as before keeps the digest that it
 * had, if that is verified: to apply a manifest again changes nothing, also where the tag has moved.
 */
export function pins(images: readonly Unpinned[], signatures: Signatures): Pin[] {
  return images.flatMap((image) => {
    const pinned = pinnedName(image, signatures);
    return pinned === null ? [] : [{ ...image, pinned }];
  });
}

/** A JSON Patch (RFC 6902) that changes these fields, and nothing else. */
export function patchOf(all: readonly Pin[]): JsonValue {
  return all.map(({ path, pinned }) => ({ op: "replace", path: pointerTo(path), value: pinned }));
}

function pinnedName({ reference, pinnedBefore }: Unpinned, signatures: Signatures): string | null {
  if (pinnedBefore !== null && signatures(pinnedBefore)?.state === "verified") return pinnedBefore;
  const fact = signatures(reference);
  if (fact?.state !== "verified" || fact.digest === null) return null;
  const pinned = `${reference}@${fact.digest}`;
  return hasDigest(pinned) ? pinned : null;
}

interface WholeReference {
  readonly path: Path;
  readonly field: string;
  readonly reference: string;
}

/** The images of a workload that a field holds as they are, and that are names of images. */
function wholeReferences({ object, workload }: ObjectState): WholeReference[] {
  if (workload === null) return [];
  const inObject = objectPaths(workload);
  return workload.pods.flatMap(({ images }) =>
    images.flatMap(({ path: modelPath, reference, repository }) => {
      const path = inObject(modelPath);
      // No repository: a template, no name, or but the tag of an image that is named elsewhere.
      if (repository === null || valueAt(object, path) !== reference) return [];
      return [{ path, field: elementNames(object, path), reference }];
    }),
  );
}

function hasDigest(reference: string): boolean {
  const parsed = parseReference(reference);
  return typeof parsed !== "string" && parsed.digest !== null;
}

/** A JSON Pointer (RFC 6901). */
function pointerTo(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
