import type { JsonObject } from "../../../src/json/value.ts";
import { FakeApiServer } from "../../../test/cluster-client/fake-api-server.ts";
import type { LoadGenerator } from "../load.ts";
import { reviewNamespace, reviews } from "../reviews.ts";
import { median, megabytes, milliseconds, type Section, spread, whole } from "../section.ts";
import { configurations, type Stage } from "../stage.ts";
import { expectAnswers, isReady, type Subject, untilAnswering } from "../subject.ts";
import { UsageWatch, usageOf } from "../usage.ts";

export interface ClusterSizeOptions {
  readonly policies: number;
  readonly claims: number;
  readonly services: number;
  readonly rounds: number;
  readonly seconds: number;
}

const namespaces = 50;

interface Measured {
  readonly subject: Subject;
  readonly targets: string;
  /** CPU time a review, in microseconds. */
  readonly cost: number[];
  readonly p99: number[];
}

/** What a review costs where much is known of the cluster, against where there is just what the reviews ask for. */
export async function clusterSize(
  stage: Stage,
  load: LoadGenerator,
  core: number,
  options: ClusterSizeOptions,
): Promise<Section> {
  const sent = reviews();
  const [first] = sent;
  if (first === undefined) throw new Error("no reviews");
  const measured: Measured[] = [];
  const servers: FakeApiServer[] = [];
  for (const [name, objects] of [
    ["what the reviews ask for", asked()],
    ["a large cluster", [...asked(), ...others(options)]],
  ] as const) {
    const server = await FakeApiServer.start();
    servers.push(server);
    for (const object of objects) server.put(object);
    const kubeConfig = server.kubeConfig();
    const file = stage.write(`kubeconfig-${servers.length}`, kubeConfig.exportConfig());
    const subject = await stage.paddlock(name, configurations.all, core, ["--kubeconfig", file]);
    await untilAnswering(subject, stage.ca, first);
    await subject.process.until(() => isReady(subject, stage.ca));
    await expectAnswers(subject, stage.ca, sent);
    const targets = load.writeTargets(`size-${measured.length}`, subject.url, sent);
    measured.push({ subject, targets, cost: [], p99: [] });
  }
  for (let round = -1; round < options.rounds; round++) {
    for (const each of round % 2 === 0 ? measured : measured.toReversed()) {
      const watch = new UsageWatch(each.subject.process.pid);
      const figures = await load.run({ ca: stage.caFile, targets: each.targets, seconds: options.seconds, rate: null });
      const { cpuSeconds } = watch.stop();
      if (round < 0) continue;
      each.cost.push((cpuSeconds / figures.requests) * 1e6);
      each.p99.push(figures.p99);
    }
  }
  const rows = measured.map(({ subject, cost, p99 }) => [
    subject.name,
    spread(cost, whole),
    spread(p99, milliseconds),
    megabytes(usageOf(subject.process.pid).rssBytes),
  ]);
  for (const { subject } of measured) await subject.process.end();
  for (const server of servers) await server.down();
  const [small, large] = measured;
  const ratio = median((large?.cost ?? []).map((cost, round) => cost / (small?.cost[round] ?? Number.NaN)));
  const { policies, claims, services } = options;
  return {
    title: "What the size of the cluster costs",
    note:
      `All rules, on one core, as many reviews as it takes. The large cluster has ${whole(policies)} NetworkPolicies, ` +
      `${whole(claims)} claims and ${whole(services)} Services more, over ${namespaces} namespaces, of which the reviews are ` +
      `about one; both are watched from a stand-in for the API server on loopback. ${options.rounds} rounds of ` +
      `${options.seconds} s in alternating order.`,
    heads: ["", "µs CPU a review", "p99 ms", "MB"],
    rows,
    targets: [
      {
        text: "the same cost ± 20 %",
        measured: `${((ratio - 1) * 100).toFixed(0)} %`,
        met: Math.abs(ratio - 1) <= 0.2,
      },
    ],
  };
}

/** The policies and claims by which the reviews are allowed that are to be. */
function asked(): JsonObject[] {
  const spec = { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{ from: [{ podSelector: {} }] }] };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: reviewNamespace, labels: {} } },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { namespace: reviewNamespace, name: "namespace" },
      spec,
    },
    ...Array.from({ length: 5 }, (_, index) => claim(reviewNamespace, `ocr-models-${index}`)),
  ];
}

function others({ policies, claims, services }: ClusterSizeOptions): JsonObject[] {
  const spaces = Array.from({ length: namespaces }, (_, index) => `ml-${String(index).padStart(2, "0")}`);
  const at = (index: number): string => spaces[index % namespaces] ?? reviewNamespace;
  const labels = (index: number): JsonObject => ({ "app.kubernetes.io/name": `service-${index}`, tier: "other" });
  return [
    ...spaces
      .filter((name) => name !== reviewNamespace)
      .map((name): JsonObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: {} } })),
    ...Array.from(
      { length: policies },
      (_, index): JsonObject => ({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { namespace: at(index), name: `policy-${index}` },
        spec: {
          podSelector: { matchLabels: labels(index) },
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [{ podSelector: { matchLabels: { tier: "gateway" } } }], ports: [{ port: 8080 }] }],
        },
      }),
    ),
    ...Array.from({ length: claims }, (_, index) => claim(at(index), `claim-${index}`)),
    ...Array.from(
      { length: services },
      (_, index): JsonObject => ({
        apiVersion: "v1",
        kind: "Service",
        metadata: { namespace: at(index), name: `service-${index}` },
        spec: { selector: labels(index), ports: [{ port: 80, targetPort: 8080 }] },
      }),
    ),
  ];
}

function claim(namespace: string, name: string): JsonObject {
  const spec = { accessModes: ["ReadOnlyMany"], resources: { requests: { storage: "10Gi" } } };
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { namespace, name }, spec };
}
