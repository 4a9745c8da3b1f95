import type { JsonObject } from "../../../src/json/value.ts";
import { Authority } from "../../../test/cluster/harness/authority.ts";
import { createNamespaces } from "../../../test/cluster/harness/objects.ts";
import { PaddlockServer } from "../../../test/cluster/harness/paddlock-server.ts";
import { askedBy, registerWebhook } from "../../../test/cluster/harness/webhook.ts";
import { Cluster } from "../../../tools/cluster/cluster.ts";
import { ToolFailedError } from "../../child.ts";
import { reviews } from "../reviews.ts";
import { milliseconds, percentile, type Section, whole } from "../section.ts";

export interface ApiServerOptions {
  readonly creates: number;
}

const judged = "ml-07";
const spared = "ml-08";

/** What the webhook adds to a create, as a client of the API server sees it. */
export async function apiServer({ creates }: ApiServerOptions): Promise<Section> {
  const cluster = await Cluster.start();
  try {
    const authority = await Authority.create();
    const certificate = await authority.server();
    const server = await PaddlockServer.start(cluster, {
      config: "admission: { mode: enforce }\n",
      certificate,
      words: ["--log-level", "error"],
    });
    await createNamespaces(cluster, [judged, spared]);
    await cluster.client.post(`/apis/networking.k8s.io/v1/namespaces/${judged}/networkpolicies`, {
      metadata: { name: "namespace" },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    });
    await registerWebhook(
      cluster,
      { client: { url: `${server.url}/validate` }, ca: authority.ca, exceptNamespaces: [spared] },
      askedBy(server),
    );
    const pods = reviews().flatMap(({ body, allowed }) => {
      const { request }: { request: { object: JsonObject } } = JSON.parse(body);
      return allowed && request.object.kind === "Pod" ? [request.object] : [];
    });
    const create = async (namespace: string, index: number): Promise<number> => {
      const pod = podFor(namespace, pods[index % pods.length] ?? {}, index);
      const started = performance.now();
      const { status, text } = await cluster.client.post(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod);
      const ms = performance.now() - started;
      if (status !== 201)
        throw new ToolFailedError(`a dry-run create was answered with ${status}: ${text.slice(0, 500)}`);
      return ms;
    };
    const before = await server.metric("paddlock_requests_total");
    const taken: { readonly with: number[]; readonly without: number[] } = { with: [], without: [] };
    const warmUp = Math.ceil(creates / 10);
    for (let index = -warmUp; index < creates; index++) {
      // Which one comes first changes, so that neither always finds what the other left.
      const order = [judged, spared];
      for (const namespace of index % 2 === 0 ? order : order.toReversed()) {
        const ms = await create(namespace, index + warmUp);
        if (index >= 0) taken[namespace === judged ? "with" : "without"].push(ms);
      }
    }
    const reviewed = (await server.metric("paddlock_requests_total")) - before;
    if (reviewed !== creates + warmUp) throw new ToolFailedError(`${reviewed} reviews of ${creates + warmUp} creates`);
    await server.process.end();
    return sectionOf(taken, creates);
  } finally {
    await cluster.stop();
  }
}

function sectionOf(taken: { readonly with: number[]; readonly without: number[] }, creates: number): Section {
  const at = (percent: number): [number, number] => [
    percentile(taken.without, percent),
    percentile(taken.with, percent),
  ];
  const row = (name: string, [without, withIt]: [number, number]): string[] => [
    name,
    milliseconds(without),
    milliseconds(withIt),
    milliseconds(withIt - without),
  ];
  return {
    title: "Through a real API server",
    note:
      `${whole(creates)} creates of Pods with dryRun=All in each of two namespaces, one of which the webhook spares, one after ` +
      "the other in turn by a client that keeps its connection; etcd, kube-apiserver, Paddlock with all rules, its watches " +
      "and the client share all cores. Milliseconds of a whole create.",
    heads: ["", "without the webhook", "with it", "added"],
    rows: [row("p50", at(50)), row("p99", at(99))],
    targets: [],
  };
}

/** As a client sends it: nothing in it that the API server sets itself. */
function podFor(namespace: string, { metadata: _, status: __, ...pod }: JsonObject, index: number): JsonObject {
  return { ...pod, metadata: { name: `ocr-${index}`, namespace, labels: { app: "ocr" } } };
}
