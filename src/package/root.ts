import { existsSync } from "node:fs";
import { join } from "node:path";

/** The folder of the installed package: it holds `policies/compiled` and `dist`, where the bundles are. */
export function packageRoot(): string {
  const above = join(import.meta.dirname, "..");
  return existsSync(join(above, "package.json")) ? above : join(above, "..");
}
