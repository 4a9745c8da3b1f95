import { expect, test } from "vitest";
import { parseFile } from "../../src/documents/parse-file.ts";

function waivers(text: string): unknown[] {
  return parseFile(text, "yaml").comments.map(({ rule, reason, target, line, column }) => [
    rule,
    reason,
    target,
    `${line}:${column}`,
  ]);
}

test("a comment waives its own line when it follows content, else the next line of content", () => {
  const text = `# paddlock-ignore network-policy -- 内网集群
# another comment

kind: Pod
spec:
  containers:
    # paddlock-ignore run-as-non-root -- needs root -- for now
    - name: a
      image: nginx # paddlock-ignore pinned-image -- demo
---
#paddlock-ignore  a ,b,c--d --  both
---
kind: B
`;
  expect(waivers(text)).toEqual([
    ["network-policy", "内网集群", 4, "1:1"],
    ["run-as-non-root", "needs root -- for now", 8, "7:5"],
    ["pinned-image", "demo", 9, "9:20"],
    ["a", "both", 13, "11:1"],
    ["b", "both", 13, "11:1"],
    ["c--d", "both", 13, "11:1"],
  ]);
});

test("a comment without a reason or a rule is told as it is", () => {
  expect(waivers("a: 1 # paddlock-ignore pinned-image\nb: 1 # paddlock-ignore\nc: 1 # paddlock-ignore x --\n")).toEqual(
    [
      ["pinned-image", null, 1, "1:6"],
      ["", null, 2, "2:6"],
      ["x", null, 3, "3:6"],
    ],
  );
  expect(waivers("a: 1\n# paddlock-ignore x -- at the end\n")).toEqual([["x", "at the end", 2, "2:1"]]);
});

test("texts are no comments", () => {
  const text = `a: "x # paddlock-ignore a -- b"
b: |
  # paddlock-ignore a -- b
  x
c: 'y
  # paddlock-ignore a -- b'
d: y#paddlock-ignore a -- b
e: # paddlock-ignored a
f: [1, # paddlock-ignore real -- yes
  "# paddlock-ignore a"]
`;
  expect(waivers(text)).toEqual([["real", "yes", 9, "9:8"]]);
});

test("CRLF ends a comment", () => {
  expect(waivers("# paddlock-ignore a -- b\r\nkind: Pod\r\n")).toEqual([["a", "b", 2, "1:1"]]);
});
