import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Enough to make no file long; relations do not care which file they cross. */
const documentsPerFile = 4;

/**
 * Writes workloads and half as many NetworkPolicies, all in one namespace, so that no namespace narrows the search: each
 * policy selects two of the workloads, every fifth by an expression instead of a label. Says how many documents.
 */
export function writeRelations(folder: string, workloads: number): number {
  mkdirSync(folder, { recursive: true });
  const texts: string[] = [];
  for (let index = 0; index < workloads; index++) {
    texts.push(workload(index));
    if (index % 2 === 0) texts.push(policy(index >> 1));
  }
  for (let at = 0; at < texts.length; at += documentsPerFile) {
    const name = `part-${String(at / documentsPerFile).padStart(5, "0")}.yaml`;
    writeFileSync(join(folder, name), texts.slice(at, at + documentsPerFile).join("---\n"));
  }
  return texts.length;
}

function workload(index: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${index}
  namespace: shared
spec:
  selector:
    matchLabels: { app: app-${index} }
  template:
    metadata:
      labels: { app: app-${index}, pair: pair-${index >> 1}, tier: tier-${index % 3} }
    spec:
      securityContext: { runAsNonRoot: true }
      containers:
        - name: app
          image: registry.example.com/team/app:1.2.${index}
          resources:
            requests: { cpu: "1", memory: 1Gi }
            limits: { memory: 1Gi }
`;
}

function policy(pair: number): string {
  const selector =
    pair % 5 === 0
      ? `matchExpressions: [{ key: pair, operator: In, values: [pair-${pair}] }]`
      : `matchLabels: { pair: pair-${pair} }`;
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: pair-${pair}
  namespace: shared
spec:
  podSelector:
    ${selector}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels: { tier: tier-${pair % 3} }
`;
}
