import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Enough to make no file long; relations do not care which file they cross. */
const documentsPerFile = 4;

/**
 * Writes workloads and half as many NetworkPolicies, all in one namespace, so that no namespace narrows the search: each
 * policy selects two of the workloads, every fifth by an expression instead of a label. Says how many documents.
 */
export function writeRelations(folder: string, workloads: number): number {
  const texts: string[] = [];
  for (let index = 0; index < workloads; index++) {
    texts.push(workload(index));
    if (index % 2 === 0) texts.push(policy(index >> 1));
  }
  return writeParts(folder, "part", texts);
}

/**
 * Writes workloads, and in files of their own so many of what belongs to some of them: autoscalers, disruption budgets and
 * service monitors in turn, each about another workload. Says how many documents.
 */
export function writeCompanions(folder: string, workloads: number, companions: number): number {
  const about = Math.floor(workloads / Math.max(companions, 1));
  const texts = Array.from({ length: companions }, (_, index) => {
    const write = [autoscaler, budget, monitor][index % 3] ?? autoscaler;
    return write(index * about);
  });
  const written = writeParts(
    folder,
    "part",
    Array.from({ length: workloads }, (_, index) => workload(index)),
  );
  return written + writeParts(folder, "companions", texts);
}

function writeParts(folder: string, part: string, texts: readonly string[]): number {
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < texts.length; at += documentsPerFile) {
    const name = `${part}-${String(at / documentsPerFile).padStart(5, "0")}.yaml`;
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

function autoscaler(index: number): string {
  return `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: app-${index}
  namespace: shared
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: app-${index} }
  minReplicas: 2
  maxReplicas: 6
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: 70 }
`;
}

function budget(index: number): string {
  return `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: app-${index}
  namespace: shared
spec:
  maxUnavailable: 1
  selector:
    matchLabels: { app: app-${index} }
`;
}

function monitor(index: number): string {
  return `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: app-${index}
  namespace: shared
spec:
  selector:
    matchLabels: { app: app-${index} }
  endpoints: [{ port: metrics }]
`;
}
