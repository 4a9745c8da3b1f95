import type { ListedKind } from "../../src/cluster/audit/audited-kinds.ts";
import type { ObjectKey } from "../../src/cluster/audit/audited-object.ts";
import type { Finding } from "../../src/findings/finding.ts";

export const deployments: ListedKind = {
  group: "apps",
  version: "v1",
  apiVersion: "apps/v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
  verbs: ["list"],
  role: "workload",
};

export const owner: ObjectKey = {
  kind: deployments,
  namespace: "ml",
  name: "ocr",
  uid: "011e288a-7577-4f0f-a5ca-8c36f41025e1",
  controller: null,
};

export function finding(over: Partial<Finding> = {}): Finding {
  return {
    rule: "pinned-image",
    level: "error",
    outcome: "violation",
    message: "image has no tag",
    remedy: "name a digest",
    url: "https://docs.example/pinned-image",
    file: "ml/deployment.apps/ocr",
    line: 3,
    column: 5,
    endLine: 3,
    endColumn: 9,
    path: "spec.template.spec.containers[0].image",
    resource: { apiVersion: "apps/v1", kind: "Deployment", namespace: "ml", name: "ocr" },
    container: { name: "app", role: "container" },
    args: {},
    fingerprint: "f1",
    ...over,
  };
}
