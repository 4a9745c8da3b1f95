import { describe, expect, test } from "vitest";
import { parseFile } from "../../src/documents/parse-file.ts";
import { formatPath } from "../../src/json/path.ts";
import type { Path } from "../../src/json/value.ts";

/** `field line:column-endLine:endColumn` of a path in the first document. */
function where(text: string, path: Path, root?: Path): string {
  const [document] = parseFile(text, "yaml").documents;
  if (document === undefined) throw new Error("no document");
  const { field, region } = document.locate(path, root);
  return `${formatPath(field)} ${region.line}:${region.column}-${region.endLine}:${region.endColumn}`;
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: "文字识别"   # 名称
  annotations: {"a/b": 'x', c: }
spec:
  template:
    spec:
      securityContext: {}
      nodeSelector: {disk: ssd,
        zone: a}
      containers:
        - name: ocr   # the engine
          image: >-
            registry.example.com/ocr:1

          args: [--a, "b c", {d: e}]
        -
          name: sidecar
          env:
      volumes:
      - {name: models, emptyDir: {}}
`;
const spec = ["spec", "template", "spec"];

describe("a field that is there", () => {
  test.each([
    [["kind"], "kind 2:7-2:17"],
    [["metadata", "name"], "metadata.name 4:9-4:15"],
    [["metadata"], "metadata 3:1-3:9"],
    [["metadata", "annotations", "a/b"], 'metadata.annotations["a/b"] 5:24-5:27'],
    [[...spec, "containers"], "spec.template.spec.containers 12:7-12:17"],
    [[...spec, "containers", 0], "spec.template.spec.containers[0] 13:11-13:35"],
    [[...spec, "containers", 0, "image"], "spec.template.spec.containers[0].image 14:18-15:39"],
    [[...spec, "containers", 0, "args", 1], "spec.template.spec.containers[0].args[1] 17:23-17:28"],
    [[...spec, "containers", 0, "args", 2], "spec.template.spec.containers[0].args[2] 17:30-17:36"],
    [[...spec, "containers", 1], "spec.template.spec.containers[1] 19:11-19:24"],
    [[...spec, "volumes", 0], "spec.template.spec.volumes[0] 22:9-22:37"],
    [[...spec, "volumes", 0, "emptyDir"], "spec.template.spec.volumes[0].emptyDir 22:24-22:32"],
  ] satisfies [Path, string][])("%j is %s", (path, expected) => {
    expect(where(deployment, path)).toBe(expected);
  });
});

describe("a field that is absent", () => {
  test.each([
    [[...spec, "securityContext", "runAsNonRoot"], "spec.template.spec.securityContext 9:24-9:26"],
    [[...spec, "nodeSelector", "arch"], "spec.template.spec.nodeSelector 10:22-10:32"],
    [[...spec, "containers", 0, "securityContext", "runAsUser"], "spec.template.spec.containers[0] 13:11-13:35"],
    [[...spec, "containers", 1, "env", 0, "name"], "spec.template.spec.containers[1] 19:11-19:24"],
    [[...spec, "containers", 7, "image"], "spec.template.spec.containers 12:7-12:17"],
    [[...spec, "volumes", 0, "hostPath"], "spec.template.spec.volumes[0] 22:9-22:37"],
    [["metadata", "annotations", "c"], "metadata.annotations 5:16-5:33"],
    [["metadata", "labels", "app"], "metadata 4:3-4:22"],
    [["kind", "deeper"], "kind 2:7-2:17"],
    [["status"], "metadata.name 4:9-4:15"],
    [[], "metadata.name 4:9-4:15"],
  ] satisfies [Path, string][])("%j is shown at %s", (path, expected) => {
    expect(where(deployment, path)).toBe(expected);
  });

  test("of an object without a name is shown at its first line", () => {
    expect(where("# c\n---\napiVersion: v1  \nkind: Pod\n", ["spec"])).toBe(" 3:1-3:15");
    expect(where("metadata: {generateName: a-}\n", [])).toBe(" 1:1-1:29");
    expect(where("- a: 1\n- b\n", [])).toBe(" 1:1-1:7");
  });

  test("of an object in a list is shown at that object's name", () => {
    const list =
      "kind: List\nmetadata: {name: l}\nitems:\n- kind: A\n  metadata:\n    name: one\n- kind: B\n  spec: 1\n";
    expect(where(list, ["items", 0, "spec"], ["items", 0])).toBe("items[0].metadata.name 6:11-6:14");
    expect(where(list, ["items", 0], ["items", 0])).toBe("items[0].metadata.name 6:11-6:14");
    expect(where(list, ["items", 1, "metadata", "name"], ["items", 1])).toBe("items[1] 7:3-7:10");
    expect(where(list, ["items", 0, "spec"])).toBe("items[0] 4:3-4:10");
    expect(where(list, ["items", 1, "spec"], ["items", 1])).toBe("items[1].spec 8:9-8:10");
  });
});

describe("anchors and merges", () => {
  const text = `base: &base
  image: &image "a | b:1"
  env: &env
    - {name: A, value: x}
  note: &note |
    text
one:
  <<: *base
  cpu: 1
two:
  image: *image
  env: *env
  note: *note
three:
  <<: [{cpu: 2}, *base]
  image: c
  list: [*env, *image]
four: {cpu: 5, <<: [{cpu: 3}, {cpu: 4}]}
? &five five
: 5
*image : 6
`;
  test.each([
    [["one", "image"], "one.image 2:17-2:26"],
    [["one", "env"], "one.env 3:3-3:6"],
    [["one", "env", 0, "value"], "one.env[0].value 4:24-4:25"],
    [["one", "env", 0, "absent"], "one.env[0] 4:7-4:26"],
    [["two", "image"], "two.image 2:17-2:26"],
    [["two", "env"], "two.env 12:3-12:6"],
    [["two", "env", 0], "two.env[0] 4:7-4:26"],
    [["two", "note"], "two.note 5:15-6:9"],
    [["three", "cpu"], "three.cpu 15:14-15:15"],
    [["three", "image"], "three.image 16:10-16:11"],
    [["three", "note"], "three.note 5:15-6:9"],
    [["three", "list", 0, 0], "three.list[0][0] 4:7-4:26"],
    [["three", "list", 1], "three.list[1] 2:17-2:26"],
    [["four", "cpu"], "four.cpu 18:27-18:28"],
    [["five"], "five 20:3-20:4"],
    [["a | b:1"], '["a | b:1"] 21:10-21:11'],
    [["two", "absent"], "two 11:3-11:16"],
  ] satisfies [Path, string][])("%j is %s", (path, expected) => {
    expect(where(text, path)).toBe(expected);
  });

  test("an anchor that is set again counts from there on", () => {
    const again = "a: &x 1\nb: *x\nc: &x 2\nd: *x\n";
    expect(where(again, ["b"])).toBe("b 1:7-1:8");
    expect(where(again, ["d"])).toBe("d 3:7-3:8");
  });
});

describe("block scalars", () => {
  test.each([
    ["a: |\n  x\n\n\nb: 1\n", "a 1:4-2:4"],
    ["a: |+2  # c | d\n   x\n  y  \n", "a 1:4-3:4"],
    ["a: >-\nb: 1\n", "a 1:4-1:6"],
    ['"a": !!str &x |\n  x\n', "a 1:15-2:4"],
  ])("%j", (text, expected) => {
    expect(where(text, ["a"])).toBe(expected);
  });

  test("in lists", () => {
    expect(where("- - |\n    x\n", [0, 0])).toBe("[0][0] 1:5-2:6");
    expect(where("- a > b: |\n    x\n", [0, "a > b"])).toBe('[0]["a > b"] 1:10-2:6');
  });
});

test("keys that are no text are found by the text that they become", () => {
  const text = "yes: a\n0x10: b\n1.50: c\n!!str 7: d\n? |\n  e\n: f\n";
  expect(["true", "16", "1.5", "7", "e\n"].map((key) => where(text, [key]))).toEqual([
    "true 1:6-1:7",
    '["16"] 2:7-2:8',
    '["1.5"] 3:7-3:8',
    '["7"] 4:10-4:11',
    '["e\\n"] 7:3-7:4',
  ]);
});

test("large collections are found by their index", () => {
  const items = Array.from({ length: 500 }, (_, i) => `  - k${i}: ${i}\n`).join("");
  const keys = Array.from({ length: 500 }, (_, i) => `  k${i}: ${i}\n`).join("");
  const [document] = parseFile(`list:\n${items}map:\n  <<: {m: 1}\n${keys}`, "yaml").documents;
  for (const i of [0, 63, 64, 65, 499, 1, 300]) {
    expect(document?.locate(["list", i, `k${i}`]).region.line).toBe(i + 2);
    expect(document?.locate(["map", `k${i}`]).region.line).toBe(i + 504);
  }
  expect(document?.locate(["map", "m"]).region).toMatchObject({ line: 503, column: 11 });
  expect(document?.locate(["map", "absent"]).region.line).toBe(503);
});

test("the documents of a large file are found though their events are not kept", () => {
  const filler = `  # ${"x".repeat(1000)}\n`;
  const text = Array.from({ length: 700 }, (_, i) => `a:\n${filler}  b: "${i}"\n`).join("---\n");
  const { documents } = parseFile(text, "yaml");
  expect(text.length).toBeGreaterThan(512 * 1024);
  for (const i of [0, 699, 5, 5]) {
    expect(documents[i]?.line).toBe(i * 4 + 1);
    expect(documents[i]?.locate(["a", "b"]).region).toMatchObject({ line: i * 4 + 3, column: 6 });
  }
});
