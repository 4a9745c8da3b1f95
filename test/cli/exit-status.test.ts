import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { replaced } from "./manifests.ts";
import { folder, paddlock, root } from "./run.ts";

const good = readFileSync(join(root, "fixtures/cli/good.yaml"), "utf8");
const findings = readFileSync(join(root, "fixtures/cli/findings.yaml"), "utf8");
const broken = "kind: [\n";

/** `good` with one defect that weighs this much. */
const warningOnly = replaced(good, "paddlex/paddlex@sha256:", "paddlex/hps:paddlex3.5-gpu #");
const infoOnly = replaced(good, "              readOnly: true\n", "");
const notJudgedOnly = replaced(
  good,
  "kind: PersistentVolumeClaim\nmetadata:\n  name: ocr-models",
  "kind: PersistentVolumeClaim\nmetadata:\n  name: other",
);

function status(files: Readonly<Record<string, string>>, ...words: readonly string[]): number | null {
  return paddlock(["check", ...words], { cwd: folder(files) }).status;
}

describe("exit status", () => {
  test.each([
    ["nothing found", good, [], 0],
    ["an error", findings, [], 1],
    ["a warning below the threshold", warningOnly, [], 0],
    ["a warning at the threshold", warningOnly, ["--fail-on", "warning"], 1],
    ["a warning above the threshold", warningOnly, ["--fail-on", "info"], 1],
    ["an info below the default threshold", infoOnly, [], 0],
    ["an info below the threshold", infoOnly, ["--fail-on", "warning"], 0],
    ["an info at the threshold", infoOnly, ["--fail-on=info"], 1],
    ["what was not judged", notJudgedOnly, [], 0],
    ["what was not judged, with the lowest threshold", notJudgedOnly, ["--fail-on", "info"], 0],
    ["what was not judged, when it counts", notJudgedOnly, ["--fail-on-not-judged"], 1],
    ["an error, where nothing fails", findings, ["--fail-on", "never"], 0],
    ["a broken file, where nothing fails", broken, ["--fail-on", "never"], 2],
    ["nothing found, when everything counts", good, ["--fail-on", "info", "--fail-on-not-judged"], 0],
    ["broken input", broken, [], 2],
    ["no object at all", "just: text\n", [], 0],
    ["no content at all", "", [], 0],
  ])("%s", (_, content, words, expected) => {
    expect(status({ "a.yaml": content }, ...words)).toBe(expected);
  });

  test("findings and unreadable input: could not judge", () => {
    expect(status({ "a.yaml": findings, "b.yaml": broken })).toBe(2);
  });

  test("unreadable input beside what is right: could not judge", () => {
    expect(status({ "a.yaml": good, "b.yaml": broken })).toBe(2);
  });

  test("an empty folder has nothing to say", () => {
    expect(status({})).toBe(0);
  });

  test("a path that is not there: could not judge", () => {
    expect(status({ "a.yaml": good }, "a.yaml", "b.yaml")).toBe(2);
    expect(status({ "a.yaml": good }, "*.yml")).toBe(2);
  });

  test("a broken configuration: could not judge, and nothing on standard output", () => {
    const cwd = folder({ "a.yaml": good, ".paddlock.yaml": "rules:\n  pined-image: off\n" });
    const { status, stdout, stderr } = paddlock(["check"], { cwd });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^\.paddlock\.yaml:2:\d+: .*"pined-image".*did you mean "pinned-image"\?$/m);
  });
});
