import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./run.ts";

// The tests beside this one run what `npm ci` or `npm run build` made.
test("the built program is no older than its sources: else run `npm run build`", () => {
  const built = statSync(join(root, "dist/cli.cjs")).mtimeMs;
  const sources = globSync(["src/**/*.ts", "policies/compiled/*", "tools/build.ts", "tools/schemas/*.ts"], {
    cwd: root,
  });
  const newer = sources.filter((file) => statSync(join(root, file)).mtimeMs > built);
  expect(newer).toEqual([]);
});
