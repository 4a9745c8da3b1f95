import { describe, expect, test } from "vitest";
import { withBudget } from "../../src/budget/budget.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { mergeStrategically } from "../../src/kinds/pods/strategic-merge.ts";
import { workloadOf } from "../../src/workloads/workload.ts";
import type { WorkloadModel } from "../../src/workloads/workload-model.ts";
import { resourceIn } from "./read.ts";

/** A Workflow with a patch of its pods. */
function patched(podSpecPatch: string, more: JsonObject = {}): WorkloadModel | null {
  const container = { image: "a:1.0.0", securityContext: { privileged: false, runAsUser: 1 } };
  const spec = { podSpecPatch, templates: [{ name: "a", container }], ...more };
  return workloadOf(resourceIn(JSON.stringify({ apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", spec })));
}

function mainOf(workload: WorkloadModel | null): JsonObject {
  return workload?.pods[0]?.containers[0]?.raw ?? {};
}

describe("a patch of a Workflow's pods", () => {
  test.each([
    ['{"containers":[{"name":"main","securityContext":{"privileged":true}}]}'],
    ["containers:\n  - name: main\n    securityContext: {privileged: true}\n"],
    // An alias of reasonable size.
    ["x: &c {privileged: true}\ncontainers: [{name: main, securityContext: *c}]\n"],
  ])("is laid over the container of its name: %j", (text) => {
    expect(mainOf(patched(text)).securityContext).toEqual({ privileged: true, runAsUser: 1 });
    expect(patched(text)?.unseen).toBeUndefined();
  });

  test.each([
    ["template", "{{a}}"],
    ["template", 'nodeSelector: {a: "{{b}}"}'],
    ["unreadable", "containers: ["],
    ["unreadable", "just a word"],
    ["unreadable", "- {name: main}"],
    ["unreadable", "hostPID: true\n---\nhostIPC: true\n"],
    ["unreadable", "hostPID: false\nhostPID: true\n"],
    ["unreadable", "containers: [{name: main, $patch: delete}]"],
    ["unreadable", "$retainKeys: [containers]"],
    // Go reads these as the fields that they look like, whatever their letters are.
    ["unreadable", "HostPID: true"],
    ["unreadable", "containers: [{name: main, securityContext: {privilegeD: true}}]"],
    ["unreadable", "containers: [{name: main, \u017fecurityContext: {privileged: true}}]"],
    ["unreadable", "hostNetwor\u212a: true"],
    // A comment and a text end here for Argo, and fields go on.
    ["unreadable", "terminationGracePeriodSeconds: 1 #\u0085hostPID: true"],
    ["unreadable", "# a\u2028hostPID: true"],
    ["unreadable", "schedulerName: a\u2029hostPID: true"],
    ["unreadable", "# a\n\ufeffhostPID: true"],
    ["unreadable", 'schedulerName: "a\u0085b"'],
  ] as const)("is not judged, but named (%s): %s", (why, text) => {
    const workload = patched(text);
    expect(workload?.unseen).toEqual([
      { why: `patch-${why}`, path: ["spec", "podSpecPatch"], args: { text: expect.stringMatching(/^[0-9a-f]{16}$/) } },
    ]);
    expect(mainOf(workload).securityContext).toEqual({ privileged: false, runAsUser: 1 });
  });

  test("is another one with another text", () => {
    const text = (patch: string) => patched(patch)?.unseen?.[0]?.args.text;
    expect(text("{{a}}")).not.toBe(text("{{b}}"));
    expect(text("{{a}}")).toBe(text("{{a}}"));
  });

  test.each(['{"schedulerName": "a\u2028 b\u0085"}', 'schedulerName: "a\u2028b"'])(
    "may hold in quotes what breaks no line there: %j",
    (text) => {
      expect(patched(text)?.unseen).toBeUndefined();
    },
  );

  test("may use any keys where they are the user's own", () => {
    expect(patched("nodeSelector: {Image: a, HostPID: b}")?.unseen).toBeUndefined();
  });

  test("says nothing where it is empty", () => {
    for (const text of ["", "# nothing", "{}"]) expect(patched(text)?.unseen).toBeUndefined();
  });

  test("ends judging rather than taking its time, by its length and by the templates that it is laid over", () => {
    const names = Array.from({ length: 500 }, (_, index) => `{name: c${index}, image: "a:1.0.0"}`);
    const long = `containers: [${names.join(", ")}]`;
    const templates = Array.from({ length: 1_000 }, (_, index) => ({
      name: `t${index}`,
      container: { image: "a:1.0.0" },
    }));
    expect(() => withBudget(5_000_000, () => patched(long, { templates }))).toThrow("more work than any object should");
  });

  test("with aliases of aliases is not read", () => {
    const levels = Array.from(
      { length: 9 },
      (_, index) => `l${index + 1}: &l${index + 1} [${`*l${index},`.repeat(9)}]`,
    );
    const bomb = ["l0: &l0 [a, a, a, a, a, a, a, a, a]", ...levels].join("\n");
    expect(patched(bomb)?.unseen).toMatchObject([{ why: "patch-unreadable" }]);
  });
});

describe("a strategic merge", () => {
  const merged = (base: JsonObject, patch: JsonObject): [JsonObject, string[]] => {
    const fromPatch: string[] = [];
    const result = mergeStrategically(base, patch, {
      first: "base",
      at: [],
      cameFrom: (side, path) => {
        if (side === "patch") fromPatch.push(path.join("."));
      },
    });
    return [result, fromPatch];
  };

  test.each<[string, JsonObject, JsonObject, JsonObject, string[]]>([
    ["adds a field", { a: 1 }, { b: 2 }, { a: 1, b: 2 }, ["b"]],
    ["goes into mappings", { a: { b: 1, c: 1 } }, { a: { b: 2 } }, { a: { b: 2, c: 1 } }, ["a.b"]],
    ["takes away by null", { a: 1, b: 1 }, { a: null }, { b: 1 }, ["a"]],
    ["replaces a list of no names", { args: ["a", "b"] }, { args: ["c"] }, { args: ["c"] }, ["args"]],
    [
      "joins a list by its names",
      {
        env: [
          { name: "a", value: "1" },
          { name: "b", value: "1" },
        ],
      },
      {
        env: [
          { name: "b", value: "2" },
          { name: "c", value: "2" },
        ],
      },
      {
        env: [
          { name: "a", value: "1" },
          { name: "b", value: "2" },
          { name: "c", value: "2" },
        ],
      },
      ["env.1.name", "env.1.value", "env.2"],
    ],
    [
      "joins mounts by their paths",
      { volumeMounts: [{ mountPath: "/a", name: "x" }] },
      { volumeMounts: [{ mountPath: "/a", name: "y" }] },
      { volumeMounts: [{ mountPath: "/a", name: "y" }] },
      ["volumeMounts.0.mountPath", "volumeMounts.0.name"],
    ],
  ])("%s", (_, base, patch, result, fromPatch) => {
    expect(merged(base, patch)).toEqual([result, fromPatch]);
  });
});
