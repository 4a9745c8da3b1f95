import type { ResourceIdentity } from "../resources/identity.ts";
import type { Resource } from "../resources/resource.ts";
import type { RuleSetting } from "../rules/metadata.ts";
import type { Finding, Waiver } from "./finding.ts";
import { lastBefore } from "./last-before.ts";
import { annotationWaivers } from "./waiver-annotations.ts";
import type { WrittenWaiver } from "./waiver-check.ts";

/** An object that was judged, and by what. */
export interface JudgedObject {
  readonly resource: Resource;
  readonly rules: { readonly [rule: string]: RuleSetting };
  /** The names of its containers; asked for only where a waiver of the configuration names nothing but a container. */
  readonly containers: () => Iterable<string>;
}

/** An annotation that waives, and whether it did. */
export interface ObjectWaiver {
  readonly object: JudgedObject;
  readonly written: WrittenWaiver;
  readonly waiver: Waiver;
  used: boolean;
}

/** The waivers in the annotations of a file's objects. */
export class ObjectWaivers {
  readonly all: ObjectWaiver[] = [];
  /** By rule and object: of several, the first. */
  readonly #byRule = new Map<string, Map<JudgedObject, ObjectWaiver>>();
  /** By identity, where the objects begin, in ascending order; only where something is waived. An object may be in a file twice. */
  readonly #starts = new Map<string, JudgedObject[]>();

  /** @param check takes a waiver at its word, or returns null. */
  constructor(objects: readonly JudgedObject[], check: (written: WrittenWaiver) => Waiver | null) {
    for (const object of objects) {
      for (const written of annotationWaivers(object.resource)) {
        const waiver = check(written);
        if (waiver === null) continue;
        const entry: ObjectWaiver = { object, written, waiver, used: false };
        this.all.push(entry);
        const own = this.#byRule.get(written.rule) ?? new Map<JudgedObject, ObjectWaiver>();
        if (!own.has(object)) own.set(object, entry);
        this.#byRule.set(written.rule, own);
      }
    }
    if (this.all.length > 0) {
      for (const object of objects) push(this.#starts, identityKey(object.resource.identity), object);
    }
  }

  /** The waiver of a finding on an object that has one. */
  take(finding: Finding): Waiver | null {
    const entries = this.#byRule.get(finding.rule);
    if (entries === undefined) return null;
    const same = this.#starts.get(identityKey(finding.resource)) ?? [];
    const object = same.length === 1 ? same[0] : lastBefore(same, finding.line, lineOf);
    const entry = object === undefined ? undefined : entries.get(object);
    if (entry === undefined) return null;
    entry.used = true;
    return entry.waiver;
  }
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function identityKey({ apiVersion, kind, namespace, name }: ResourceIdentity): string {
  return JSON.stringify([apiVersion, kind, namespace, name]);
}

function lineOf({ resource }: JudgedObject): number {
  return resource.document.line;
}
