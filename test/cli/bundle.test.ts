import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { createTar, parseTar } from "nanotar";
import { describe, expect, test } from "vitest";
import { brief, copy, folder, paddlock, report, root } from "./run.ts";

const example = join(root, "fixtures/bundle/bundle.tar.gz");
const odd = join(root, "fixtures/bundle/odd.tar.gz");
const own = ["--rule", "served-by-service", "--rule", "owner-label", "--rule", "no-default-namespace"];

describe("the example of a bundle", () => {
  function cwd(configuration = ""): string {
    const path = folder(configuration === "" ? {} : { ".paddlock.yaml": configuration });
    copy(path, "bundle/ocr.yaml");
    return path;
  }

  test("its rules are judged beside ours, each in its scope and at its level", () => {
    const { status, findings, summary, notifications } = report(["ocr.yaml", "--bundle", example], { cwd: cwd() });
    const theirs = findings.filter(({ rule }) => own.includes(rule));
    // The cache is no Paddle workload, the ConfigMap in the namespace `default` none at all.
    expect(theirs.map(({ rule, level, line, resource }) => [rule, level, line, resource.name])).toEqual([
      ["no-default-namespace", "error", 26, "layout"],
      ["served-by-service", "warning", 35, "layout"],
      ["no-default-namespace", "warning", 46, "cache"],
      ["owner-label", "info", 65, "ocr"],
      ["owner-label", "info", 76, "settings"],
    ]);
    expect(theirs[1]).toMatchObject({
      outcome: "violation",
      message: "no Service selects the pods of Deployment layout",
      remedy: "Add a Service in the namespace of the workload whose selector matches these labels.",
      url: "",
      path: "spec.template.metadata.labels",
      args: { kind: "Deployment", name: "layout" },
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(findings.some(({ rule }) => rule === "network-policy")).toBe(true);
    expect(summary.rules).toBe(report(["ocr.yaml"], { cwd: cwd() }).summary.rules + 3);
    expect([status, notifications]).toEqual([1, []]);
  });

  test("its words are Chinese where it has them, else its English ones", () => {
    const { findings } = report(["--bundle", example, ...own, "--lang", "zh"], { cwd: cwd() });
    const messages = new Set(findings.map(({ message }) => message));
    expect(messages).toContain("没有 Service 选中 Deployment layout 的 Pod");
    expect(messages).toContain("缺少标签 app.kubernetes.io/part-of");
    expect(messages).toContain("the object lives in a namespace that everybody shares");
  });

  test("every format shows its rules", () => {
    for (const format of ["text", "compact", "sarif", "junit", "github", "gitlab", "checkstyle", "markdown"]) {
      const { stdout, stderr } = paddlock(["check", "--bundle", example, "--format", format], { cwd: cwd() });
      expect(stderr, format).toBe("");
      expect(stdout, format).toContain("served-by-service");
    }
  });

  test("the text names no explanation that there is not", () => {
    const theirs = paddlock(["check", "--bundle", example, ...own], { cwd: cwd() });
    expect(theirs.stdout).not.toContain("paddlock explain");
    const all = paddlock(["check", "--bundle", example, ...own, "--rule", "pinned-image=info", "--profile", "strict"], {
      cwd: cwd(),
    });
    expect(all.stdout).toContain("paddlock explain pinned-image");
  });

  test("SARIF describes its rules, without a page that there is not", () => {
    const { stdout } = paddlock(["check", "--bundle", example, ...own, "--format", "sarif"], { cwd: cwd() });
    const { rules } = JSON.parse(stdout).runs[0].tool.driver;
    const rule = rules.find(({ id }: { id: string }) => id === "served-by-service");
    expect(rule).toMatchObject({
      shortDescription: { text: "A model server has a Service" },
      defaultConfiguration: { level: "warning" },
      help: { text: expect.stringContaining("Add a Service") },
    });
    expect(rule).not.toHaveProperty("helpUri");
  });

  test("--rule and --skip know its rules", () => {
    const one = report(["--bundle", example, "--rule", "owner-label=error"], { cwd: cwd() });
    expect(brief(one.findings)).toEqual(["owner-label error 65", "owner-label error 76"]);
    expect(one.status).toBe(1);
    const rest = report(["--bundle", example, "--skip", "owner-label"], { cwd: cwd() });
    expect(rest.findings.some(({ rule }) => rule === "owner-label")).toBe(false);
    const misspelt = paddlock(["check", "--bundle", example, "--rule", "owner-lable"], { cwd: cwd() });
    expect([misspelt.status, misspelt.stderr]).toEqual([
      2,
      'paddlock: unknown rule "owner-lable"; did you mean "owner-label"?\n',
    ]);
  });

  test("the configuration sets levels, scopes, overrides and waivers of its rules", () => {
    const configuration = `rules:
  served-by-service: {level: error, scope: workload}
  no-default-namespace: off
overrides:
  - {kinds: [ConfigMap], rules: {owner-label: off}}
waivers:
  - {rule: owner-label, resource: Service/ocr/ocr, reason: it is new}
`;
    const { findings } = report(["ocr.yaml", "--bundle", example], { cwd: cwd(configuration) });
    const theirs = findings.filter(({ rule }) => own.includes(rule));
    expect(theirs.map(({ rule, level, outcome, resource }) => [rule, level, outcome, resource.name])).toEqual([
      ["served-by-service", "error", "violation", "layout"],
      ["served-by-service", "error", "violation", "cache"],
      ["owner-label", "info", "waived", "ocr"],
    ]);
  });

  test("without the bundle its rules are unknown", () => {
    const { status, stderr } = paddlock(["check"], { cwd: cwd("rules:\n  owner-label: off\n") });
    expect([status, stderr]).toEqual([2, expect.stringContaining('unknown rule "owner-label"')]);
  });

  test("the Services that its rule asks for may lie beside what is judged", () => {
    const [workload = "", , , service = ""] = readFileSync(join(root, "fixtures/bundle/ocr.yaml"), "utf8").split(
      "---\n",
    );
    const path = folder({ "w.yaml": workload, "s.yaml": service });
    const words = ["w.yaml", "--bundle", example, "--rule", "served-by-service"];
    expect(report(words, { cwd: path }).findings).toHaveLength(1);
    expect(report([...words, "--with", "s.yaml"], { cwd: path }).findings).toEqual([]);
  });
});

describe("a scope of kinds", () => {
  const source = `apiVersion: v1
kind: Namespace
metadata: {name: ml}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a}
---
apiVersion: app.k8s.io/v1beta1
kind: Application
metadata: {name: b}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: c}
spec: {template: {spec: {containers: [{name: a, image: "nginx:1.29.3"}]}}}
`;
  test.each([
    ["/Namespace", ["ml"]],
    ["argoproj.io/App*", ["a"]],
    ['"*/Application"', ["a", "b"]],
    ["[apps/Deployment, /Namespace]", ["ml", "c"]],
    ["[workload, argoproj.io/Application]", ["a", "c"]],
    ["/Deployment", []],
  ])("%s", (scope, names) => {
    const configuration = `rules: {owner-label: {scope: ${scope}}}\n`;
    const cwd = folder({ "a.yaml": source, ".paddlock.yaml": configuration });
    const { findings } = report(["a.yaml", "--bundle", example], { cwd });
    const theirs = findings.filter(({ rule }) => rule === "owner-label");
    expect(theirs.map(({ resource }) => resource.name)).toEqual(names);
  });
});

describe("what rules of others answer", () => {
  const object = (name: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  text: "a: b"\n`;
  const judged = (name: string) =>
    report(["odd.yaml", "--bundle", odd, "--rule", "odd"], { cwd: folder({ "odd.yaml": object(name) }) });

  test.each([
    ["sprintf", { message: "found one of 2", level: "error", line: 3 }],
    ["yaml", { message: "found b", path: "data.text", line: 6 }],
    ["level", { level: "info" }],
    ["not-judged", { level: "info", outcome: "not-judged" }],
    ["absent", { path: "metadata.name", line: 4, column: 9 }],
    ["case", { message: "found a case" }],
  ])("%s: a finding", (name, finding) => {
    const { findings, notifications } = judged(name);
    expect(notifications).toEqual([]);
    expect(findings).toEqual([expect.objectContaining(finding)]);
  });

  test.each([
    ["text", "just text"],
    ["no-path", "no violation"],
    ["no-args", "no violation"],
    ["bad-path", "no violation"],
    ["bad-level", "fatal"],
    ["bad-outcome", "waived"],
    ["unknown-rule", 'the rule "other" is not in the bundle\'s catalogue'],
    ["ours", 'the rule "pinned-image" is not in the bundle\'s catalogue'],
    ["network", "http.send"],
    ["conflict", ""],
  ])("%s: could not judge, and says where", (name, message) => {
    const { status, findings, notifications } = judged(name);
    expect([status, findings]).toEqual([2, []]);
    expect(notifications).toEqual([
      {
        level: "error",
        code: "rules-failed",
        message: expect.stringContaining(message),
        file: "odd.yaml",
        line: 4,
        column: 9,
      },
    ]);
  });

  test("one object that its rules fail on leaves the others and our own rules alone", () => {
    const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: no-path}\nspec: {containers: [{name: a, image: nginx}]}\n";
    const cwd = folder({ "a.yaml": [object("text"), pod, object("level")].join("---\n") });
    const { status, findings, notifications } = report(["--bundle", odd], { cwd });
    expect([status, notifications.length]).toEqual([2, 2]);
    expect(brief(findings)).toEqual(expect.arrayContaining(["odd info 16", "pinned-image error 11"]));
  });
});

describe("a broken bundle is refused before anything is judged", () => {
  const files = parseTar(gunzipSync(readFileSync(odd)));
  const part = (name: string): Uint8Array => {
    const data = files.find((file) => file.name.endsWith(name))?.data;
    if (data === undefined) throw new Error(`no ${name} in the bundle`);
    return data;
  };
  const wasm = part("policy.wasm");
  const data = new TextDecoder().decode(part("data.json"));

  const bundle = (entries: Readonly<Record<string, string | Uint8Array>>): Uint8Array =>
    gzipSync(createTar(Object.entries(entries).map(([name, data]) => ({ name, data }))));
  const refusal = (content: string | Uint8Array): string => {
    const cwd = folder({ "b.tar.gz": content, "m/a.yaml": "a: b\n" });
    const { status, stdout, stderr } = paddlock(["check", "m", "--bundle", "b.tar.gz"], { cwd });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr.split("\n")).toHaveLength(2);
    return stderr;
  };
  /** The same length, so that the module stays one. */
  const renamed = (from: string, to: string): Uint8Array => {
    const text = Buffer.from(wasm).toString("latin1");
    expect(text).toContain(from);
    return Buffer.from(text.replaceAll(from, to), "latin1");
  };
  const catalogue = (change: (entry: Record<string, unknown>) => void, id = "odd"): string => {
    const value = JSON.parse(data);
    const entry = value.paddlock.catalogue.odd;
    change(entry);
    value.paddlock.catalogue = { [id]: entry };
    return JSON.stringify(value);
  };

  test("the parts of a whole one are taken", () => {
    const cwd = folder({ "b.tar.gz": bundle({ "data.json": data, "policy.wasm": wasm }), "m/a.yaml": "a: b\n" });
    expect(report(["m", "--bundle", "b.tar.gz"], { cwd }).status).toBe(0);
  });

  test.each<[string, () => string | Uint8Array, RegExp]>([
    ["no archive", () => "text", /cannot be read as a \.tar\.gz/],
    ["nothing", () => "", /cannot be read as a \.tar\.gz/],
    ["a cut archive", () => readFileSync(odd).subarray(0, 2000), /cannot be read as a \.tar\.gz/],
    ["compressed text", () => gzipSync("text"), /policy\.wasm/],
    [
      "no policy.wasm",
      () => bundle({ "data.json": data }),
      /holds no policy\.wasm.*opa build -t wasm -e paddlock\/violations/,
    ],
    ["a policy.wasm that is none", () => bundle({ "data.json": data, "policy.wasm": "text" }), /WebAssembly|wasm/i],
    ["data.json that is no JSON", () => bundle({ "data.json": "{", "policy.wasm": wasm }), /data\.json is no JSON/],
    ["data.json that is a list", () => bundle({ "data.json": "[]", "policy.wasm": wasm }), /data\.json is no object/],
    ["no catalogue", () => bundle({ "data.json": "{}", "policy.wasm": wasm }), /paddlock\.catalogue/],
    ["no data.json", () => bundle({ "policy.wasm": wasm }), /paddlock\.catalogue/],
    [
      "another entrypoint",
      () => bundle({ "data.json": data, "policy.wasm": renamed("paddlock/violations", "paddlock/violationz") }),
      /has no entrypoint paddlock\/violations/,
    ],
    [
      "an unknown level",
      () =>
        bundle({ "data.json": catalogue((entry) => Object.assign(entry, { level: "fatal" })), "policy.wasm": wasm }),
      /odd\.level is one of error, warning, info/,
    ],
    [
      "a missing message",
      () => bundle({ "data.json": catalogue((entry) => delete entry.message), "policy.wasm": wasm }),
      /odd\.message is no text/,
    ],
    [
      "a missing Chinese title",
      () =>
        bundle({
          "data.json": catalogue((entry) => Object.assign(entry, { zh: { message: "找到 {what}", remedy: "无" } })),
          "policy.wasm": wasm,
        }),
      /odd\.zh\.title is no text/,
    ],
    [
      "a scope that is none",
      () => bundle({ "data.json": catalogue((entry) => Object.assign(entry, { scope: 3 })), "policy.wasm": wasm }),
      /odd\.scope/,
    ],
    [
      "a scope without a group",
      () =>
        bundle({
          "data.json": catalogue((entry) => Object.assign(entry, { scope: ["paddle", "StatefulSet"] })),
          "policy.wasm": wasm,
        }),
      /odd\.scope" cannot be "StatefulSet"; did you mean apps\/StatefulSet/,
    ],
    [
      "a scope of nothing",
      () => bundle({ "data.json": catalogue((entry) => Object.assign(entry, { scope: [] })), "policy.wasm": wasm }),
      /odd\.scope" cannot be ""/,
    ],
    [
      "an id that is none",
      () => bundle({ "data.json": catalogue(() => {}, "Odd one"), "policy.wasm": wasm }),
      /"Odd one" is no rule id/,
    ],
    [
      "an id of ours",
      () => bundle({ "data.json": catalogue(() => {}, "pinned-image"), "policy.wasm": wasm }),
      /pinned-image is there already/,
    ],
  ])("%s", (_, content, message) => {
    expect(refusal(content())).toMatch(message);
  });

  test("one that unpacks to more than any policy needs", () => {
    expect(refusal(gzipSync(Buffer.alloc(80 << 20)))).toMatch(/cannot be read as a \.tar\.gz/);
  });

  test("two with a rule of the same id", () => {
    const { status, stderr } = paddlock(["check", "--bundle", odd, "--bundle", odd], { cwd: folder() });
    expect([status, stderr]).toEqual([2, expect.stringContaining("odd is there already")]);
  });
});
