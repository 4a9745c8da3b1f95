import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CheckOptions, check } from "../../src/commands/check/check.ts";

/** More than three threads' worth of files. */
const files = 660;
let folder = "";

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "paddlock-scan-")));
  for (let index = 0; index < files; index++) {
    const path = join(folder, `team-${index % 7}`, `app-${index}.yaml`);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, manifests(index));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A workload; for some a policy, a claim, an autoscaler, a broken document or a waiver, in this file or in another one. */
function manifests(index: number): string {
  const documents = [workload(index)];
  if (index % 3 === 0) documents.push(policy(`app-${(index * 37) % files}`));
  if (index % 5 === 0) documents.push(claim(`models-${(index * 11) % files}`));
  if (index % 4 === 0) documents.push(scaler(`app-${(index * 13) % files}`, index % 5 === 0 ? "memory" : "cpu"));
  if (index % 50 === 0) documents.push("a: [\n");
  if (index % 60 === 0) documents.push(policy("nobody"));
  return documents.join("---\n");
}

const workload = (index: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${index}
  namespace: team-${index % 4}
${index % 9 === 0 ? "  annotations:\n    paddlock.dev/waive.run-as-non-root: known\n" : ""}spec:
  replicas: ${1 + (index % 3)}
  selector: {matchLabels: {app: app-${index}}}
  template:
    metadata: {labels: {app: app-${index}}}
    spec:
      containers:
        - name: server
          image: registry.example.com/paddlex/paddlex:${index % 2 === 0 ? "latest" : "3.3.11"}
          ${index % 4 === 0 ? "imagePullPolcy" : "imagePullPolicy"}: Always
          volumeMounts: [{name: models, mountPath: /models, readOnly: true}]
      volumes:
        - {name: models, persistentVolumeClaim: {claimName: models-${index}}}
`;

const policy = (app: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${app}, namespace: team-${Number(/\d+/.exec(app)?.[0] ?? 0) % 4}}
spec: {podSelector: {matchLabels: {app: ${app}}}, policyTypes: [Ingress]}
`;

const claim = (name: string): string => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: ${name}, namespace: team-${Number(/\d+/.exec(name)?.[0] ?? 0) % 4}}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;

const scaler = (app: string, resource: string): string => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: ${app}-${resource}, namespace: team-${Number(/\d+/.exec(app)?.[0] ?? 0) % 4}}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${app}}
  minReplicas: 2
  maxReplicas: 5
  metrics: [{type: Resource, resource: {name: ${resource}, target: {type: Utilization, averageUtilization: 70}}}]
`;

/** The report without what may differ between two runs. */
async function reportOf(options: CheckOptions): Promise<string> {
  const { report } = await check({ cwd: folder, ...options });
  return JSON.stringify({
    ...report,
    summary: { ...report.summary, durationMs: 0 },
    findings: [...report.findings],
  });
}

describe("the same input gives the same bytes", () => {
  test("in two runs, with one, two and four threads, in whatever order the paths are named", async () => {
    const one = await reportOf({ threads: 1 });
    const { summary, findings } = JSON.parse(one);
    expect(summary).toMatchObject({ files, workloads: files, unreadable: Math.ceil(files / 50) });
    const rules = new Set(findings.map(({ rule }: { rule: string }) => rule));
    expect([...rules]).toEqual(
      expect.arrayContaining(["network-policy", "hpa-target", "model-volume", "schema", "pinned-image"]),
    );
    expect(await reportOf({ threads: 1 })).toBe(one);
    expect(await reportOf({ threads: 2 })).toBe(one);
    expect(await reportOf({ threads: 4 })).toBe(one);
    const paths = Array.from({ length: 7 }, (_, team) => `team-${team}`).reverse();
    expect(await reportOf({ threads: 2, paths })).toBe(one);
  });

  test("every finding has a fingerprint of its own", async () => {
    const { report } = await check({ cwd: folder });
    const fingerprints = [...report.findings].map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });
});
