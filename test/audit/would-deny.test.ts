import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { folder, type Run } from "../cli/run.ts";
import { FakeCluster } from "./fake-cluster.ts";
import { deployment, goodImage, isolation, namespace } from "./objects.ts";
import { paddlock } from "./run.ts";

const nothing = "would stop nothing that is there";
const bad = "registry.example.com/app:latest";

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await FakeCluster.start(
    { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true },
    {
      ...{ group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingWebhookConfiguration" },
      ...{ plural: "validatingwebhookconfigurations", namespaced: false },
    },
  );
  cluster.put(namespace("ml"), isolation("ml"), deployment("ml", "ocr", bad));
});
afterEach(() => cluster.stop());

function install(configuration: string): void {
  const metadata = { namespace: "paddlock-system", name: "paddlock-config" };
  cluster.put({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { "paddlock.yaml": configuration } });
  cluster.put({
    ...{ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration" },
    metadata: { name: "paddlock" },
    webhooks: [
      { name: "validate.paddlock.dev", clientConfig: { service: { name: "paddlock", namespace: "paddlock-system" } } },
    ],
  });
}

/** What enforcing `ml` would stop, as told where a configuration of the folder has nothing against it. */
function wouldDeny(...words: readonly string[]): Promise<Run> {
  const cwd = folder();
  writeFileSync(join(cwd, ".paddlock.yaml"), "rules: { pinned-image: off }\n");
  return paddlock(["audit", "--kubeconfig", cluster.kubeconfig, "--would-deny", "ml", ...words], cwd);
}

test("is judged by the configuration in the cluster, and that is said", async () => {
  install("extends: recommended\n");
  const { status, stdout, stderr } = await wouldDeny();
  expect(status).toBe(1);
  expect(stdout).toContain("[pinned-image]");
  expect(stdout).toMatch(
    /\nkubectl paddlock enforce ml --for 720h lets this run on for 30 days, say: repair it before they are over\.\n$/,
  );
  expect(stderr).toContain(
    "judged by the configuration of the cluster, the ConfigMap paddlock-system/paddlock-config\n",
  );
  install("extends: recommended\nrules: { pinned-image: off }\n");
  expect(await wouldDeny()).toMatchObject({ status: 0, stdout: `enforcing ml ${nothing}\n` });
});

test("is judged by another that is named", async () => {
  install("extends: recommended\n");
  expect(await wouldDeny("--config", ".paddlock.yaml")).toMatchObject({ status: 0, stderr: "" });
});

test("is judged by the one here where that of the cluster cannot be had, and that is said", async () => {
  const without = await wouldDeny();
  expect(without).toMatchObject({ status: 0, stdout: `enforcing ml ${nothing}\n` });
  expect(without.stderr).toMatch(/^judged by the nearest \.paddlock\.yaml here, else .*\(no webhook of paddlock/);
  install("extends: recommended\n");
  cluster.refusals.push((_, url) => (url.pathname.endsWith("/configmaps/paddlock-config") ? 403 : null));
  expect((await wouldDeny()).stderr).toMatch(/^judged by the nearest \.paddlock\.yaml here, else .*403 Forbidden/);
});

test("is never nothing where nothing could be judged", async () => {
  cluster.refusals.push((_, url) => (/\/namespaces\/ml(\/|$)/.test(url.pathname) ? 403 : null));
  const forbidden = await wouldDeny();
  expect(forbidden).toMatchObject({
    status: 2,
    stdout: "what enforcing ml would stop cannot be told: not all could be judged\n",
  });
  expect(forbidden.stderr).toContain("not allowed to list any workloads in the namespace ml");
  cluster.refusals.length = 0;
  cluster.delete("/api/v1/namespaces/ml");
  const absent = await wouldDeny("--lang", "zh");
  expect(absent).toMatchObject({ status: 2, stdout: "无法判断对 ml 启用强制会影响什么：并非全部都能检查\n" });
});

test("is nothing of what could be judged where a part could not be", async () => {
  cluster.put(deployment("ml", "ocr", goodImage));
  cluster.refusals.push((_, url) => (url.pathname.endsWith("/namespaces/ml/jobs") ? 403 : null));
  const { stdout } = await wouldDeny();
  expect(stdout).toBe("enforcing ml would stop nothing of what could be judged; not all that is there could be\n");
});
