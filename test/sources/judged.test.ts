import { afterEach, beforeEach, expect, test } from "vitest";
import { check } from "../../src/commands/check/check.ts";
import { isMissing, Workspace } from "./workspace.ts";

let space: Workspace;
beforeEach(() => {
  space = new Workspace();
});
afterEach(() => space.remove());

test("JSON of other tools that is no JSON is passed over where it was found by walking", async () => {
  space.write("tsconfig.json", '{ "compilerOptions": { "strict": true, }, // yes\n}\n');
  space.write("rows.json", '{"a": 1}\n{"b": }\n');
  const { report } = await check({ cwd: space.root });
  expect(report.notifications).toEqual([]);
  expect(report.summary).toMatchObject({ files: 2, passedOver: 2, unreadable: 0 });
});

test("it is an error where somebody names it, or where it looks like an object", async () => {
  space.write("rows.json", '{"a": }\n');
  space.write("pod.json", '{"apiVersion": "v1", "kind": }\n');
  const named = await check({ cwd: space.root, paths: ["rows.json"] });
  expect(named.report.notifications).toMatchObject([{ level: "error", code: "json-syntax", file: "rows.json" }]);
  const walked = await check({ cwd: space.root });
  expect(walked.report.notifications).toMatchObject([{ level: "error", code: "json-syntax", file: "pod.json" }]);
  expect(walked.report.summary).toMatchObject({ passedOver: 1, unreadable: 1 });
});

test.skipIf(isMissing("kustomize", "kubectl"))("a base that several overlays build is reported once", async () => {
  space.write("base/kustomization.yaml", "resources: [pod.yaml]\n");
  space.write(
    "base/pod.yaml",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: c, image: nginx}]}\n",
  );
  space.write("a/kustomization.yaml", "resources: [../base]\n");
  // Its lines are others, for there are more of them.
  space.write("b/kustomization.yaml", "resources: [../base]\ncommonAnnotations: {a: b}\n");
  const { report } = await check({ cwd: space.root, rules: ["pinned-image"] });
  expect([...report.findings].map(({ file, line, fingerprint }) => [file, line, fingerprint.includes("#")])).toEqual([
    ["base/pod.yaml", 4, false],
  ]);
  expect(report.summary.workloads).toBe(2);
});
