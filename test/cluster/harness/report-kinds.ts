import type { JsonObject } from "../../../src/json/value.ts";
import type { CustomKind } from "./custom-kinds.ts";

const text: JsonObject = { type: "string" };
const integer: JsonObject = { type: "integer" };
const texts: JsonObject = { type: "object", additionalProperties: text };
const object = (properties: JsonObject, required: readonly string[] = []): JsonObject => {
  return { type: "object", properties, ...(required.length === 0 ? {} : { required: [...required] }) };
};
const list = (items: JsonObject): JsonObject => ({ type: "array", items });
const oneOf = (...values: readonly string[]): JsonObject => ({ type: "string", enum: [...values] });

const requirement = object({ key: text, operator: text, values: list(text) }, ["key", "operator"]);
const selector = object({ matchExpressions: list(requirement), matchLabels: texts });
const reference = object({
  ...{ apiVersion: text, fieldPath: text, kind: text, name: text, namespace: text, resourceVersion: text, uid: text },
});
const outcome = oneOf("pass", "fail", "warn", "error", "skip");
const result = object(
  {
    ...{ category: text, message: text, policy: text, properties: texts, resourceSelector: selector },
    ...{ resources: list(reference), result: outcome, rule: text, scored: { type: "boolean" } },
    severity: oneOf("critical", "high", "low", "medium", "info"),
    source: text,
    timestamp: object({ nanos: { ...integer, format: "int32" }, seconds: { ...integer, format: "int64" } }, [
      ...["nanos", "seconds"],
    ]),
  },
  ["policy"],
);
const summary = object({ pass: integer, fail: integer, warn: integer, error: integer, skip: integer });
const common = { results: list(result), scope: reference, scopeSelector: selector, summary };

/** Source: https://github.com/openreports/reports-api, config/crd. Fields that the schema does not have are dropped. */
const openReport = object({
  ...common,
  configuration: object({ limits: object({ maxResults: integer, statusFilter: list(outcome) }) }, ["limits"]),
  source: text,
});

/** Source: https://github.com/kubernetes-sigs/wg-policy-prototypes, policy-report/crd/v1alpha2. */
const policyReport = object(common);

export const OPEN_REPORTS: readonly CustomKind[] = kindsOf("openreports.io", "v1alpha1", "Report", openReport);
export const POLICY_REPORTS: readonly CustomKind[] = kindsOf(
  "wgpolicyk8s.io",
  "v1alpha2",
  "PolicyReport",
  policyReport,
);

function kindsOf(group: string, version: string, kind: string, schema: JsonObject): readonly CustomKind[] {
  return [
    { group, versions: [version], kind, schema },
    { group, versions: [version], kind: `Cluster${kind}`, scope: "Cluster", schema },
  ];
}
