import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Document, parseAllDocuments, visit } from "yaml";
import { parseFile } from "../../src/documents/parse-file.ts";

const folder = process.env.PADDLOCK_CORPUS;

/** Real manifests: not one may be refused, and each has the value that another reader of YAML 1.1 gives it. */
describe.skipIf(folder === undefined)(`manifests of PADDLOCK_CORPUS${folder === undefined ? " (unset)" : ""}`, () => {
  const files = folder === undefined ? [] : readdirSync(folder, { recursive: true, encoding: "utf8" });
  test.each(files.filter((file) => /\.ya?ml$/.test(file)))("%s", (file) => {
    const bytes = readFileSync(join(folder ?? "", file));
    const parsed = parseFile(bytes, "yaml");
    expect(parsed.notifications.filter(({ level }) => level === "error")).toEqual([]);
    const theirs = parseAllDocuments(bytes.toString(), { version: "1.1", merge: true, uniqueKeys: false });
    const values = [...theirs].map((document): unknown => asKubernetes(document).toJSON());
    expect(parsed.documents.map(({ value }) => value)).toEqual(values.filter((value) => value !== null));
  });
});

/** The other reader takes a lone dot for a number, which the one of Kubernetes does not. */
function asKubernetes(document: Document): Document {
  visit(document, {
    Scalar(_, node) {
      if (node.source === ".") node.value = ".";
    },
  });
  return document;
}
