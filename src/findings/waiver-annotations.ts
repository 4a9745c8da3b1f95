import { isObject } from "../json/json.ts";
import type { Resource } from "../resources/resource.ts";
import type { WrittenWaiver } from "./waiver-check.ts";

const prefix = "paddlock.dev/waive.";

/** The waivers in an object's `metadata.annotations`; mostly none. */
export function annotationWaivers(resource: Resource): readonly WrittenWaiver[] {
  const { metadata } = resource.object;
  const annotations = isObject(metadata) ? metadata.annotations : undefined;
  if (!isObject(annotations)) return none;
  let found: WrittenWaiver[] | undefined;
  for (const key in annotations) {
    if (!key.startsWith(prefix)) continue;
    const value = annotations[key];
    found ??= [];
    found.push({
      source: "annotation",
      rule: key.slice(prefix.length),
      // Anything but text (`true`, a number) is no reason.
      text: typeof value === "string" ? value : "",
      place: () => resource.document.locate([...resource.at, "metadata", "annotations", key]).region,
    });
  }
  return found ?? none;
}

const none: readonly WrittenWaiver[] = [];
