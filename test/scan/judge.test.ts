import { describe, expect, test } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import type { Finding } from "../../src/findings/finding.ts";
import { type JudgeContext, relationOptions } from "../../src/judging/context.ts";
import { ResourceSet } from "../../src/relations/resource-set.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { Judge } from "../../src/scan/judge.ts";
import type { SourceFile } from "../../src/sources/terms/source-file.ts";

/** Where the findings of one file stand: rule, path, line and column, and the text of the region's first line. */
async function places(text: string, rules: readonly string[], file: Partial<SourceFile> = {}): Promise<string[]> {
  const catalogue = loadCatalogue();
  const cwd = "/";
  const configuration = await loadConfiguration({ cwd, catalogue, language: "en", rules, profile: "recommended" });
  const context: JudgeContext = {
    configuration,
    language: "en",
    today: "2026-01-01",
    door: "check",
    baseline: [],
    bundles: [],
    kubernetesVersion: "1.34",
    defaultNamespace: "default",
    namespaceGiven: false,
  };
  const judge = await Judge.prepare(context);
  const source: SourceFile = {
    path: "a.yaml",
    format: "yaml",
    content: { text },
    judged: true,
    rendering: "",
    ...file,
  };
  const read = judge.read(source, text);
  const set = new ResourceSet(judge.relate(read).entries, relationOptions(context));
  const { findings } = judge.judge([read], [], set);
  const lines = text.split("\n");
  const shown = ({ line, column, endColumn }: Finding): string =>
    lines[line - 1]?.slice(column - 1, endColumn - 1) ?? "";
  return findings.map((each) => `${each.rule} ${each.path} ${each.line}:${each.column} ${shown(each)}`);
}

describe("where a finding stands", () => {
  test("a field that is there: its value", async () => {
    const text =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: main\n      image: nginx\n";
    expect(await places(text, ["pinned-image"])).toEqual(["pinned-image spec.containers[0].image 7:14 nginx"]);
  });

  test("a mapping that is there: its key", async () => {
    const text =
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels:\n    app: a\nspec:\n  containers: [{name: main, image: nginx}]\n";
    expect(await places(text, ["network-policy"])).toEqual(["network-policy metadata.labels 5:3 labels"]);
  });

  test("an absent field of the object: its name", async () => {
    const text =
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: alone\nspec:\n  containers: [{name: main, image: nginx}]\n";
    expect(await places(text, ["network-policy"])).toEqual(["network-policy metadata.name 4:9 alone"]);
  });

  test("an absent field of a list's item: the item's first line", async () => {
    const text =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: main\n      image: nginx\n";
    expect(await places(text, ["run-as-non-root"])).toEqual(["run-as-non-root spec.containers[0] 6:7 name: main"]);
  });

  test("an absent field of a mapping: the mapping's first key to the end of its line", async () => {
    const text =
      "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n    - name: http # the port\n      targetPort: 80\n";
    expect(await places(text, ["schema"])).toEqual(["schema spec.ports[0] 6:7 name: http # the port"]);
    const deployment =
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 2\n  template: {spec: {containers: []}}\n";
    expect(await places(deployment, ["schema"])).toContain("schema spec 5:3 replicas: 2");
  });

  test("an object within a list: inside that object, with a path of its own", async () => {
    const text =
      "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    metadata: {name: a}\n    spec: {containers: [{name: main, image: nginx}]}\n";
    expect(await places(text, ["pinned-image", "network-policy"])).toEqual([
      "network-policy metadata.name 6:22 a",
      "pinned-image spec.containers[0].image 7:45 nginx",
    ]);
  });

  test("what an alias repeats: in the text that it repeats", async () => {
    const text =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  initContainers:\n    - &main {name: one, image: nginx}\n  containers:\n    - <<: *main\n      name: two\n";
    expect(await places(text, ["pinned-image"])).toEqual([
      "pinned-image spec.containers[0].image 6:32 nginx",
      "pinned-image spec.initContainers[0].image 6:32 nginx",
    ]);
  });

  test("lines of a rendering: those of its template", async () => {
    const text =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: main\n      image: nginx\n";
    const found = await places(text, ["pinned-image"], { lines: [0, 1, 2, 3, 4, 5, 6, 6] });
    expect(found[0]).toMatch(/^pinned-image spec\.containers\[0\]\.image 6:/);
  });
});
