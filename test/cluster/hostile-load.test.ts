import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/json/value.ts";
import type { ApiAnswer } from "../../tools/cluster/api-client.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { Authority } from "./harness/authority.ts";
import { applyAll, createNamespaces } from "./harness/objects.ts";
import { PaddlockServer } from "./harness/paddlock-server.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { askedBy, registerWebhook } from "./harness/webhook.ts";
import { closedNamespacePolicy, goodPod, modelClaim, workload } from "./harness/workloads.ts";

const config = `extends: recommended
admission:
  mode: warn
  namespaces: [{ match: [ml, hostile], mode: enforce }]
`;
/** What the chart gives a replica. */
const memoryLimit = 512 << 20;
const seconds = 5;
/** Of each request: what a tenant sends, so many at once, again and again. */
const bytes = 200_000;
const atOnce = 4;

let cluster: Cluster;
let server: PaddlockServer;
beforeAll(async () => {
  // The rights of the role `admin` come together by a controller.
  cluster = await Cluster.start({ controllers: true, users: [{ name: "tenant", groups: [] }] });
  const namespaces = ["ml", "hostile", "hostile-warned"];
  await createNamespaces(cluster, namespaces);
  await applyAll(
    cluster,
    ["ml", "hostile"].flatMap((each) => [closedNamespacePolicy(each), modelClaim(each)]),
  );
  for (const namespace of ["hostile", "hostile-warned"]) {
    await cluster.kubectl(["-n", namespace, "create", "rolebinding", "tenant", "--clusterrole=admin", "--user=tenant"]);
  }
  const rights = ["auth", "can-i", "create", "pods", "-n", "hostile", "--as", "tenant"];
  await waitUntil("the tenant has his rights", async () => (await cluster.kubectl(rights)).status === 0);
  const authority = await Authority.create();
  server = await PaddlockServer.start(cluster, { config, certificate: await authority.server(["127.0.0.1"]) });
  await registerWebhook(cluster, { client: { url: `${server.url}/validate` }, ca: authority.ca }, askedBy(server));
});
afterAll(async () => {
  await cluster?.stop();
});

/** Specifications of pods that take much work, each of about so many bytes. */
const attacks: { readonly [name: string]: (size: number) => JsonObject } = {
  "a model's path of many directories": (size) =>
    container({ env: [{ name: "MODEL_DIR", value: "a/".repeat(size / 2) }] }),
  "the same in a flag": (size) => container({ args: [`--model=${"a/".repeat(size / 2)}`] }),
  "references without an end": (size) => container({ args: ["$(".repeat(size / 2 - 1_000), "$(A)"] }),
  "a script that changes its directory all the time": (size) =>
    container({ command: ["sh", "-c", "cd aaaaaaaaaaaaaaaa\n".repeat(size / 20)] }),
  "many containers": (size) => ({
    containers: items(size / 50, (index) => ({ name: `c${index}`, image: "a/b:latest" })),
  }),
  "many volumes and mounts": (size) => ({
    volumes: items(size / 120, (index) => ({ name: `v${index}`, hostPath: { path: `/${index}` } })),
    ...container({
      volumeMounts: items(size / 120, (index) => ({ name: `v${index}`, mountPath: `/models/${index}` })),
    }),
  }),
  "many models": (size) =>
    container({ env: items(size / 40, (index) => ({ name: `A${index}_MODEL_DIR`, value: "a/b" })) }),
  "many ports": (size) =>
    container({ ports: items(size / 45, (index) => ({ containerPort: index + 1, hostPort: index + 1 })) }),
  "an image with a long name": (size) => container({ image: `${"a/".repeat(size / 2)}b` }),
};

describe.each([
  ["hostile", "enforced"],
  ["hostile-warned", "warned of"],
])("a tenant of %s, whose violations are %s, sends what takes long", (namespace) => {
  test.each(Object.entries(attacks))(
    "%s: all others are answered meanwhile, and he is",
    async (_, attack) => {
      const token = cluster.token("tenant");
      const spec = { ...goodPod(), ...attack(bytes) };
      const body = JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "attack", namespace }, spec });
      const end = Date.now() + seconds * 1000;
      const goesOn = (): boolean => Date.now() < end;
      const answers: ApiAnswer[] = [];
      const failures: string[] = [];
      const attacker = async (): Promise<void> => {
        while (goesOn()) answers.push(await create(namespace, body, token));
      };
      const bystander = async (large: boolean): Promise<void> => {
        while (goesOn()) {
          const { status, text } = await create("ml", large ? largePod() : smallPod());
          if (status !== 201) failures.push(`${status} ${text.slice(0, 400)}`);
          await sleep(large ? 1_000 : 20);
        }
      };
      const prober = async (): Promise<void> => {
        // Throws where the answer takes longer than five seconds.
        while (goesOn()) {
          await server.metric("paddlock_requests_total");
          await sleep(50);
        }
      };
      await Promise.all([...Array.from({ length: atOnce }, attacker), bystander(false), bystander(true), prober()]);
      expect(failures).toEqual([]);
      expect(answers.length).toBeGreaterThanOrEqual(atOnce);
      for (const { status, text, warnings } of answers) {
        expect(text).not.toContain("failed calling webhook");
        if (namespace === "hostile") {
          expect([403, 500]).toContain(status);
          expect(text).toContain('admission webhook \\"validate.paddlock.dev\\" denied the request');
        } else {
          expect(status).toBe(201);
          expect(warnings.length).toBeGreaterThan(0);
        }
      }
      expect(await server.metric("process_resident_memory_bytes")).toBeLessThan(memoryLimit);
    },
    60_000,
  );
});

function create(namespace: string, body: string, token?: string): Promise<ApiAnswer> {
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
  return cluster.client.post(path, body, token === undefined ? {} : { token });
}

function smallPod(): string {
  return JSON.stringify(workload("Pod", "small", "ml", goodPod()));
}

/** Nothing is wrong with it, and it is judged on a thread of its own. */
function largePod(): string {
  const pod = goodPod();
  const [container] = pod.containers;
  if (container === undefined) throw new Error("no container");
  container.env = [
    { name: "MODEL_DIR", value: "/models" },
    ...items(2_000, (index) => ({ name: `TABLE_${index}`, value: "0123456789abcdef".repeat(8) })),
  ];
  return JSON.stringify(workload("Pod", "large", "ml", pod));
}

function container(fields: JsonObject): JsonObject {
  const [first] = goodPod().containers;
  return { containers: [{ ...first, ...fields }] };
}

function items(count: number, item: (index: number) => JsonObject): JsonObject[] {
  return Array.from({ length: Math.floor(count) }, (_, index) => item(index));
}
