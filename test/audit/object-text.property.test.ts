import fc from "fast-check";
import { expect, test } from "vitest";
import { objectText } from "../../src/cluster/audit/object-text.ts";
import { parseFile } from "../../src/documents/parse-file.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";

/** What YAML of some version or other takes for something else, or for its own. */
const awkward = [
  ...["y", "Y", "n", "yes", "no", "on", "off", "true", "null", "Null", "~", "", "=", "<<", ".inf", "-.inf", ".nan"],
  ...["017", "0o17", "0x1f", "0b1", "1_000", "1e3", "1.", ".5", "+1", "-0", "12:30:45", "2001-01-01", "1.5e+3"],
  ...["---", "...", "... x", "--- x", "- a", "? a", ": a", "a: b", "a:", "# a", "a #b", "&a", "*a", "!a", "!!str a"],
  ...["|", ">", "%a", "@a", "`a", "'", '"', "\\", "{a", "}", "[a", "]", ",", " ", " a", "a ", "\t", "\ta", "a\tb"],
  ...["\n", "\n\n", "a\n", "a\n\n", "\na", " a\nb", "a\n b", "a\n---\nb", "a\r\nb", "a\rb", "a \nb", "\n  a\n b\n"],
  ...["中文", "中文：说明", "🚀", "e\u0301", "\u0085", "\u2028", "\u2029", "\ufeff", "\u007f", "\u0000", "\u00a0"],
];

const texts = fc.oneof(
  fc.constantFrom(...awkward),
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom(...awkward), { maxLength: 3 }).map((parts) => parts.join("")),
  fc.array(fc.constantFrom(...awkward), { maxLength: 4 }).map((parts) => parts.join("\n")),
);

const objects: fc.Arbitrary<JsonObject> = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    texts,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(texts, tie("value"), { maxKeys: 4, noNullPrototype: true }),
})).object;

function readBack(object: JsonObject): JsonValue | undefined {
  const parsed = parseFile(objectText(object), "yaml");
  expect(parsed.notifications).toEqual([]);
  expect(parsed.documents).toHaveLength(1);
  return parsed.documents[0]?.value;
}

test.each(awkward)("%j is read back as it was, as a key and as a value", (text) => {
  const object = { apiVersion: "v1", list: [text], [text]: { [text]: text } };
  expect(readBack(object)).toEqual(object);
});

test("what Kubernetes reads of an object's text is the object", () => {
  fc.assert(
    fc.property(
      objects.filter((object) => Object.keys(object).length > 0),
      (object) => {
        expect(readBack(object)).toEqual(object);
      },
    ),
    { numRuns: 2000 },
  );
});

test("reads as people write it", () => {
  const object = {
    kind: "Deployment",
    metadata: { name: "ocr" },
    spec: { replicas: 2, args: ["serve", "yes", "echo a\necho b\n"], image: "registry:5000/ocr@sha256:abc" },
  };
  expect(objectText(object)).toBe(`kind: Deployment
metadata:
  name: ocr
spec:
  replicas: 2
  args:
    - serve
    - "yes"
    - |
      echo a
      echo b
  image: registry:5000/ocr@sha256:abc
`);
});
