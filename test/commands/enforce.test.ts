import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { webhookEntries } from "../../src/admission/registration/webhook-entries.ts";
import { admissionSettings } from "../../src/config/admission.ts";
import { listOf, objectOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { FakeCluster } from "../audit/fake-cluster.ts";
import { deployment, goodImage, namespace } from "../audit/objects.ts";
import { paddlock } from "../audit/run.ts";
import { folder, type Run } from "../cli/run.ts";

const hook = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/paddlock";
const configMap = "/api/v1/namespaces/paddlock-system/configmaps/paddlock-config";
const excluded = ["kube-system", "kube-node-lease", "paddlock-system", "calico-system"];
const helm = { "app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "door" };

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await FakeCluster.start(
    { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true },
    {
      ...{ group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingWebhookConfiguration" },
      ...{ plural: "validatingwebhookconfigurations", namespaced: false },
    },
  );
  for (const each of ["ml", "calico-system", "kube-system", "paddlock-system"]) cluster.put(namespace(each));
  cluster.put(deployment("ml", "ocr", goodImage));
  install("");
});
afterEach(() => cluster.stop());

/** The release with an `admission` block in YAML's flow form, and the entries that another one asks for. */
function install(
  admission: string,
  registered: Parameters<typeof admissionSettings>[0] = [],
  labels: JsonObject = helm,
): void {
  cluster.put({
    ...{
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "paddlock-system", name: "paddlock-config", labels },
    },
    data: { "paddlock.yaml": `extends: recommended\n${admission}` },
  });
  const service = { name: "paddlock", namespace: "paddlock-system" };
  const webhooks = webhookEntries(admissionSettings(registered), excluded).map((entry) => ({
    name: entry.name,
    clientConfig: { service },
    failurePolicy: entry.failurePolicy,
    namespaceSelector: {
      matchExpressions: entry.matchExpressions.map((each) => ({ ...each, values: [...each.values] })),
    },
    matchConditions: entry.condition === null ? [] : [{ name: "mode-of-the-namespace", expression: entry.condition }],
  }));
  const type = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration" };
  cluster.put({ ...type, metadata: { name: "paddlock" }, webhooks });
}

function enforce(...words: readonly string[]): Promise<Run> {
  return paddlock(["enforce", "--kubeconfig", cluster.kubeconfig, ...words], folder());
}

function written(): unknown {
  return valueAt(cluster.get(configMap), ["data", "paddlock.yaml"]);
}

/** The namespaces that are asked about where it is enforced. */
function closed(): unknown {
  const [, own] = listOf(valueAt(cluster.get(hook), ["webhooks", 0, "namespaceSelector", "matchExpressions"]));
  return objectOf(own).values;
}

describe("a namespace that the webhook is never asked about", () => {
  test.each([
    ["kube-system", /kube-system, kube-node-lease and paddlock's own namespace are built in/],
    ["paddlock-system", /are built in/],
    ["calico-system", /webhook\.excludedNamespaces or webhook\.infrastructureNamespaces/],
  ])("is not enforced: %s, and nothing is written", async (name, reason) => {
    const before = written();
    for (const more of [[], ["--dry-run"]]) {
      const done = await enforce(name, ...more);
      expect(done).toMatchObject({ status: 2, stdout: "" });
      expect(done.stderr).toMatch(reason);
    }
    expect(written()).toBe(before);
    expect(cluster.writes.filter((each) => each.startsWith("PUT"))).toEqual([]);
  });

  test("loses an entry that it has all the same, and the entries follow", async () => {
    const kube = { match: ["kube-system"], mode: "enforce" } as const;
    install("admission: { namespaces: [{ match: [kube-system], mode: enforce }] }\n", [{ namespaces: [kube] }]);
    expect(await enforce("kube-system", "--off")).toMatchObject({ status: 0, stderr: "" });
    expect(closed()).toBeUndefined();
  });
});

describe("entries that are not as the configuration asks for", () => {
  test("are left whole, and it is said what differs, what that may do and what repairs it", async () => {
    const two = "[{ match: [kube-system], mode: enforce }, { match: [ml], mode: enforce }]";
    install(`admission: { namespaces: ${two} }\n`, [{ namespaces: [{ match: ["ml"], mode: "enforce" }] }]);
    const before = cluster.get(hook);
    for (const { status, stderr } of [
      await enforce("ml", "--warn", "--dry-run"),
      await enforce("ml", "--warn"),
      await enforce("ml", "--warn"),
    ]) {
      expect(status).toBe(1);
      expect(stderr).toContain(
        "validate.paddlock.dev is registered for In [ml], and by the configuration it would be for In [",
      );
      expect(stderr).toContain("ml may still fail closed");
      expect(stderr).toContain(
        "helm upgrade door deploy/chart -n paddlock-system --reset-then-reuse-values -f values.yaml",
      );
    }
    expect(written()).toContain("{ match: [ ml ], mode: warn }");
    expect(cluster.get(hook)).toEqual(before);
  });

  test("that may not be seen are told with status 1", async () => {
    cluster.refusals.push((_, url) => (url.pathname.includes("/validatingwebhookconfigurations") ? 403 : null));
    const done = await enforce("ml", "--for", "720h");
    expect(done.status).toBe(1);
    expect(done.stderr).toContain("The entries of the webhook do not follow: 403 Forbidden");
    expect((await enforce("kube-system")).status).toBe(2);
  });
});

describe("a namespace", () => {
  test("is enforced, goes back to a warning, and loses its entry", async () => {
    const done = await enforce("ml", "--for", "720h");
    expect(done).toMatchObject({ status: 0, stderr: "" });
    expect(done.stdout).toContain("enforcing ml would stop");
    expect(done.stdout).toContain("config:\n  admission:\n    namespaces:\n");
    expect(closed()).toEqual(["ml"]);
    expect(await enforce("ml", "--warn")).toMatchObject({ status: 0, stderr: "" });
    expect(closed()).toBeUndefined();
    const off = await enforce("ml", "--off");
    expect(off.status).toBe(0);
    expect(off.stdout).toContain("ml: its entry is taken away, and warn is what holds there (written into");
  });

  test("that is not there is refused, with what was probably meant", async () => {
    for (const more of [[], ["--dry-run"], ["--warn"], ["--off"]]) {
      const done = await enforce("mll", ...more);
      expect(done).toMatchObject({ status: 2, stdout: "" });
      expect(done.stderr).toBe(
        'paddlock: the cluster has no namespace mll, and nothing was written; did you mean "ml"?\n',
      );
    }
    expect(written()).toBe("extends: recommended\n");
  });

  test("that was there once loses its entry", async () => {
    install("admission: { namespaces: [{ match: [gone], mode: enforce }] }\n", [
      { namespaces: [{ match: ["gone"], mode: "enforce" }] },
    ]);
    expect(await enforce("gone", "--off")).toMatchObject({ status: 0, stderr: "" });
    expect(closed()).toBeUndefined();
  });

  test("in which nothing may be seen is never said to have nothing that would be stopped", async () => {
    cluster.refusals.push((_, url) => (/\/namespaces\/ml(\/|$)/.test(url.pathname) ? 403 : null));
    const { stdout, stderr } = await enforce("ml", "--dry-run");
    expect(stdout).toContain("what enforcing ml would stop cannot be told");
    expect(stdout).not.toContain("would stop nothing");
    expect(stderr).toContain("not allowed to list any workloads in the namespace ml");
  });
});

describe("where it is installed", () => {
  test("without helm it is the files of the overlay that are to say the same", async () => {
    install("", [], {});
    const { status, stdout } = await enforce("ml");
    expect(status).toBe(0);
    expect(stdout).toContain("paddlock.yaml of your kustomize overlay");
    expect(stdout).toContain("entries.yaml");
    expect(stdout).toContain("\nadmission:\n  namespaces:\n");
  });

  test.each(["enforce", "exempt"])("is not a namespace without it: %s", async (command) => {
    const words = command === "enforce" ? ["enforce", "ml"] : ["exempt", "--list"];
    const all = [...words, "--kubeconfig", cluster.kubeconfig, "--release-namespace", "nope"];
    const done = await paddlock(all, folder());
    expect(done).toMatchObject({ status: 2, stdout: "" });
    expect(done.stderr).toContain(
      "there is no paddlock in the namespace nope; its webhook is registered from paddlock-system",
    );
  });

  test("is to be said where the webhook names no Service", async () => {
    cluster.delete(hook);
    const done = await paddlock(["exempt", "--list", "--kubeconfig", cluster.kubeconfig], folder());
    expect(done.status).toBe(2);
    expect(done.stderr).toContain("say --config-map NAMESPACE/NAME, as paddlock-system/paddlock-exemptions");
    const by = await enforce("ml", "--config-map", "paddlock-system/paddlock-config");
    expect(by.status).toBe(1);
    expect(by.stderr).toContain("paddlock generate static-admission");
  });
});

describe("what the options say", () => {
  test.each([
    [["--for", "30d"], "hours, minutes and seconds (h, m, s), as 720h for 30 days"],
    [["--for", "999999999999h"], "hours, minutes and seconds"],
    [["--until", "2020-01-31"], "is over"],
    [["--until", "tomorrow"], "--until is a day or a time"],
    [["--for", "1h", "--until", "2099-01-31"], "--until and --for exclude each other"],
    [["--warn", "--off"], "--warn and --off exclude each other"],
  ])("is looked at before any cluster is asked: %j", async (words, reason) => {
    const done = await enforce("ml", ...words);
    expect(done).toMatchObject({ status: 2, stdout: "" });
    expect(done.stderr).toContain(reason);
    expect(cluster.reads).toEqual([]);
  });
});

test("a cluster that does not answer is named as audit names it", async () => {
  const { kubeconfig } = cluster;
  const server = cluster.kubeConfig().getCurrentCluster()?.server;
  const other = await FakeCluster.start();
  const away = other.kubeConfig().getCurrentCluster()?.server;
  const { readFileSync, writeFileSync } = await import("node:fs");
  writeFileSync(kubeconfig, readFileSync(kubeconfig, "utf8").replace(String(server), String(away)));
  await other.stop();
  for (const words of [
    ["enforce", "ml"],
    ["exempt", "--list"],
  ]) {
    const done = await paddlock([...words, "--kubeconfig", kubeconfig], folder());
    expect(done.status).toBe(2);
    expect(done.stderr).toContain(`the cluster at ${away} cannot be reached: `);
  }
});
