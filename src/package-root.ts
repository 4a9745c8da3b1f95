import { join } from "node:path";

/**
 * The folder of the installed package: it holds `policies/compiled` and `dist`. One level above this file in the
 * sources, and one level above the bundles in `dist`, for which the build replaces `import.meta.dirname`.
 */
export function packageRoot(): string {
  return join(import.meta.dirname, "..");
}
