import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { check } from "../../src/commands/check/check.ts";
import type { Finding } from "../../src/findings/finding.ts";
import { expectGolden } from "../golden.ts";

const workloads = join(import.meta.dirname, "../../fixtures/workloads");
const golden = join(import.meta.dirname, "golden/core-rules");
const kinds = globSync("*/bad.yaml", { cwd: workloads }).map(dirname).sort();

async function findingsIn(file: string): Promise<readonly Finding[]> {
  const { report } = await check({ cwd: workloads, paths: [file], with: ["beside.yaml"] });
  expect(report.notifications).toEqual([]);
  return [...report.findings];
}

describe.each(kinds)("%s", (kind) => {
  test("is told nothing where every rule agrees, and what breaks the core rules at its field", async () => {
    const good = await findingsIn(`${kind}/good.yaml`);
    expect(good.filter(({ outcome }) => outcome !== "not-judged").map(shown)).toEqual([]);
    const bad = await findingsIn(`${kind}/bad.yaml`);
    const told = ["# good.yaml", ...good.map(shown), "# bad.yaml", ...bad.map(shown)];
    expectGolden(join(golden, `${kind}.txt`), told.join("\n"));
  });
});

function shown({ rule, level, outcome, path, message }: Finding): string {
  return `${rule} ${outcome === "not-judged" ? outcome : level} ${path}\n  ${message}\n`;
}
