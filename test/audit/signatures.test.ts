import { afterEach, beforeEach, expect, test } from "vitest";
import { folder } from "../cli/run.ts";
import { ServedRegistry } from "../signatures/served-registry.ts";
import { FakeCluster } from "./fake-cluster.ts";
import { deployment, pod } from "./objects.ts";
import { paddlock } from "./run.ts";

let cluster: FakeCluster;
let registry: ServedRegistry;

beforeEach(async () => {
  registry = await ServedRegistry.start();
  cluster = await FakeCluster.start({ group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true });
});

afterEach(async () => {
  await cluster.stop();
  await registry.close();
});

async function audited(config: string) {
  const cwd = folder({ ".paddlock.yaml": config });
  const words = ["audit", "--kubeconfig", cluster.kubeconfig, "--rule", "signed-image", "--format", "json"];
  const { status, stdout, stderr } = await paddlock(words, cwd);
  return { status, stderr, report: JSON.parse(stdout) };
}

test("an audit verifies what runs, each image once", async () => {
  const [good, bad] = [registry.signed("ml/ocr").image, registry.unsigned("ml/bare").image];
  for (let n = 0; n < 20; n++) cluster.put(deployment("ml", `good-${n}`, good), deployment("ml", `bad-${n}`, bad));
  const { status, stderr, report } = await audited(registry.configuration());
  expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
  expect(report.skippedRules).toEqual([]);
  const names = report.findings.map(({ resource }: { resource: { name: string } }) => resource.name);
  expect(names.sort()).toEqual(Array.from({ length: 20 }, (_, n) => `bad-${n}`).sort());
  expect(report.findings[0].message).toBe(`image "${bad}" is not signed`);
  const asked = registry.asked.filter((request) => request.includes("/manifests/1"));
  expect(asked).toHaveLength(new Set(asked).size);
});

test("an audit takes a key out of a Secret, and says where it cannot", async () => {
  const key = "key: { secret: { namespace: ml, name: keys, key: cosign.pub } }";
  const config = registry.configuration().replace(/key: \{ inline: .*? \}(?= \}\])/, key);
  expect(config).toContain(key);
  cluster.put(pod("ml", "ocr", registry.signed("ml/ocr").image));
  const data = { "cosign.pub": Buffer.from(registry.signer.pem).toString("base64") };
  cluster.put({ apiVersion: "v1", kind: "Secret", metadata: { namespace: "ml", name: "keys" }, data });
  expect(await audited(config)).toMatchObject({ status: 0, report: { findings: [] } });
  cluster.delete("/api/v1/namespaces/ml/secrets/keys");
  const cwd = folder({ ".paddlock.yaml": config });
  const refused = await paddlock(["audit", "--kubeconfig", cluster.kubeconfig], cwd);
  expect(refused).toMatchObject({ status: 2, stdout: "" });
  expect(refused.stderr).toContain("the Secret ml/keys");
});

test("without a signature policy an audit reads no Secret, and skips the rule", async () => {
  cluster.put(pod("ml", "ocr", registry.unsigned("ml/bare").image));
  const { status, report } = await audited("extends: recommended\n");
  expect(status).toBe(0);
  expect(report.skippedRules).toMatchObject([{ rule: "signed-image" }]);
  expect(registry.asked).toEqual([]);
  expect(cluster.reads.filter(({ pathname }) => pathname.includes("secrets"))).toEqual([]);
});
