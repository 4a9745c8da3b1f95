import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { builtTool } from "../../tools/install.ts";

/** The root of the project. */
export const root: string = join(import.meta.dirname, "../..");

/**
 * A pinned tool that was built before; else null, so that what needs it is skipped by name. Where nothing may be skipped
 * (`PADDLOCK_REQUIRE_TOOLS`) its bare name, so that what needs it fails where it is not in PATH either.
 */
export function pinnedTool(name: string): string | null {
  return builtTool(name) ?? (process.env.PADDLOCK_REQUIRE_TOOLS === "1" ? name : null);
}

/** What a tool prints; throws with what it says on standard error where it fails. */
export function run(tool: string | null, words: readonly string[], cwd: string = root): string {
  if (tool === null) throw new Error("this test was to be skipped: its tool is missing");
  return execFileSync(tool, [...words], {
    cwd,
    encoding: "utf8",
    maxBuffer: 64 << 20,
    stdio: ["ignore", "pipe", "pipe"],
  });
}
