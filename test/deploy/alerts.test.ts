import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pinnedTool, root, run } from "./tools.ts";

const promtool = pinnedTool("promtool");
const folder = join(root, "deploy/alerts");

describe.skipIf(promtool === null)("the alerts, for promtool,", () => {
  test("parse", () => {
    expect(run(promtool, ["check", "rules", "paddlock.rules.yaml"], folder)).toContain("SUCCESS");
  });

  test("go off when they should, and only then", () => {
    expect(run(promtool, ["test", "rules", "paddlock.rules_test.yaml"], folder)).toContain("SUCCESS");
  });

  test("parse like every query of the dashboard", () => {
    const { panels } = JSON.parse(readFileSync(join(root, "deploy/dashboards/paddlock.json"), "utf8"));
    for (const { targets = [] } of panels)
      for (const { expr } of targets) {
        const plain = expr.replaceAll("$__rate_interval", "5m").replaceAll("$namespace", ".*");
        expect(run(promtool, ["--experimental", "promql", "format", plain])).not.toBe("");
      }
  });
});
