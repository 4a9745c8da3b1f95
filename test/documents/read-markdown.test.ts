import { expect, test } from "vitest";
import { parseFile } from "../../src/documents/parse-file.ts";

const text = `# 部署

\`\`\`yaml
apiVersion: v1
kind: Pod
metadata:
  name: one
---
apiVersion: v1
kind: Pod
\`\`\`

1. In a list:

   ~~~ YML {linenos=true}
   apiVersion: v1
   kind: Service
   ---
   # paddlock-ignore a -- b
   kind: List
   apiVersion: v1
   \`\`\`
   ~~~
2. Broken, but no object:
   \`\`\`yaml
   spec: [
   \`\`\`

\`\`\`json
{"apiVersion": "v1", "kind": "ConfigMap"}
\`\`\`

\`\`\`
apiVersion: v1
kind: Secret
\`\`\`

\`\`\`
just: text
\`\`\`

\`\`\`sh
kind: not yaml
\`\`\`
`;

test("fences are read with the positions of the Markdown file", () => {
  const parsed = parseFile(text, "markdown");
  expect(parsed.documents.map(({ line, value }) => [line, (value as { kind?: string }).kind])).toEqual([
    [4, "Pod"],
    [9, "Pod"],
    [16, "Service"],
    [30, "ConfigMap"],
    [34, "Secret"],
  ]);
  const [one, , service, configMap] = parsed.documents;
  expect(one?.locate(["metadata", "name"]).region).toEqual({ line: 7, column: 9, endLine: 7, endColumn: 12 });
  expect(service?.locate(["kind"]).region).toEqual({ line: 17, column: 10, endLine: 17, endColumn: 17 });
  expect(configMap?.locate(["kind"]).region).toEqual({ line: 30, column: 30, endLine: 30, endColumn: 41 });
});

test("a broken fence is told only where it claims to be an object", () => {
  expect(parseFile(text, "markdown").notifications).toMatchObject([
    { level: "error", code: "yaml-syntax", line: 22, column: 4 },
  ]);
  expect(parseFile("```yaml\nspec: [\n```\n", "markdown")).toMatchObject({ notifications: [], unreadable: 0 });
});

test("comments in fences waive", () => {
  const md = "- list\n\n  ```yaml\n  # paddlock-ignore a -- b\n  kind: Pod\n  ```\n";
  expect(parseFile(md, "markdown").comments).toEqual([{ rule: "a", reason: "b", target: 5, line: 4, column: 3 }]);
});

test("a fence without an end reaches to the end of the file", () => {
  const parsed = parseFile("````yaml\na: 1\n```\nb: 2\n", "markdown");
  expect(parsed.documents).toEqual([]);
  expect(parseFile("```yaml\r\na: 1\r\n", "markdown").documents.map(({ value }) => value)).toEqual([{ a: 1 }]);
});

test.each([
  ["spaces", `${" ".repeat(400_000)}x`],
  ["a fence that has a backtick behind it", `\`\`\`${"a".repeat(400_000)}\``],
  ["tildes", `${"~".repeat(400_000)}\``],
])("a long line of %s is no fence, and is gone through once", (_, line) => {
  const text = `${line}\n\`\`\`yaml\napiVersion: v1\nkind: Pod\n\`\`\`\n`;
  expect(parseFile(text, "markdown").documents.map(({ value }) => value)).toEqual([{ apiVersion: "v1", kind: "Pod" }]);
});
