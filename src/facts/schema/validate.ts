import { BoundedMemo } from "../../budget/bounded-memo.ts";
import type { SchemaError } from "../../contract/input.generated.ts";
import type { JsonObject } from "../../json/value.ts";
import { chunkName, loadValidator, type Validator } from "./compiled.ts";
import { explain } from "./explain.ts";
import { typeErrors } from "./identify.ts";
import { isKnown, type ObjectType } from "./object-type.ts";
import { minorOf, NEWEST_MINOR, type Service, serviceOf } from "./served-versions.ts";

export interface ValidationOptions {
  /** `1.34`: which versions of the API are served. Null: nobody said, and it is the newest whose kinds are known. */
  readonly kubernetesVersion: string | null;
}

/** What is to be done with objects of one type. */
interface Judge {
  /** Null where the kind has no schema. */
  readonly validate: Validator | null;
  readonly chunk: string;
  readonly service: Service | undefined;
}

/** Hostile input may name a new type in each document. A group is a DNS subdomain, a version and a kind are labels. */
const judges = new BoundedMemo<Judge>(1 << 20, 512);

/** The newest Kubernetes whose kinds are known: the default of the option. */
export const NEWEST_KUBERNETES: string = `1.${NEWEST_MINOR}`;

/**
 * What the schema of an object's kind does not allow, at most a hundred errors. Kinds that others own are not judged.
 * `type` is what the object says of itself, split, with "" for what it does not say (or what its list says for it).
 */
export function validateObject(object: JsonObject, type: ObjectType, options: ValidationOptions): SchemaError[] {
  const { validate, chunk, service } = judgeOf(type);
  const errors =
    service === undefined ? [] : serviceErrors(type, service, options.kubernetesVersion ?? NEWEST_KUBERNETES);
  if (validate === null) return service === undefined ? typeErrors(object, type) : errors;
  if (!validate(object) && validate.errors) errors.push(...explain(object, chunk, validate.errors));
  return errors;
}

function judgeOf(type: ObjectType): Judge {
  const key = `${type.apiVersion} ${type.kind}`;
  const found = judges.get(key);
  if (found !== undefined) return found;
  const chunk = chunkName(type.group, type.version, type.kind);
  const judge: Judge = {
    validate: isKnown(type) ? loadValidator(chunk) : null,
    chunk,
    service: serviceOf(type.apiVersion, type.kind),
  };
  judges.set(key, judge);
  return judge;
}

function serviceErrors({ apiVersion, kind }: ObjectType, service: Service, kubernetesVersion: string): SchemaError[] {
  const minor = minorOf(kubernetesVersion) ?? NEWEST_MINOR;
  const { since, until, replacement } = service;
  const path = ["apiVersion"];
  if (until !== undefined && minor >= until) {
    const args = { apiVersion, kind, removed: `1.${until}` };
    if (replacement === undefined) return [{ problem: "removed-kind", path, args }];
    return [{ problem: "removed-version", path, args: { ...args, replacement } }];
  }
  if (since !== undefined && minor < since) {
    return [{ problem: "future-version", path, args: { apiVersion, kind, since: `1.${since}`, kubernetesVersion } }];
  }
  return [];
}
