import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type AnySchemaObject } from "ajv";
import fc from "fast-check";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { ownerReport, reportContent } from "../../src/cluster/audit/owner-report.ts";
import { REPORT_APIS, type ReportApi } from "../../src/cluster/audit/report-api.ts";
import { auditWords } from "../../src/cluster/audit/words.ts";
import { parseFile } from "../../src/documents/parse-file.ts";
import type { Finding } from "../../src/findings/finding.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { finding, owner } from "./findings.ts";

const [openreports, wgpolicy] = REPORT_APIS as readonly [ReportApi, ReportApi];
const category = (): string => "images";
const { omitted } = auditWords.en;

function report(findings: readonly Finding[], api = openreports, mostBytes?: number): JsonObject {
  return ownerReport(owner, findings, { api, category, omitted, ...(mostBytes === undefined ? {} : { mostBytes }) });
}

const resultsOf = (object: JsonObject): JsonObject[] => object.results as unknown as JsonObject[];

const mixed: readonly Finding[] = [
  finding({ fingerprint: "e" }),
  finding({ fingerprint: "w", level: "warning" }),
  finding({ fingerprint: "i", level: "info", container: null }),
  finding({ fingerprint: "n", level: "info", outcome: "not-judged" }),
  finding({
    fingerprint: "x",
    outcome: "waived",
    waiver: { source: "annotation", reason: "known", expires: "2027-01-31" },
  }),
];

describe("ownerReport", () => {
  test("says what became of each finding, whose report it is, and nothing that changes by itself", () => {
    expect(report(mixed)).toEqual({
      apiVersion: "openreports.io/v1alpha1",
      kind: "Report",
      metadata: {
        name: "paddlock-011e288a-7577-4f0f-a5ca-8c36f41025e1",
        namespace: "ml",
        labels: { "app.kubernetes.io/managed-by": "paddlock" },
        ownerReferences: [
          { apiVersion: "apps/v1", kind: "Deployment", name: "ocr", uid: owner.uid, controller: false },
        ],
      },
      source: "paddlock",
      scope: { apiVersion: "apps/v1", kind: "Deployment", namespace: "ml", name: "ocr", uid: owner.uid },
      summary: { pass: 1, fail: 1, warn: 1, error: 0, skip: 2 },
      results: [
        result("fail", "high", "e", { container: "app" }),
        result("warn", "medium", "w", { container: "app" }),
        result("skip", "high", "x", { container: "app", outcome: "waived", reason: "known", expires: "2027-01-31" }),
        result("skip", "info", "n", { container: "app", outcome: "not-judged" }),
        result("pass", "info", "i", {}),
      ],
    });
  });

  test("is a PolicyReport where that is what the cluster has", () => {
    const { source, ...rest } = report(mixed);
    expect(report(mixed, wgpolicy)).toEqual({
      ...rest,
      apiVersion: "wgpolicyk8s.io/v1alpha2",
      kind: "PolicyReport",
    });
    expect(source).toBe("paddlock");
  });

  test("about an object that lives in no namespace lives in none", () => {
    const object = ownerReport({ ...owner, namespace: null }, [], { api: openreports, category, omitted });
    expect(object).toMatchObject({ kind: "ClusterReport", results: [], summary: { fail: 0 } });
    expect(object.metadata).not.toHaveProperty("namespace");
    expect(object.scope).not.toHaveProperty("namespace");
  });

  test("is the same whatever the order and the lines of the findings", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...mixed], { minLength: mixed.length }), fc.nat(), (shuffled, line) => {
        const moved = shuffled.map((each) => ({ ...each, line, endLine: line, url: "elsewhere" }));
        expect(report(moved)).toEqual(report(mixed));
      }),
    );
  });

  test("leaves out what does not fit, the least important first, and counts it all the same", () => {
    const findings = [
      ...Array.from({ length: 50 }, (_, n) => finding({ fingerprint: `i${n}`, level: "info" })),
      ...Array.from({ length: 5 }, (_, n) => finding({ fingerprint: `e${n}` })),
    ];
    const object = report(findings, openreports, 3000);
    const results = resultsOf(object);
    expect(results.slice(0, 5).map((each) => each.result)).toEqual(Array(5).fill("fail"));
    const omitted = findings.length - (results.length - 1);
    expect(omitted).toBeGreaterThan(0);
    expect(results.at(-1)).toMatchObject({ result: "skip", message: expect.stringContaining(`${omitted} more`) });
    expect(object.metadata).toMatchObject({ annotations: { "paddlock.dev/omitted-results": String(omitted) } });
    expect(object.summary).toEqual({ pass: 50, fail: 5, warn: 0, error: 0, skip: 0 });
    expect(Buffer.byteLength(JSON.stringify(results.slice(0, -1)))).toBeLessThanOrEqual(3001);
  });

  test("fits into etcd whatever the findings say", () => {
    const findings = Array.from({ length: 2000 }, (_, n) =>
      finding({ fingerprint: `${n}`, message: "长".repeat(9000) }),
    );
    expect(Buffer.byteLength(JSON.stringify(report(findings)))).toBeLessThan(1_200_000);
  });

  test("is read back unchanged by whoever reads it as YAML, as server-side apply does", () => {
    const texts = fc.string({ unit: "binary", maxLength: 40 });
    fc.assert(
      fc.property(texts, texts, texts, (message, path, name) => {
        const object = report([finding({ message, path, container: { name, role: "container" } })]);
        const parsed = parseFile(JSON.stringify(object), "yaml");
        expect(parsed.documents[0]?.value).toEqual(object);
        expect(JSON.stringify(object)).not.toMatch(/[\u007f-\u009f\u2028\u2029\ufeff]/);
      }),
    );
  });
});

describe("reportContent", () => {
  const object = report(mixed);

  test("does not see what servers and others add, nor the order of keys", () => {
    const metadata = object.metadata as JsonObject;
    const stored = {
      ...Object.fromEntries(Object.entries(object).reverse()),
      metadata: {
        ...metadata,
        uid: "1",
        resourceVersion: "7",
        generation: 2,
        creationTimestamp: "2026-11-25T00:00:00Z",
        managedFields: [{ manager: "paddlock" }],
        labels: { ...(metadata.labels as JsonObject), team: "ml" },
        annotations: { note: "seen" },
        ownerReferences: [
          ...(metadata.ownerReferences as unknown as JsonObject[]),
          { apiVersion: "v1", kind: "ConfigMap", name: "other", uid: "other" },
        ],
      },
    };
    expect(reportContent(stored)).toBe(reportContent(object));
  });

  test.each<[string, JsonObject]>([
    ["a result", { results: [] }],
    ["a count", { summary: { pass: 1, fail: 0, warn: 1, error: 0, skip: 2 } }],
    ["the scope", { scope: {} }],
    ["the owner", { metadata: { ...(object.metadata as JsonObject), ownerReferences: [] } }],
    ["the label", { metadata: { ...(object.metadata as JsonObject), labels: {} } }],
  ])("sees that %s differs", (_, change) => {
    expect(reportContent({ ...object, ...change })).not.toBe(reportContent(object));
  });
});

function result(outcome: string, severity: string, fingerprint: string, more: JsonObject): JsonObject {
  return {
    source: "paddlock",
    policy: "paddlock",
    rule: "pinned-image",
    category: "images",
    result: outcome,
    severity,
    message: "image has no tag",
    properties: { path: "spec.template.spec.containers[0].image", fingerprint, ...more },
  };
}

/** Definitions that are not ours to copy; whoever has them says where. */
const data = process.env.PADDLOCK_DATA;

describe.skipIf(data === undefined)(
  data === undefined
    ? "PADDLOCK_DATA is unset: the real definitions were not read"
    : "real definitions (PADDLOCK_DATA)",
  () => {
    test.each([
      ["openreports.io_reports.yaml", openreports, "ml"],
      ["openreports.io_clusterreports.yaml", openreports, null],
      ["wgpolicyk8s.io_policyreports.yaml", wgpolicy, "ml"],
      ["wgpolicyk8s.io_clusterpolicyreports.yaml", wgpolicy, null],
    ])("%s takes our reports, whole", (file, api, namespace) => {
      const schema = schemaOf(join(data ?? "", "crds", file), api.version);
      const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
      for (const mostBytes of [undefined, 500]) {
        const object = ownerReport({ ...owner, namespace }, mixed, {
          api,
          category,
          omitted,
          ...(mostBytes === undefined ? {} : { mostBytes }),
        });
        validate(object);
        expect(validate.errors).toBeNull();
        const { metadata: _, ...rest } = object;
        expect(unknownFields(rest, schema, "")).toEqual([]);
      }
    });
  },
);

function schemaOf(file: string, version: string): AnySchemaObject {
  const definition = load(readFileSync(file, "utf8")) as {
    spec: { versions: { name: string; schema: { openAPIV3Schema: AnySchemaObject } }[] };
  };
  const found = definition.spec.versions.find(({ name }) => name === version);
  if (found === undefined) throw new Error(`${file} has no ${version}`);
  return found.schema.openAPIV3Schema;
}

/** What the API server would drop in silence. */
function unknownFields(value: JsonValue | undefined, schema: AnySchemaObject, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => unknownFields(item, schema.items, `${path}[]`));
  if (typeof value !== "object" || value === null || schema.additionalProperties !== undefined) return [];
  return Object.entries(value as JsonObject).flatMap(([key, each]) => {
    const known: AnySchemaObject | undefined = schema.properties?.[key];
    return known === undefined ? [`${path}.${key}`] : unknownFields(each, known, `${path}.${key}`);
  });
}
