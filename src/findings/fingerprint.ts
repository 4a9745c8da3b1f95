import type { JsonValue } from "../json/value.ts";
import type { ResourceIdentity } from "../resources/identity.ts";
import { hash128 } from "./hash.ts";

/** What makes a finding the same finding when lines move or list items change places. */
export interface FingerprintParts {
  readonly rule: string;
  readonly file: string;
  readonly resource: ResourceIdentity;
  /** The API group; a finding stays the same when only the version changes. */
  readonly group: string;
  /** The path with list indices replaced by the elements' names. */
  readonly namedPath: string;
  readonly args: { readonly [name: string]: JsonValue };
}

/** 32 hexadecimal digits. */
export function fingerprintOf(parts: FingerprintParts): string {
  const { rule, file, resource, group, namedPath, args } = parts;
  const identity = [rule, file, group, resource.kind, resource.namespace, resource.name, namedPath, args];
  return hash128(JSON.stringify(identity));
}

/** Tells repeats of a fingerprint within one file apart: the second becomes `…#2`. */
export class FingerprintCounter {
  readonly #seen = new Map<string, number>();

  number(fingerprint: string): string {
    const count = (this.#seen.get(fingerprint) ?? 0) + 1;
    this.#seen.set(fingerprint, count);
    return count === 1 ? fingerprint : `${fingerprint}#${count}`;
  }
}
