import { createRequire } from "node:module";
import { join } from "node:path";
import { packageRoot } from "../package/root.ts";

/** What a JSON Schema does not allow, as ajv says it with `verbose`. */
export interface SchemaError {
  /** JSON Pointer of the offending value. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: { readonly [name: string]: unknown };
  readonly message?: string;
  /** The keyword's own value. */
  readonly schema?: unknown;
  /** The schema that holds the keyword. */
  readonly parentSchema?: { readonly [keyword: string]: unknown };
  readonly data?: unknown;
}

export interface SchemaCheck {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

/** The configuration's JSON Schema, compiled. */
export interface ConfigurationValidator {
  readonly configuration: SchemaCheck;
  /** The setting of a rule that the schema does not know: of a user's own bundle. */
  readonly setting: SchemaCheck;
}

/** Loads the validator that the build compiled ahead, so that no schema compiler runs here. */
export function builtValidator(): ConfigurationValidator {
  const file = join(packageRoot(), "dist", "schemas", "config.cjs");
  const validator: ConfigurationValidator = createRequire(file)(file);
  return validator;
}
