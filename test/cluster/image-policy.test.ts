import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../../tools/cluster/api-client.ts";
import { Cluster, type CommandResult } from "../../tools/cluster/cluster.ts";
import { freePorts } from "../../tools/cluster/free-ports.ts";
import { Authority } from "./harness/authority.ts";
import { applyAll, createNamespaces } from "./harness/objects.ts";
import { PaddlockServer } from "./harness/paddlock-server.ts";
import { writeTemporary } from "./harness/temporary.ts";
import { askedBy, registerWebhook } from "./harness/webhook.ts";
import { closedNamespacePolicy, goodPod, modelClaim, workload } from "./harness/workloads.ts";

const CONFIG = `
extends: recommended
admission:
  mode: enforce
  namespaces: [{ match: [relaxed], mode: warn }]
`;
const BAD = "registry.example.com/vision/paddle-ocr:latest";

/** An API server that is told of the webhook by files: a client certificate for it, and the ImagePolicyWebhook. */
let cluster: Cluster;
let server: PaddlockServer;
let authority: Authority;
beforeAll(async () => {
  authority = await Authority.create();
  const clients = await Authority.create("CA of clients");
  const [tls, metrics, imagePolicy, imageMetrics] = await freePorts(4);
  if (!tls || !metrics || !imagePolicy || !imageMetrics) throw new Error("no ports");
  cluster = await Cluster.start({
    admission: {
      clientCertificates: { [`127.0.0.1:${tls}`]: await clients.client("api-server") },
      imagePolicy: { url: `https://127.0.0.1:${imagePolicy}/imagereview`, ca: authority.ca, defaultAllow: false },
    },
  });
  await createNamespaces(cluster, ["ml", "relaxed"]);
  await applyAll(cluster, [closedNamespacePolicy("ml"), modelClaim("ml"), modelClaim("relaxed")]);
  const certificate = await authority.server();
  await PaddlockServer.start(cluster, {
    config: CONFIG,
    certificate,
    kubeconfig: null,
    ports: { tls: imagePolicy, metrics: imageMetrics },
  });
  server = await PaddlockServer.start(cluster, {
    config: CONFIG,
    certificate,
    ports: { tls, metrics },
    words: ["--client-ca", writeTemporary(cluster, "client-ca.crt", clients.ca)],
  });
});
afterAll(() => cluster?.stop());

describe("the ImagePolicyWebhook", () => {
  test("denies a Pod for its images, those of init containers too, and for nothing else", async () => {
    const pod = goodPod();
    // No rule but those about images is asked: this one runs as root, in a namespace without policies.
    pod.securityContext = {};
    expect(await create("ml", pod)).toMatchObject({ status: 0 });
    for (const list of ["containers", "initContainers"]) {
      const bad = { ...pod, [list]: [{ name: "bad", image: BAD }] };
      const done = await create("ml", bad);
      expect(done.status).toBe(1);
      expect(done.stderr).toContain("image policy webhook backend denied one or more images: ");
      expect(done.stderr).toContain(`image "${BAD}" has a tag that moves`);
    }
  });

  test("lets in what the mode of the namespace lets in", async () => {
    const pod = goodPod();
    for (const container of pod.containers) container.image = BAD;
    expect(await create("relaxed", pod)).toMatchObject({ status: 0 });
  });
});

describe("with a client certificate asked for", () => {
  test("the API server's is taken, and nobody gets in without one", async () => {
    await registerWebhook(cluster, { client: { url: `${server.url}/validate` }, ca: authority.ca }, askedBy(server));
    expect(await create("ml", goodPod())).toMatchObject({ status: 0, stderr: "" });
    const root = goodPod();
    root.securityContext = {};
    expect((await create("ml", root)).stderr).toContain("run-as-non-root");
    const before = await server.metric("paddlock_requests_total");
    const stranger = new ApiClient({ url: server.url, ca: authority.ca });
    const outcome = await stranger.post("/validate", "{}").then(({ status }) => status, String);
    stranger.close();
    expect(outcome).not.toBe(200);
    expect(await server.metric("paddlock_requests_total")).toBe(before);
  });
});

function create(namespace: string, pod: ReturnType<typeof goodPod>): Promise<CommandResult> {
  const object = workload("Pod", "try", namespace, pod);
  return cluster.kubectl(["create", "--dry-run=server", "-f", "-"], { input: JSON.stringify(object) });
}
