import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ConfigurationError } from "../../src/config/configuration-error.ts";
import { applyBaseline, baselineNotifications, baselineText, readBaseline } from "../../src/findings/baseline.ts";
import type { Finding } from "../../src/findings/finding.ts";
import { workspace } from "../config/workspace.ts";
import { finding } from "./judged-file.ts";

const write = (findings: readonly Finding[]): string => [...baselineText(findings)].join("");

function refusal(text: string | null): string {
  const cwd = workspace(text === null ? {} : { "base.json": text });
  try {
    readBaseline("base.json", cwd, "en");
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const [notification] = error.notifications;
    expect(notification).toMatchObject({ level: "error", code: "baseline", file: "base.json" });
    return notification?.message ?? "";
  }
  throw new Error("the baseline was accepted");
}

it("writes one violation a line, sorted, without what was waived or not judged", () => {
  const findings = [
    finding("white-sail", 9, { file: "b.yaml", path: "spec.b" }),
    finding("tight-rope", 3, { outcome: "waived" }),
    finding("tight-rope", 4, { outcome: "not-judged" }),
    finding("heavy-anchor", 5, {
      outcome: "baselined",
      resource: { apiVersion: "v1", kind: "Pod", namespace: null, name: "p" },
    }),
    finding("heavy-anchor", 2, { file: "b.yaml" }),
  ];
  expect(write(findings)).toBe(`{
  "schemaVersion": 1,
  "findings": [
    {"fingerprint":"heavy-anchor2","rule":"heavy-anchor","file":"b.yaml","resource":"Deployment/ml/ocr","path":"spec"},
    {"fingerprint":"white-sail9","rule":"white-sail","file":"b.yaml","resource":"Deployment/ml/ocr","path":"spec.b"},
    {"fingerprint":"heavy-anchor5","rule":"heavy-anchor","file":"deploy.yaml","resource":"Pod/p","path":"spec"}
  ]
}
`);
  expect(write([])).toBe('{\n  "schemaVersion": 1,\n  "findings": []\n}\n');
});

it("sets aside exactly what was written, in any order and on any line", () => {
  const one = fc
    .record({ rule: fc.constantFrom("a", "b"), line: fc.nat(99), file: fc.constantFrom("x.yaml", "y.yaml") })
    .map(({ rule, line, file }) => finding(rule, line, { file, fingerprint: `${rule}${file}` }));
  fc.assert(
    fc.property(fc.array(one), fc.array(one), (before, now) => {
      const text = write(before);
      expect(write([...before].reverse())).toBe(text);
      const cwd = workspace({ "base.json": text });
      const known = new Set(readBaseline("base.json", cwd, "en").fingerprints);
      const written = new Set(before.map(({ fingerprint }) => fingerprint));
      for (const { fingerprint, outcome } of applyBaseline(now, known)) {
        expect(outcome).toBe(written.has(fingerprint) ? "baselined" : "violation");
      }
    }),
    { numRuns: 30 },
  );
});

it("leaves what was waived or not judged as it is", () => {
  const findings = [finding("a", 1, { outcome: "waived" }), finding("a", 1, { outcome: "not-judged" })];
  expect(applyBaseline(findings, new Set(["a1"]))).toEqual(findings);
});

it("notes what is no longer there: in a file that was judged, or that is gone", () => {
  const was = ["kept", "fixed", "gone", "not-judged"].map((file) =>
    finding("a", 1, { file: `${file}.yaml`, fingerprint: file }),
  );
  const cwd = workspace({ "base.json": write(was), "kept.yaml": "", "fixed.yaml": "", "not-judged.yaml": "" });
  const baseline = readBaseline("base.json", cwd, "en");
  const judged = new Set(["kept.yaml", "fixed.yaml"]);
  const now = [finding("a", 7, { file: "kept.yaml", fingerprint: "kept", outcome: "baselined" })];
  expect(baselineNotifications(baseline, now, judged, cwd, "en")).toEqual([
    {
      level: "note",
      code: "baseline-outdated",
      message:
        "2 findings of the baseline are no longer there (fixed.yaml a, gone.yaml a); --write-baseline base.json takes them out",
      file: "base.json",
    },
  ]);
  expect(baselineNotifications(baseline, was, judged, cwd, "en")).toEqual([]);
});

it.each<[string, string | null, string]>([
  ["is not there", null, "there is no such baseline; write it first with --write-baseline base.json"],
  ["is no JSON", "{", "write it anew with --write-baseline"],
  [
    "is something else",
    '{"schemaVersion": "1.0", "runs": []}',
    "this is no baseline of paddlock; write one with --write-baseline",
  ],
  ["is no object", "null", "this is no baseline of paddlock; write one with --write-baseline"],
  ["is of a later version", '{"schemaVersion": 2, "findings": []}', "only a newer paddlock reads"],
  [
    "holds a broken entry",
    '{"schemaVersion": 1, "findings": [{"fingerprint": 1}]}',
    "findings[0] of the baseline has no fingerprint; write it anew with --write-baseline",
  ],
])("refuses a baseline that %s", (_, text, message) => {
  expect(refusal(text)).toContain(message);
});

it("reads a baseline beside the working directory", () => {
  const cwd = workspace({ "conf/base.json": write([finding("a", 1)]), "sub/x": "" });
  expect(readBaseline("../conf/base.json", join(cwd, "sub"), "en").entries).toEqual([
    { fingerprint: "a1", rule: "a", file: "deploy.yaml", resource: "Deployment/ml/ocr", path: "spec" },
  ]);
});
