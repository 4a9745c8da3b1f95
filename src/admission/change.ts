import { isDeepStrictEqual } from "node:util";
import { isObject, objectOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { LAST_APPLIED } from "../resources/last-applied.ts";

/** Annotations that rules read, or that decide what rules say. */
const judgedAnnotations: readonly string[] = [
  LAST_APPLIED,
  "paddlock.dev/",
  "container.apparmor.security.beta.kubernetes.io/",
  "container.seccomp.security.alpha.kubernetes.io/",
  "seccomp.security.alpha.kubernetes.io/",
];

/**
 * Whether an update leaves alone all that rules look at: everything but the status and the metadata, and of these the
 * labels and some annotations. Taking away a finalizer, or what a controller writes of its own, is never to be held up.
 */
export function isUnchanged(object: JsonObject, old: JsonObject): boolean {
  return isDeepStrictEqual(judgedPart(object), judgedPart(old));
}

/** All of an object that rules look at. */
export function judgedPart(object: JsonObject): JsonObject {
  const { status: _status, metadata, ...rest } = object;
  const { labels, annotations } = objectOf(metadata);
  return { ...rest, metadata: { labels: isObject(labels) ? labels : {}, annotations: judged(objectOf(annotations)) } };
}

function judged(annotations: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => judgedAnnotations.some((prefix) => key.startsWith(prefix))),
  );
}
