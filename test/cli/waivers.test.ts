import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { replaced } from "./manifests.ts";
import { folder, report, root } from "./run.ts";

const findings = readFileSync(join(root, "fixtures/cli/findings.yaml"), "utf8");
const image = "          image: registry.example.com/paddlex/hps:paddlex3.5-gpu\n";
const past = "2020-01-31";
const future = "2999-12-31";

/** The outcome of each finding of network-policy and pinned-image, and what is said about the run. */
function outcomes(files: Readonly<Record<string, string>>, ...words: readonly string[]) {
  const run = report(["m", ...words], { cwd: folder(files) });
  const of = (rule: string): string[] =>
    run.findings
      .filter((each) => each.rule === rule)
      .map(({ outcome, waiver }) => [outcome, waiver?.source].filter(Boolean).join(" by "));
  return {
    status: run.status,
    policy: of("network-policy"),
    image: of("pinned-image"),
    notes: run.notifications.map(({ level, code, file, line }) => `${level} ${code} ${file}:${line}`),
    waived: run.summary.waived,
    findings: run.findings,
  };
}

const annotated = (text: string, rule = "network-policy"): string =>
  replaced(findings, "  name: ocr\n", `  name: ocr\n  annotations:\n    paddlock.dev/waive.${rule}: ${text}\n`);
const commented = (text: string): string => replaced(findings, image, `          # paddlock-ignore ${text}\n${image}`);
const configured = (waiver: string): string => `waivers:\n  - ${waiver}\n`;

describe("a waiver by annotation", () => {
  test("waives its rule on its object, with its reason and end in the report", () => {
    const run = outcomes({ "m/a.yaml": annotated(`"the mesh isolates them until ${future}"`) });
    expect(run).toMatchObject({
      status: 0,
      policy: ["waived by annotation"],
      image: ["violation"],
      notes: [],
      waived: 1,
    });
    expect(run.findings.find(({ rule }) => rule === "network-policy")).toMatchObject({
      level: "error",
      waiver: { source: "annotation", reason: "the mesh isolates them", expires: future },
    });
  });

  test("expired: it no longer works, and that is said", () => {
    expect(outcomes({ "m/a.yaml": annotated(`"the mesh isolates them until ${past}"`) })).toMatchObject({
      status: 1,
      policy: ["violation"],
      notes: ["warning expired-waiver m/a.yaml:7"],
    });
  });

  test("without a reason, of an unknown rule, with a bad date: an error, and the finding stays", () => {
    for (const [text, rule, code] of [
      ['""', "network-policy", "waiver-reason"],
      [`"until ${future}"`, "network-policy", "waiver-reason"],
      ["true", "network-policy", "waiver-reason"],
      ['"known"', "network-polcy", "waiver-rule"],
      ['"known until 2027-02-30"', "network-policy", "waiver-date"],
    ] as const) {
      expect(outcomes({ "m/a.yaml": annotated(text, rule) }), text).toMatchObject({
        status: 2,
        policy: ["violation"],
        notes: [`error ${code} m/a.yaml:7`],
      });
    }
  });

  test("of use to nobody: a warning", () => {
    expect(outcomes({ "m/a.yaml": annotated('"known"', "run-as-non-root") })).toMatchObject({
      status: 1,
      notes: ["warning unused-waiver m/a.yaml:7"],
    });
  });

  test("of a rule that is off: nothing to say", () => {
    const run = outcomes({ "m/a.yaml": annotated('"known"', "run-as-non-root") }, "--skip", "run-as-non-root");
    expect(run.notes).toEqual([]);
  });
});

describe("a waiver by comment", () => {
  test("waives its rule on the line below", () => {
    expect(outcomes({ "m/a.yaml": commented("pinned-image -- built nightly, on purpose") })).toMatchObject({
      image: ["waived by comment"],
      policy: ["violation"],
      notes: [],
    });
  });

  test("waives its rule on its own line", () => {
    const content = replaced(findings, image, image.replace("\n", " # paddlock-ignore pinned-image -- known\n"));
    expect(outcomes({ "m/a.yaml": content })).toMatchObject({ image: ["waived by comment"], notes: [] });
  });

  test("without a reason: an error", () => {
    expect(outcomes({ "m/a.yaml": commented("pinned-image") })).toMatchObject({
      status: 2,
      image: ["violation"],
      notes: ["error waiver-reason m/a.yaml:22"],
    });
  });

  test("expired, and unused", () => {
    expect(outcomes({ "m/a.yaml": commented(`pinned-image -- known until ${past}`) })).toMatchObject({
      image: ["violation"],
      notes: ["warning expired-waiver m/a.yaml:22"],
    });
    expect(outcomes({ "m/a.yaml": commented("run-as-non-root -- known") }).notes).toEqual([
      "warning unused-waiver m/a.yaml:22",
    ]);
  });
});

describe("a waiver by configuration", () => {
  const manifest = { "m/a.yaml": findings };
  test.each([
    `{rule: network-policy, files: "m/*.yaml", reason: known}`,
    `{rule: network-policy, resource: Deployment/ocr/ocr, reason: known, expires: ${future}}`,
  ])("%s", (waiver) => {
    expect(outcomes({ ...manifest, ".paddlock.yaml": configured(waiver) })).toMatchObject({
      status: 0,
      policy: ["waived by configuration"],
      notes: [],
    });
  });

  test("of one container", () => {
    const waiver = "{rule: pinned-image, container: server, reason: known}";
    expect(outcomes({ ...manifest, ".paddlock.yaml": configured(waiver) }).image).toEqual(["waived by configuration"]);
    const other = "{rule: pinned-image, container: other, reason: known}";
    expect(outcomes({ ...manifest, ".paddlock.yaml": configured(other) })).toMatchObject({
      image: ["violation"],
      notes: [],
    });
  });

  test("expired, and unused", () => {
    const expired = `{rule: network-policy, files: "m/*", reason: known, expires: ${past}}`;
    expect(outcomes({ ...manifest, ".paddlock.yaml": configured(expired) })).toMatchObject({
      status: 1,
      policy: ["violation"],
      notes: ["warning expired-waiver .paddlock.yaml:2"],
    });
    const unused = '{rule: run-as-non-root, files: "m/*", reason: known}';
    expect(outcomes({ ...manifest, ".paddlock.yaml": configured(unused) }).notes).toEqual([
      "warning unused-waiver .paddlock.yaml:2",
    ]);
    const elsewhere = '{rule: network-policy, files: "other/*", reason: known}';
    expect(outcomes({ ...manifest, ".paddlock.yaml": configured(elsewhere) }).notes).toEqual([]);
  });

  test("without a reason: a broken configuration", () => {
    const cwd = folder({ ...manifest, ".paddlock.yaml": configured("{rule: network-policy, files: m}") });
    expect(() => report(["m"], { cwd })).toThrow(/\.paddlock\.yaml:2:\d+: .*reason/);
  });
});

describe("--as-admission", () => {
  test("comments do not count", () => {
    const files = { "m/a.yaml": commented("pinned-image -- known") };
    expect(outcomes(files, "--as-admission")).toMatchObject({ image: ["violation"], waived: 0 });
  });

  test("waivers of files do not count, those of resources do", () => {
    const byFile = configured('{rule: network-policy, files: "m/*", reason: known}');
    expect(outcomes({ "m/a.yaml": findings, ".paddlock.yaml": byFile }, "--as-admission")).toMatchObject({
      status: 1,
      policy: ["violation"],
      notes: [],
    });
    const byResource = configured("{rule: network-policy, resource: Deployment/ocr/ocr, reason: known}");
    expect(outcomes({ "m/a.yaml": findings, ".paddlock.yaml": byResource }, "--as-admission")).toMatchObject({
      status: 0,
      policy: ["waived by configuration"],
    });
  });

  test("the baseline does not count", () => {
    const cwd = folder({ "m/a.yaml": findings });
    report(["m", "--write-baseline", "base.json"], { cwd });
    expect(report(["m", "--baseline", "base.json"], { cwd }).status).toBe(0);
    const { status, summary } = report(["m", "--baseline", "base.json", "--as-admission"], { cwd });
    expect([status, summary.baselined]).toEqual([1, 0]);
  });
});
