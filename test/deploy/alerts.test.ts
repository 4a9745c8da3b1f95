import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
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
    const queries: string[] = [];
    for (const { targets = [] } of panels) for (const { expr } of targets) queries.push(expr);
    // promtool knows no variables of Grafana's, and reads queries as those of recording rules.
    const rules = queries.map((query, index) => ({
      record: `query_${index}`,
      expr: query.replaceAll("$__rate_interval", "5m").replaceAll("$namespace", ".*"),
    }));
    const temporary = mkdtempSync(join(tmpdir(), "paddlock-queries-"));
    onTestFinished(() => rmSync(temporary, { recursive: true }));
    writeFileSync(join(temporary, "rules.json"), JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
    const said = run(promtool, ["check", "rules", "rules.json"], temporary);
    expect(said).toContain(`SUCCESS: ${queries.length} rules found`);
  });
});
