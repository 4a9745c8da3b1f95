import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeCluster } from "../audit/fake-cluster.ts";
import { deployment, goodImage, namespace } from "../audit/objects.ts";
import { paddlock } from "../audit/run.ts";
import { folder, type Run } from "../cli/run.ts";

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await FakeCluster.start(
    { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true },
    { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true },
    {
      ...{ group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingWebhookConfiguration" },
      ...{ plural: "validatingwebhookconfigurations", namespaced: false },
    },
    { group: "example.com", version: "v1", kind: "Server", plural: "servers", namespaced: true },
  );
  for (const each of ["ml", "calico-system", "kube-system"]) cluster.put(namespace(each));
  cluster.put(deployment("ml", "ocr", goodImage));
  const matchExpressions = [
    { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system", "calico-system"] },
  ];
  const service = { name: "paddlock", namespace: "paddlock-system" };
  cluster.put({
    ...{ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration" },
    metadata: { name: "paddlock" },
    webhooks: [{ name: "validate.paddlock.dev", clientConfig: { service }, namespaceSelector: { matchExpressions } }],
  });
  configure("extends: recommended\n");
});
afterEach(() => cluster.stop());

function configure(text: string): void {
  const metadata = { namespace: "paddlock-system", name: "paddlock-config" };
  cluster.put({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { "paddlock.yaml": text } });
}

function exempt(...words: readonly string[]): Promise<Run> {
  return paddlock(["exempt", "--kubeconfig", cluster.kubeconfig, ...words], folder());
}

function add(object: string, where: string, reason = "hotfix"): Promise<Run> {
  return exempt(object, "-n", where, "--for", "2h", "--reason", reason);
}

const records = "/api/v1/namespaces/paddlock-system/configmaps/paddlock-exemptions";

describe("a record", () => {
  test("of an object that is there needs no word, and one that it replaces is told", async () => {
    expect(await add("deployment/ocr", "ml")).toMatchObject({ status: 0, stderr: "" });
    const { status, stdout } = await add("deployment/ocr", "ml", "again");
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nthis replaces a record until \S+Z, by tester: hotfix\n$/);
  });

  test("of an object that is not there is written, with a warning and what was probably meant", async () => {
    const done = await add("deployment/ocrr", "ml");
    expect(done.status).toBe(0);
    expect(done.stderr).toBe(
      'warning: there is no deployment.apps/ocrr in ml yet, and the record is for when there is; did you mean "ocr"?\n',
    );
    expect(cluster.get(records)).toBeDefined();
  });

  test.each([
    ["deployment/ocr", "mll", /no namespace mll; did you mean "ml"\?/],
    ["deployment/ocr", "kube-system", /nothing is judged in kube-system \(kube-system, kube-node-lease/],
    ["deployment/ocr", "calico-system", /nothing is judged in calico-system, which webhook\.excludedNamespaces/],
    ["secret/ocr", "ml", /secret is no kind that is judged/],
    ["server/ocr", "ml", /server\.example\.com is no kind that is judged/],
  ])("is refused where nobody judges: %s in %s", async (object, where, reason) => {
    const done = await add(object, where);
    expect(done).toMatchObject({ status: 2, stdout: "" });
    expect(done.stderr).toMatch(reason);
    expect(cluster.get(records)).toBeUndefined();
  });

  test("may be of a kind that the configuration adds, or may add for all that may be seen", async () => {
    configure("kinds: [{ apiVersion: example.com/v1, kind: Server, pods: [spec.template.spec] }]\n");
    expect((await add("server/ocr", "ml")).status).toBe(0);
    cluster.refusals.push((_, url) => (url.pathname.endsWith("/configmaps/paddlock-config") ? 403 : null));
    expect((await add("server/other", "ml")).status).toBe(0);
    expect((await add("secret/ocr", "ml")).status).toBe(2);
    expect((await add("configmap/ocr", "ml")).status).toBe(0);
  });
});

test("a list of a namespace that has none says how many there are elsewhere", async () => {
  expect((await exempt("--list", "-n", "ml")).stderr).toBe("there is no record: nothing is exempt\n");
  await add("deployment/ocr", "ml");
  expect(await exempt("--list", "-n", "other")).toMatchObject({
    ...{ status: 0, stdout: "" },
    stderr: "no record in the namespace other: nothing is exempt there (1 elsewhere)\n",
  });
});

test("a time in days is refused with the units that there are", async () => {
  const done = await exempt("deployment/ocr", "--for", "1d", "--reason", "hotfix");
  expect(done.status).toBe(2);
  expect(done.stderr).toContain("hours, minutes and seconds (h, m, s)");
});
