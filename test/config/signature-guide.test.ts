import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { folder, root } from "../cli/run.ts";

describe.each(["docs/signatures.md", "docs/signatures.zh.md"])("%s", (page) => {
  const text = readFileSync(join(root, page), "utf8");
  const blocks = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);

  test("shows policies and registries that the configuration takes", async () => {
    expect(blocks.length).toBeGreaterThan(5);
    for (const block of blocks) {
      const cwd = folder({ ".paddlock.yaml": block });
      const { signatures, registries } = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue() });
      expect((signatures?.policies.length ?? 0) + registries.hosts.length, block).toBeGreaterThan(0);
    }
  });
});
