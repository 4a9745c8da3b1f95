import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
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
    const values = [...theirs].map((document): unknown => document.toJSON()).filter((value) => value !== null);
    expect(parsed.documents.map(({ value }) => value)).toEqual(values);
  });
});
