import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AuditShard } from "../../src/cluster/audit/shard.ts";
import { ClusterClient } from "../../src/cluster/client.ts";
import { type ClusterChecked, checkCluster } from "../../src/commands/audit/audit.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { FakeCluster, openReports } from "./fake-cluster.ts";
import { controlledBy, deployment, goodImage, namespace, pod, replicaSet } from "./objects.ts";

/** What is bad in an object need not be bad in its owner. */
const images = ["registry.example.com/app:latest", "registry.example.com/other:latest", goodImage] as const;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "paddlock-shards-"));
  writeFileSync(join(folder, "paddlock.yaml"), "{}\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Made = "deployment" | "replicaSet" | "pod";
interface Wanted {
  readonly kind: Made;
  /** Most of all objects live in the first namespace. */
  readonly namespace: number;
  /** Which object is written as its controller, if any: one of its own number is itself, one beyond all is nobody. */
  readonly owner: number | null;
  readonly image: (typeof images)[number];
}

const types = {
  deployment: { apiVersion: "apps/v1", kind: "Deployment", make: deployment },
  replicaSet: { apiVersion: "apps/v1", kind: "ReplicaSet", make: replicaSet },
  pod: { apiVersion: "v1", kind: "Pod", make: pod },
} as const;

const wanted: fc.Arbitrary<Wanted> = fc.record({
  kind: fc.constantFrom<Made>("deployment", "replicaSet", "replicaSet", "pod", "pod", "pod"),
  namespace: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2),
  owner: fc.option(fc.nat({ max: 44 })),
  image: fc.constantFrom(...images),
});

function objectsOf(all: readonly Wanted[]): JsonObject[] {
  const uid = (index: number): string => `uid-${index}`;
  return all.map(({ kind, namespace, owner, image }, index) => {
    const { apiVersion, kind: ownerKind } = types[all[owner ?? -1]?.kind ?? "replicaSet"];
    const reference = owner === null ? {} : { owner: controlledBy(apiVersion, ownerKind, `o-${owner}`, uid(owner)) };
    return types[kind].make(`ns-${namespace}`, `o-${index}`, image, { uid: uid(index), ...reference });
  });
}

function staleReport(index: number): JsonObject {
  const labels = { "app.kubernetes.io/managed-by": "paddlock" };
  const scope = { apiVersion: "apps/v1", kind: "Deployment", name: "gone", uid: `gone-${index}` };
  const metadata = { namespace: "ns-0", name: `paddlock-gone-${index}`, labels };
  return { apiVersion: "openreports.io/v1alpha1", kind: "Report", metadata, scope };
}

const shardsOf = (count: number): AuditShard[] =>
  Array.from({ length: count }, (_, index) => ({ index: index + 1, count }));
const judged = ({ report }: ClusterChecked): string[] => [...report.findings].map(({ file }) => file);

test("shards judge each object that a whole run judges, once, and each report has one shard, however many there are", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(wanted, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 2, max: 5 }),
      fc.integer({ min: 1, max: 3 }),
      async (all, count, other) => {
        const cluster = await FakeCluster.start(...openReports);
        const client = new ClusterClient(cluster.kubeConfig());
        const audit = (shard: AuditShard | null, reports: "found" | null): Promise<ClusterChecked> => {
          return checkCluster({
            ...{ client, config: join(folder, "paddlock.yaml"), namespaces: null, shard, rules: ["pinned-image"] },
            ...{ language: "en", reports, keepsTexts: false, onProgress: () => {} },
          });
        };
        try {
          cluster.put(...["ns-0", "ns-1", "ns-2"].map((name) => namespace(name)), ...objectsOf(all));
          cluster.put(...Array.from({ length: 6 }, (_, index) => staleReport(index)));
          const whole = judged(await audit(null, null));

          const parts: string[] = [];
          for (const shard of shardsOf(count)) parts.push(...judged(await audit(shard, "found")));
          expect(parts.sort()).toEqual(whole);
          expect(new Set(cluster.writes).size).toBe(cluster.writes.length);
          expect(cluster.writes.filter((write) => write.startsWith("DELETE"))).toHaveLength(6);
          cluster.writes.length = 0;
          for (const shard of [...shardsOf(other), null]) await audit(shard, "found");
          expect(cluster.writes).toEqual([]);
        } finally {
          client.close();
          await cluster.stop();
        }
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);
