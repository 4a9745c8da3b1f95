import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseFile } from "../../src/documents/parse-file.ts";
import type { JsonValue } from "../../src/json/value.ts";

interface Row {
  readonly yaml: string;
  /** What sigs.k8s.io/yaml 1.6.0 (go.yaml.in/yaml/v2 2.4.2) printed for YAMLToJSON, or why it refused. */
  readonly json?: string;
  readonly error?: string;
}

const rows: readonly Row[] = JSON.parse(readFileSync(new URL("go-yaml.json", import.meta.url), "utf8"));

/** YAML 1.2 allows this escape, for the sake of JSON; go-yaml v2 does not. Taking it judges a file that Kubernetes refuses. */
const laxer = new Set(['a: "\\/"\n', '"\\/": a\n']);

describe("YAML as sigs.k8s.io/yaml reads it", () => {
  const accepted = rows.flatMap(({ yaml, json }): [string, string][] => (json === undefined ? [] : [[yaml, json]]));
  test.each(accepted)("%j is %s", (yaml, json) => {
    const parsed = parseFile(yaml, "yaml");
    expect(parsed.notifications.filter(({ level }) => level === "error")).toEqual([]);
    expect(parsed.documents.map(({ value }) => value)).toEqual([JSON.parse(json) as JsonValue]);
  });

  const refused = rows.flatMap(({ yaml, error }): [string, string][] => (error === undefined ? [] : [[yaml, error]]));
  test.each(refused.filter(([yaml]) => !laxer.has(yaml)))("%j is refused (%s)", (yaml) => {
    const parsed = parseFile(`apiVersion: v1\nkind: ConfigMap\n${yaml}`, "yaml");
    expect(parsed.notifications.map(({ level, code }) => ({ level, code }))).toEqual([
      { level: "error", code: "yaml-syntax" },
    ]);
    expect({ documents: parsed.documents.length, unreadable: parsed.unreadable }).toEqual({
      documents: 0,
      unreadable: 1,
    });
  });

  test("covers what is accepted and what is refused", () => {
    expect(accepted.length).toBeGreaterThan(500);
    expect(refused.length).toBeGreaterThan(50);
  });
});
