import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fieldsOf } from "../json/fields.ts";
import { packageRoot } from "./root.ts";

/** The version of the installed package. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  const { version } = fieldsOf(manifest);
  if (typeof version === "string") return version;
  throw new Error("package.json has no version");
}
