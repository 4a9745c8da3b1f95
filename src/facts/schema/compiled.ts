import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { JsonObject } from "../../json/value.ts";
import { packageRoot } from "../../package/root.ts";

/** An error as the compiled validators report it; `path` is a JSON pointer into the object. */
export interface RawError {
  readonly path: string;
  readonly keyword: string;
  readonly params: { readonly [name: string]: unknown };
}

/** A compiled validator: false where the object is not valid, with the reasons in `errors` until its next call. */
export interface Validator {
  (object: JsonObject): boolean;
  errors?: readonly RawError[] | null;
}

/** Which fields an object has, and what is behind each: a number of another definition, or -1. See tools/schemas. */
export interface Places {
  readonly kinds: { readonly [chunk: string]: number };
  readonly definitions: readonly { readonly [field: string]: number }[];
}

/** The name of a kind's file, without its ending. */
export function chunkName(group: string, version: string, kind: string): string {
  return `${group || "core"}_${version}_${kind}`;
}

/** Loads the validator of a kind that is known to have one. Throws where the package is not built. */
export function loadValidator(chunk: string): Validator {
  require ??= createRequire(join(schemasFolder(), "/"));
  return require(`./${chunk}.cjs`).validate as Validator;
}

/** The skeleton of all kinds; only asked for when a field is in the wrong place. */
export function loadPlaces(): Places {
  places ??= JSON.parse(readFileSync(join(schemasFolder(), "places.json"), "utf8")) as Places;
  return places;
}

let require: NodeJS.Require | undefined;
let places: Places | undefined;

function schemasFolder(): string {
  return join(packageRoot(), "dist", "schemas");
}
