import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pod } from "./manifests.ts";
import { brief, folder, report, root } from "./run.ts";

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.from([part]) : Buffer.from(part))));

const bomb = `a: &a [x, x, x, x, x, x, x, x, x]
${"bcdefghij"
  .split("")
  .map((name, index) => `${name}: &${name} [${`*${"abcdefghi"[index]}, `.repeat(9)}]`)
  .join("\n")}
`;
const manyKeys = Array.from({ length: 100_000 }, (_, index) => `key${index}: value`).join("\n");
const nested = `${"{a: ".repeat(1_000)}x${"}".repeat(1_000)}\n`;

/** A file beside good ones: it alone is not judged, and the exit status is 2. */
function beside(name: string, content: string | Uint8Array) {
  const cwd = folder({ [name]: content, "z.yaml": pod("z", "nginx") });
  copyFileSync(join(root, "fixtures/cli/good.yaml"), join(cwd, "a.yaml"));
  const run = report(["."], { cwd });
  // The others were judged.
  expect(brief(run.findings.filter(({ file }) => file === "z.yaml"))).toContain("pinned-image error 8");
  return run;
}

describe("a hostile file among good ones", () => {
  test.each([
    ["an alias bomb", "m.yaml", bomb, "too-large"],
    ["1,000 levels of flow", "m.yaml", nested, "too-deep"],
    [
      "1,000 levels of JSON",
      "m.json",
      `{"apiVersion": "v1", "kind": "Pod", "spec": ${"[".repeat(1_000)}${"]".repeat(1_000)}}`,
      "too-deep",
    ],
    ["a NUL", "m.yaml", bytes("apiVersion: v1\nkind: Pod", 0, "\n"), "binary"],
    ["invalid UTF-8", "m.yaml", bytes("apiVersion: v1\nkind: P", 0xff, "d\n"), "invalid-utf8"],
    ["an image", "m.yaml", bytes(0x89, "PNG\r\n", 0x1a, "\n", 0, 0, 0, 0x0d, "IHDR"), "binary"],
    ["UTF-16", "m.yaml", bytes(0xff, 0xfe, "a", 0, ":", 0, "1", 0), "invalid-utf8"],
    [
      "a line that ends for Kubernetes alone",
      "m.yaml",
      `${pod("m", "nginx")}# a\u0085  hostPID: true\n`,
      "yaml-syntax",
    ],
    ["an anchor in itself", "m.yaml", "a: &a [*a]\n", "yaml-syntax"],
  ])("%s", (_, name, content, code) => {
    const { status, notifications, summary } = beside(name, content);
    expect(status).toBe(2);
    expect(notifications.map(({ level, file }) => [level, file])).toEqual([["error", name]]);
    expect(notifications[0]?.code).toBe(code);
    expect(summary).toMatchObject({ files: 3, unreadable: 1 });
  });

  test("50 MB", () => {
    const { status, notifications } = beside("m.yaml", Buffer.alloc(50 << 20, "a: b\n"));
    expect(status).toBe(2);
    expect(notifications).toEqual([
      { level: "error", code: "too-large", message: expect.stringContaining("50 MiB"), file: "m.yaml" },
    ]);
  });

  test("100,000 keys are read: they are no object, and passed over", () => {
    const { status, notifications, summary } = beside("m.yaml", manyKeys);
    expect([status, notifications, summary.passedOver]).toEqual([1, [], 1]);
  });

  test("50,000 labels of an object are judged, and 100,000 are more than any object has", () => {
    const labels = Array.from({ length: 50_000 }, (_, index) => `    key${index}: value\n`).join("");
    const content = pod("m", "nginx").replace("  name: m\n", `  name: m\n  labels:\n${labels}`);
    const { findings, notifications } = beside("m.yaml", content);
    expect(notifications).toEqual([]);
    expect(brief(findings.filter(({ file }) => file === "m.yaml"))).toContain("pinned-image error 50009");
    const twice = content.replace(labels, labels + labels.replaceAll("key", "other"));
    const [told] = beside("m.yaml", twice).notifications;
    expect(told).toMatchObject({ code: "over-budget", file: "m.yaml" });
  });

  test("a broken document in a file of three: the others of it are judged", () => {
    const { status, notifications, findings, summary } = beside(
      "m.yaml",
      `${pod("m1", "nginx")}---\na: [\n---\n${pod("m3", "nginx")}`,
    );
    expect(status).toBe(2);
    expect(notifications.map(({ level, code, file }) => [level, code, file])).toEqual([
      ["error", "yaml-syntax", "m.yaml"],
    ]);
    expect(
      findings.filter(({ file, rule }) => file === "m.yaml" && rule === "pinned-image").map(({ line }) => line),
    ).toEqual([8, 19]);
    expect(summary.unreadable).toBe(1);
  });

  test("names out of JavaScript's own are names like others", () => {
    const content = pod("m", "nginx").replace(
      "  name: m\n",
      "  name: m\n  labels:\n    __proto__: a\n    constructor: b\n    toString: c\n",
    );
    expect(beside("m.yaml", content).notifications).toEqual([]);
  });
});

describe("what does not change the exit status", () => {
  test("a duplicate key: a warning at its place, and the last one counts", () => {
    const content = pod("a", "nginx").replace(
      "      image: nginx\n",
      "      image: nginx:1.27.3\n      image: nginx\n",
    );
    const { status, notifications, findings } = report(["--rule", "pinned-image"], {
      cwd: folder({ "a.yaml": content }),
    });
    expect(notifications).toEqual([
      {
        level: "warning",
        code: "duplicate-key",
        message: expect.stringContaining("image"),
        file: "a.yaml",
        line: 9,
        column: 7,
      },
    ]);
    expect([status, brief(findings)]).toEqual([1, ["pinned-image error 9"]]);
    const pinned = content.replace("image: nginx\n", "image: nginx:1.27.4\n");
    expect(report(["--rule", "pinned-image"], { cwd: folder({ "a.yaml": pinned }) }).status).toBe(0);
  });

  test("a file without any object: passed over, and counted", () => {
    const cwd = folder({
      "values.yaml": "replicas: 3\n",
      "list.yml": "- a\n- b\n",
      "empty.yaml": "",
      "comment.yaml": "# x\n---\n",
    });
    const { status, summary, notifications, findings } = report([], { cwd });
    expect([status, notifications, findings]).toEqual([0, [], []]);
    expect(summary).toMatchObject({ files: 4, passedOver: 2, workloads: 0 });
  });
});

describe("what is no proper object", () => {
  test.each([
    ["an empty kind", "apiVersion: v1\nkind: ''\nmetadata: {name: a}\n", 2],
    ["no apiVersion", "kind: Pod\n", 1],
    ["a kind under a wrong group", "apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n", 1],
    ["a kind that is a list", "apiVersion: v1\nkind: [Pod]\n", 2],
    ["a pod without spec", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", 3],
  ])("%s: the schema rule says so", (_, content, line) => {
    const { status, findings } = report([], { cwd: folder({ "a.yaml": content }) });
    expect(status).toBe(1);
    expect(brief(findings)).toContain(`schema error ${line}`);
  });

  test("a Deployment under a wrong group is judged by the other rules all the same", () => {
    const content = `apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: nginx}]}}}\n`;
    const { findings } = report([], { cwd: folder({ "a.yaml": content }) });
    expect(findings.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["schema", "pinned-image", "run-as-non-root"]),
    );
  });

  test.each(["containers: []", "containers: null", "{}"])(
    "a pod whose spec is %s: no rule passes in silence",
    (spec) => {
      const content = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  ${spec}\n`;
      const { status, findings } = report([], { cwd: folder({ "a.yaml": content }) });
      expect(status).toBe(1);
      const silent = [
        "schema",
        "pinned-image",
        "run-as-non-root",
        "restricted-container",
        "cpu-memory-resources",
        "gpu-requests-equal-limits",
      ].filter((rule) => !findings.some((each) => each.rule === rule));
      expect(silent).toEqual([]);
    },
  );
});
