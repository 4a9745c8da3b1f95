import { valueAt } from "../json/json.ts";
import type { JsonValue, Path } from "../json/value.ts";

/** Where predicates say when what they report ended: scans, builds, lists of packages, cosign's own wrapper. */
const PLACES: readonly Path[] = [
  ["metadata", "scanFinishedOn"],
  ["metadata", "buildFinishedOn"],
  ["runDetails", "metadata", "finishedOn"],
  ["metadata", "timestamp"],
  ["creationInfo", "created"],
  ["Timestamp"],
  ["timestamp"],
];
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** The time that a signed predicate names itself, or null. */
export function predicateTime(predicate: JsonValue): Date | null {
  for (const place of PLACES) {
    const value = valueAt(predicate, place);
    if (typeof value !== "string" || !RFC_3339.test(value)) continue;
    const time = new Date(value);
    if (!Number.isNaN(time.getTime())) return time;
  }
  return null;
}
