import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { replaced } from "./manifests.ts";
import { brief, folder, paddlock, report, root } from "./run.ts";

const findings = readFileSync(join(root, "fixtures/cli/findings.yaml"), "utf8");

test("what is in the baseline does not count; what is new does", () => {
  const cwd = folder({ "m/a.yaml": findings });
  const before = report(["m", "--write-baseline", "base.json"], { cwd });
  expect(before.status).toBe(1);

  const same = report(["m", "--baseline", "base.json"], { cwd });
  expect(same.status).toBe(0);
  expect(same.notifications).toEqual([]);
  expect(same.summary).toMatchObject({ errors: 0, warnings: 0, infos: 0, notJudged: 1, baselined: 3 });
  expect(brief(same.findings)).toEqual([
    "network-policy baselined 14",
    "pinned-image baselined 22",
    "model-volume baselined 47",
    "model-volume not-judged 52",
  ]);

  const moved = `# a line more\n${findings.replace("  replicas: 2\n", "")}`;
  writeFileSync(join(cwd, "m/a.yaml"), moved);
  expect(report(["m", "--baseline", "base.json", "--fail-on", "info"], { cwd }).status).toBe(0);

  const added = replaced(findings, "            limits:\n              memory: 8Gi\n", "            limits:\n");
  writeFileSync(
    join(cwd, "m/a.yaml"),
    replaced(added, "runAsNonRoot: true", "runAsNonRoot: false").replace("runAsUser: 1000", "runAsUser: 0"),
  );
  const more = report(["m", "--baseline", "base.json"], { cwd });
  expect(more.status).toBe(1);
  expect(
    brief(more.findings.filter(({ outcome }) => outcome === "violation")).map((each) => each.split(" ")[0]),
  ).toEqual(["run-as-non-root", "cpu-memory-resources"]);
});

test("what is no longer found is noted, and the exit status is as without it", () => {
  const cwd = folder({ "m/a.yaml": findings });
  report(["m", "--write-baseline", "base.json"], { cwd });
  writeFileSync(join(cwd, "m/a.yaml"), readFileSync(join(root, "fixtures/cli/good.yaml")));
  const { status, notifications } = report(["m", "--baseline", "base.json"], { cwd });
  expect(status).toBe(0);
  expect(notifications.map(({ level, code, file }) => [level, code, file])).toEqual([
    ["note", "baseline-outdated", "base.json"],
  ]);
});

test("the same findings give the same bytes, and a baseline can be written over itself", () => {
  const cwd = folder({ "m/a.yaml": findings, "m/b.yaml": findings.replaceAll("ocr", "vl") });
  report(["m", "--write-baseline", "base.json"], { cwd });
  const first = readFileSync(join(cwd, "base.json"), "utf8");
  report(["m", "--baseline", "base.json", "--write-baseline", "base.json"], { cwd });
  expect(readFileSync(join(cwd, "base.json"), "utf8")).toBe(first);
  expect(JSON.parse(first).findings).toHaveLength(6);
});

test("a file that is no baseline is refused", () => {
  const cwd = folder({ "m/a.yaml": findings, "report.json": '{"schemaVersion": 1}', "text.json": "text" });
  for (const file of ["report.json", "text.json", "m"]) {
    const { status, stdout, stderr } = paddlock(["check", "m", "--baseline", file], { cwd });
    expect([status, stdout], file).toEqual([2, ""]);
    expect(stderr, file).toMatch(new RegExp(`^${file}: .+\n$`));
  }
});
