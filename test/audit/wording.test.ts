import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseFile } from "../../src/documents/parse-file.ts";
import { isObject, objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { folder, root } from "../cli/run.ts";
import { FakeCluster } from "./fake-cluster.ts";
import { paddlock } from "./run.ts";

/** Rules that ask about nothing but the object itself. */
const RULES = ["pinned-image", "run-as-non-root", "restricted-container", "cpu-memory-resources", "probe-delays"];
const KINDS: ReadonlySet<unknown> = new Set(["apps/v1 Deployment", "v1 Pod", "batch/v1 Job"]);

/** What fixtures of those rules hold, each under a name of its own. */
function objects(): JsonObject[] {
  const found: JsonObject[] = [];
  for (const rule of RULES) {
    const fixtures = join(root, "fixtures/rules", rule);
    for (const name of readdirSync(fixtures).filter((each) => /^(?:bad|good).*\.yaml$/.test(each))) {
      for (const { value } of parseFile(readFileSync(join(fixtures, name), "utf8"), "yaml").documents) {
        if (!isObject(value) || !KINDS.has(`${value.apiVersion} ${value.kind}`)) continue;
        const { labels, annotations } = objectOf(value.metadata);
        found.push({
          ...value,
          metadata: {
            ...{ name: `o-${found.length}`, namespace: "ml" },
            ...(labels === undefined ? {} : { labels }),
            ...(annotations === undefined ? {} : { annotations }),
          },
        });
      }
    }
  }
  return found;
}

test("what the audit says of an object is what check says of it as the cluster has it", async () => {
  const cluster = await FakeCluster.start();
  try {
    const all = objects();
    cluster.put(...all);
    const files = Object.fromEntries(all.map((each, index) => [`${index}.json`, JSON.stringify(each)]));
    const words = [...RULES.flatMap((rule) => ["--rule", rule]), "--profile", "strict", "--format", "json"];
    const audited = await paddlock(["audit", "--kubeconfig", cluster.kubeconfig, ...words], folder());
    const checked = await paddlock(["check", "--as-admission", ...words], folder(files));
    const said = (text: string): string[] => {
      const report: { readonly findings: readonly JsonObject[] } = JSON.parse(text);
      return report.findings
        .map(({ rule, level, outcome, message, remedy, path, resource }) =>
          JSON.stringify([objectOf(resource).name, rule, level, outcome, path, message, remedy]),
        )
        .sort();
    };
    expect(said(audited.stdout).length).toBeGreaterThan(50);
    expect(said(audited.stdout)).toEqual(said(checked.stdout));
  } finally {
    await cluster.stop();
  }
});
