import { join } from "node:path";
import type { SchemaError } from "../../src/contract/input.generated.ts";
import { NEWEST_KUBERNETES, validateObject } from "../../src/facts/schema/validate.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { packageRoot } from "../../src/package/root.ts";
import { buildSchemas } from "../../tools/schemas/build.ts";

// The sources need the compiled validators of a build; this is quick where they are there.
await buildSchemas(join(packageRoot(), "dist", "schemas"));

/** What the schema says of an object that stands alone. */
export function check(object: JsonObject, kubernetesVersion: string = NEWEST_KUBERNETES): SchemaError[] {
  const apiVersion = typeof object.apiVersion === "string" ? object.apiVersion : "";
  const slash = apiVersion.indexOf("/");
  const type = {
    apiVersion,
    group: slash < 0 ? "" : apiVersion.slice(0, slash),
    version: slash < 0 ? apiVersion : apiVersion.slice(slash + 1),
    kind: typeof object.kind === "string" ? object.kind : "",
  };
  return validateObject(object, type, { kubernetesVersion });
}

/** The errors as lines: `problem path args`. */
export function lines(errors: readonly SchemaError[]): string[] {
  return errors.map(({ problem, path, args }) => `${problem} ${path.join(".")} ${JSON.stringify(args)}`);
}
