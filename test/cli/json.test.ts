import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { copy, folder, paddlock, report, root } from "./run.ts";

const validate = new Ajv({ strict: false, allErrors: true }).compile(
  JSON.parse(readFileSync(join(root, "schemas/report.schema.json"), "utf8")),
);

describe("--format json", () => {
  test("says of a finding all that the contract names", () => {
    const cwd = folder({
      "deploy/ocr.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: ocr, namespace: ml}
spec:
  selector: {matchLabels: {app: ocr}}
  template:
    metadata: {labels: {app: ocr}}
    spec:
      initContainers:
        - name: wait
          image: registry.example.com/tools/wait:1.2.3
      containers:
        - name: ocr
          image: "registry:5000/app"
`,
    });
    const { findings, status, ...rest } = report(["deploy", "--rule", "pinned-image"], { cwd });
    expect(status).toBe(1);
    expect(findings).toEqual([
      {
        rule: "pinned-image",
        level: "error",
        outcome: "violation",
        message: 'image "registry:5000/app" has no tag: that means "latest", and whatever that is when the pod starts',
        remedy: expect.stringContaining("digest"),
        url: expect.stringMatching(/^https:\/\/.*pinned-image/),
        file: "deploy/ocr.yaml",
        line: 14,
        column: 18,
        endLine: 14,
        endColumn: 37,
        path: "spec.template.spec.containers[0].image",
        resource: { apiVersion: "apps/v1", kind: "Deployment", namespace: "ml", name: "ocr" },
        container: { name: "ocr", role: "container" },
        args: expect.objectContaining({ image: "registry:5000/app", class: "untagged" }),
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(rest).toEqual({
      schemaVersion: 1,
      tool: { name: "paddlock", version },
      profile: "recommended",
      summary: {
        files: 1,
        documents: 1,
        workloads: 1,
        rules: 1,
        passedOver: 0,
        unreadable: 0,
        errors: 1,
        warnings: 0,
        infos: 0,
        notJudged: 0,
        waived: 0,
        baselined: 0,
        coverage: { byRow: 1, byShape: 0, notJudged: 0, kinds: [] },
        durationMs: expect.any(Number),
      },
      notifications: [],
      skippedRules: [],
    });
  });

  test("obeys its schema whatever the outcome", () => {
    const cwd = folder({
      ".paddlock.yaml":
        "waivers:\n  - {rule: network-policy, files: '**', reason: the mesh isolates them, expires: 2999-12-31}\n",
      "m/broken.yaml": "a: [\n",
      "m/twice.yaml": "kind: List\napiVersion: v1\nitems: []\nitems: []\n",
      "m/text.yaml": "just text\n",
    });
    copy(
      join(cwd, "m"),
      "cli/good.yaml",
      "cli/findings.yaml",
      "workloads/paddleservice/canary.yaml",
      "workloads/list/mixed.yaml",
    );
    const written = paddlock(["check", "m", "--write-baseline", "base.json"], { cwd });
    expect(written.status).toBe(2);
    const { status, ...all } = report(["m", "--baseline", "base.json", "--profile", "strict"], { cwd });
    validate(all);
    expect(validate.errors).toBeNull();
    const outcomes = new Set(all.findings.map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual(["baselined", "not-judged", "violation", "waived"]);
    const { summary, findings } = all;
    const count = (outcome: string, level?: string): number =>
      findings.filter((each) => each.outcome === outcome && (level === undefined || each.level === level)).length;
    expect(summary).toMatchObject({
      files: 7,
      unreadable: 1,
      passedOver: 1,
      errors: count("violation", "error"),
      warnings: count("violation", "warning"),
      infos: count("violation", "info"),
      notJudged: count("not-judged"),
      waived: count("waived"),
      baselined: count("baselined"),
    });
    expect(findings.filter(({ outcome, level }) => outcome === "not-judged" && level !== "info")).toEqual([]);
    expect(findings.filter(({ outcome, waiver }) => (outcome === "waived") !== (waiver !== undefined))).toEqual([]);
    expect(all.notifications.map(({ level, code, file, line }) => [level, code, file, line])).toEqual([
      ["error", "yaml-syntax", "m/broken.yaml", 2],
      ["warning", "duplicate-key", "m/twice.yaml", 4],
      ["warning", "no-signature-policy", undefined, undefined],
    ]);
    expect(status).toBe(2);
  });

  test("names files by the git root, else by the working directory, else absolutely", () => {
    const cwd = folder({ "app/deploy/a.yaml": "kind: Pod\n", "b.yaml": "kind: Pod\n" });
    const files = (words: readonly string[], at: string): string[] =>
      report(words, { cwd: join(cwd, at) }).findings.map(({ file }) => file);
    expect(files(["deploy"], "app")).toEqual(["deploy/a.yaml"]);
    expect(files(["deploy/a.yaml", "../b.yaml"], "app")).toEqual([join(cwd, "b.yaml"), "deploy/a.yaml"]);
    expect(files([join(cwd, "app/deploy/a.yaml")], "app")).toEqual(["deploy/a.yaml"]);
  });

  test("orders findings by file, line, column and rule", () => {
    const cwd = folder();
    copy(cwd, "cli/findings.yaml", "workloads/paddlejob/parameter-server.yaml", "workloads/paddleservice/canary.yaml");
    const { findings } = report([], { cwd });
    const keys = findings.map(({ file, line, column, rule, path }) => [file, line, column, rule, path] as const);
    const sorted = [...keys].sort(
      (a, b) => order(a[0], b[0]) || a[1] - b[1] || a[2] - b[2] || order(a[3], b[3]) || order(a[4], b[4]),
    );
    expect(keys).toEqual(sorted);
    expect(new Set(keys.map(([file]) => file)).size).toBe(3);
  });
});

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
