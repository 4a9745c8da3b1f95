import { parseFile } from "../../documents/parse-file.ts";
import { isObject, objectOf } from "../../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../../json/value.ts";
import { namedSteps } from "../../resources/element-names.ts";
import { groupAndVersion } from "../../resources/kind-key.ts";
import { LAST_APPLIED } from "../../resources/last-applied.ts";
import { NEWEST_KUBERNETES, validateObject } from "./validate.ts";

/** As much as the API server takes of all annotations. */
const MOST_CHARACTERS = 256 << 10;

/**
 * An object of a cluster with the fields that were dropped from it. The API server takes away what its own kinds have no
 * field for before it asks anybody or stores anything; `kubectl apply`, and what is built on it, keeps in an annotation what
 * was written. What is broken in a file is thus found in the cluster too, at the same place, with the same words. Without
 * the annotation, or where it is a copy of another object, as controllers make some, it is the object itself.
 */
export function withDropped(object: JsonObject): JsonObject {
  const { apiVersion, kind } = object;
  const metadata = objectOf(object.metadata);
  const text = objectOf(metadata.annotations)[LAST_APPLIED];
  if (typeof text !== "string" || text.length > MOST_CHARACTERS) return object;
  const written = parseFile(text, "json").documents[0]?.value;
  if (!isObject(written) || typeof written.apiVersion !== "string" || typeof kind !== "string") return object;
  const own = { apiVersion: written.apiVersion, kind, ...groupAndVersion(written.apiVersion) };
  const isCopy =
    written.kind === kind &&
    own.group === groupAndVersion(String(apiVersion)).group &&
    objectOf(written.metadata).name === metadata.name;
  if (!isCopy) return object;
  let restored = object;
  for (const { path } of validateObject(written, own, { kubernetesVersion: NEWEST_KUBERNETES })) {
    restored = withField(restored, written, path) ?? restored;
  }
  return restored;
}

/** The one object with a field that the other has at a path; null where it has that, too, or nowhere to put it. */
function withField(object: JsonObject, written: JsonObject, path: Path): JsonObject | null {
  const [field] = path.slice(-1);
  if (typeof field !== "string") return null;
  const steps = namedSteps(written, path.slice(0, -1));
  const set = (into: JsonValue | undefined, from: JsonValue | undefined, depth: number): JsonValue | null => {
    const step = steps[depth];
    if (step === undefined) {
      if (!isObject(into) || !isObject(from) || !Object.hasOwn(from, field) || Object.hasOwn(into, field)) return null;
      return { ...into, [field]: from[field] ?? null };
    }
    if (typeof step === "string") {
      const child = set(objectOf(into)[step], objectOf(from)[step], depth + 1);
      return child === null ? null : { ...objectOf(into), [step]: child };
    }
    const at = path[depth];
    if (!Array.isArray(into) || !Array.isArray(from) || typeof at !== "number") return null;
    // Others may have put elements before it; those without a name are told by their place.
    const list = String(path[depth - 1]);
    const named = (index: number): string => JSON.stringify(namedSteps({ [list]: into }, [list, index])[1]);
    const place = into.findIndex((_, index) => named(index) === JSON.stringify(step));
    const child = place < 0 ? null : set(into[place], from[at], depth + 1);
    return child === null ? null : into.with(place, child);
  };
  const restored = set(object, written, 0);
  return isObject(restored) ? restored : null;
}
