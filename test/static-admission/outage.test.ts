import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Authority } from "../cluster/harness/authority.ts";
import { createNamespaces } from "../cluster/harness/objects.ts";
import { writeTemporary } from "../cluster/harness/temporary.ts";
import { goodPod, workload } from "../cluster/harness/workloads.ts";
import { CONFIG, GuardedCluster, isDenied, longLasting } from "./guarded-cluster.ts";

let guarded: GuardedCluster;
beforeAll(async () => {
  guarded = await GuardedCluster.start();
  await createNamespaces(guarded.cluster, ["ml-a", "ml-free", "other", "paddlock-system"]);
});
afterAll(async () => {
  await guarded?.stop();
});

test("with --fail enforced namespaces are closed while the webhook does not answer, and nothing else is", async () => {
  for (const pod of [workload("Pod", "good", "ml-a", goodPod()), undefined]) {
    const { status, text } = await guarded.create("ml-a", "unseen", pod);
    expect(status).toBe(500);
    expect(text).toContain('failed calling webhook \\"validate.paddlock.dev\\"');
  }
  for (const namespace of ["other", "ml-free", "kube-system", "paddlock-system"]) {
    expect([namespace, (await guarded.create(namespace, "unseen")).status]).toEqual([namespace, 201]);
  }
});

test("without --fail nothing is closed, and the webhook is heard as soon as it answers", async () => {
  await guarded.inForce({ config: CONFIG });
  expect((await guarded.create("ml-a", "unseen")).status).toBe(201);
  await guarded.startServer();
  expect(isDenied(await guarded.create("ml-a", "seen"))).toBe(true);
  await guarded.server.process.end("SIGKILL");
});

test("whoever answers there with a certificate of another authority is not believed", async () => {
  await guarded.inForce({ config: CONFIG, words: ["--fail"] });
  // Of the same name.
  const stranger = await longLasting("Static test CA");
  await guarded.startServer({ certificate: await stranger.server() });
  const { status, text } = await guarded.create("ml-a", "unseen");
  expect(status).toBe(500);
  expect(text).toContain("x509");
});

test("with a client certificate asked for, API servers alone are heard, by the guide's way", async () => {
  const clients = await Authority.create("Clients' CA");
  const { cert, key } = await clients.client("api-server");
  const address = new URL(guarded.server.url).host;
  const kubeConfigFile = writeTemporary(
    guarded.cluster,
    "webhook-clients.json",
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      users: [{ name: address, user: { "client-certificate-data": base64(cert), "client-key-data": base64(key) } }],
    }),
  );
  const written = readFileSync(guarded.folder.admission, "utf8");
  writeFileSync(
    guarded.folder.admission,
    written.replace(/^( *)static/m, `$1kubeConfigFile: ${kubeConfigFile}\n$1static`),
  );
  await guarded.server.process.end("SIGKILL");
  await guarded.startServer({ words: ["--client-ca", writeTemporary(guarded.cluster, "clients.crt", clients.ca)] });
  expect((await guarded.create("ml-a", "unseen")).status).toBe(500);
  await guarded.cluster.process("kube-apiserver").end("SIGKILL");
  await guarded.cluster.startApiServer();
  expect(isDenied(await guarded.create("ml-a", "seen"))).toBe(true);
});

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
