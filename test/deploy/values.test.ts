import { describe, expect, test } from "vitest";
import { listOf, objectOf, valueAt } from "../../src/json/json.ts";
import type { JsonValue } from "../../src/json/value.ts";
import { chart, digest, helm, type Objects, objectsOf, render, type Values, withValues } from "./render.ts";
import { run } from "./tools.ts";

const reserved = [
  "app.kubernetes.io/name",
  "app.kubernetes.io/instance",
  "app.kubernetes.io/component",
  "app.kubernetes.io/version",
  "app.kubernetes.io/managed-by",
  "helm.sh/chart",
];

/** What the pods of webhook and audit say at a path. */
function ofPods(objects: Objects, ...path: readonly (string | number)[]): readonly (JsonValue | undefined)[] {
  return [
    valueAt(objects.get("Deployment/paddlock"), ["spec", "template", "spec", ...path]),
    valueAt(objects.get("CronJob/paddlock-audit"), ["spec", "jobTemplate", "spec", "template", "spec", ...path]),
  ];
}

function serverArgs(objects: Objects): readonly string[] {
  return listOf(ofPods(objects, "containers", 0, "args")[0]).map(String);
}

function named(release: string, values: Values = {}): Objects {
  return withValues(values, (file) =>
    objectsOf(run(helm, ["template", release, chart, "-n", "gate", "--kube-version", "1.34.0", "--values", file])),
  );
}

describe.skipIf(helm === null)("names", () => {
  test.each([
    ["paddlock", "paddlock"],
    ["gate", "gate-paddlock"],
    ["my.release", "my-release-paddlock"],
    ["1st", "paddlock-1st-paddlock"],
    ["a".repeat(53), "a".repeat(46)],
    [`${"a".repeat(45)}-b`, "a".repeat(45)],
    [`9${"a".repeat(52)}`, `paddlock-9${"a".repeat(36)}`],
  ])("of the release %s are what the API server takes", (release, expected) => {
    const objects = named(release);
    expect(objects.of("Deployment").map(({ metadata }) => objectOf(metadata).name)).toEqual([expected]);
    for (const { kind, metadata } of objects.all) {
      const name = String(objectOf(metadata).name);
      // https://kubernetes.io/docs/concepts/overview/working-with-objects/names/, and a CronJob's Jobs have longer names.
      expect(name).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])?$/);
      if (["Service", "CronJob", "Deployment"].includes(String(kind)))
        expect(name.length).toBeLessThanOrEqual(kind === "CronJob" ? 52 : 63);
    }
  });

  test.each(["Gate", "1gate", "my.gate", "gate-", "a".repeat(47)])("may not be %s", (fullnameOverride) => {
    expect(() => render({ fullnameOverride })).toThrow("/fullnameOverride");
  });
});

describe.skipIf(helm === null)("labels", () => {
  const commonLabels = { "example.com/team": "platform", environment: "test" };

  test("of the user's stand on every object and every pod, and select nothing", () => {
    const objects = render({ commonLabels, podLabels: { sidecar: "no", environment: "pods" } });
    for (const { metadata } of objects.all)
      expect(objectOf(objectOf(metadata).labels)).toMatchObject({
        "example.com/team": "platform",
        environment: "test",
      });
    const plain = render();
    expect(objects.at("Deployment/paddlock", "spec", "selector")).toEqual(
      plain.at("Deployment/paddlock", "spec", "selector"),
    );
    for (const [name, path] of [
      ["Service/paddlock", ["spec", "selector"]],
      ["PodDisruptionBudget/paddlock", ["spec", "selector"]],
      ["NetworkPolicy/paddlock", ["spec", "podSelector"]],
    ] as const)
      expect(objects.at(name, ...path)).toEqual(plain.at(name, ...path));
    expect(objects.at("Deployment/paddlock", "spec", "template", "metadata", "labels")).toMatchObject({
      "example.com/team": "platform",
      environment: "pods",
      sidecar: "no",
      "app.kubernetes.io/component": "webhook",
    });
  });

  test.each(reserved)("by which the chart finds its own are not for the user to set: %s", (label) => {
    expect(() => render({ commonLabels: { [label]: "mine" } })).toThrow("/commonLabels");
    expect(() => render({ podLabels: { [label]: "mine" } })).toThrow("/podLabels");
    const monitoring = { podMonitor: { enabled: true, labels: { [label]: "mine" } } };
    expect(render({ monitoring }).at("PodMonitor/paddlock", "metadata", "labels", label)).not.toBe("mine");
  });

  test.each(["no value", "ä", "a".repeat(64), "-a"])("must be labels: %s", (value) => {
    expect(() => render({ commonLabels: { team: value } })).toThrow("/commonLabels/team");
  });
});

describe.skipIf(helm === null)("addresses", () => {
  test.each([
    ["0.0.0.0", "0.0.0.0"],
    ["::", "[::]"],
    ["[::]", "[::]"],
    ["fd00::1", "[fd00::1]"],
  ])("bind to %s", (bindAddress, written) => {
    const objects = render({ server: { bindAddress, port: 10250, metricsPort: 10251 } });
    expect(serverArgs(objects)).toEqual(
      expect.arrayContaining([`--listen=${written}:10250`, `--metrics-listen=${written}:10251`]),
    );
    expect(ofPods(objects, "containers", 0, "ports")[0]).toEqual([
      { name: "webhook", containerPort: 10250, protocol: "TCP" },
      { name: "metrics", containerPort: 10251, protocol: "TCP" },
    ]);
    expect(ofPods(objects, "containers", 0, "readinessProbe", "httpGet")[0]).toEqual({
      path: "/readyz",
      port: "metrics",
    });
    expect(objects.at("Service/paddlock", "spec", "ports", 0, "targetPort")).toBe("webhook");
  });

  test("are the node's with hostNetwork, and names are found in the cluster all the same", () => {
    const objects = render({ hostNetwork: true, audit: { hostNetwork: false } });
    expect(ofPods(objects, "hostNetwork")).toEqual([true, undefined]);
    expect(ofPods(objects, "dnsPolicy")).toEqual(["ClusterFirstWithHostNet", "ClusterFirst"]);
    const own = { dnsPolicy: "None", dnsConfig: { nameservers: ["192.0.2.53"] }, hostNetwork: true };
    expect(ofPods(render(own), "dnsPolicy")).toEqual(["None", "None"]);
    expect(ofPods(render(own), "dnsConfig")).toEqual([own.dnsConfig, own.dnsConfig]);
    expect(ofPods(render(), "dnsPolicy")).toEqual(["ClusterFirst", "ClusterFirst"]);
  });

  test("of the Service are of the families that are asked for", () => {
    const service = { ipFamilyPolicy: "PreferDualStack", ipFamilies: ["IPv6", "IPv4"], annotations: { a: "b" } };
    const objects = render({ service });
    expect(objects.at("Service/paddlock", "spec")).toMatchObject({
      ipFamilyPolicy: "PreferDualStack",
      ipFamilies: ["IPv6", "IPv4"],
    });
    expect(objects.at("Service/paddlock", "metadata", "annotations")).toEqual({ a: "b" });
  });
});

describe.skipIf(helm === null)("pods", () => {
  test("have no user where a cluster gives out users itself", () => {
    const objects = render({ podSecurityContext: { runAsUser: null, runAsGroup: null, fsGroup: null } });
    const left = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
    expect(ofPods(objects, "securityContext")).toEqual([left, left]);
    expect(ofPods(objects, "containers", 0, "securityContext", "runAsUser")).toEqual([undefined, undefined]);
  });

  test("have further volumes in every container, for CAs of the user's own", () => {
    const extraVolumes = [{ name: "ca", configMap: { name: "internal-ca" } }];
    const extraVolumeMounts = [{ name: "ca", mountPath: "/etc/ca", readOnly: true }];
    const extraEnv = [{ name: "NODE_EXTRA_CA_CERTS", value: "/etc/ca/ca.crt" }];
    const objects = render({ extraVolumes, extraVolumeMounts, server: { extraEnv }, audit: { extraEnv } });
    for (const volumes of ofPods(objects, "volumes")) expect(listOf(volumes)).toContainEqual(extraVolumes[0]);
    for (const mounts of [
      ...ofPods(objects, "containers", 0, "volumeMounts"),
      ofPods(objects, "initContainers", 0, "volumeMounts")[0],
    ])
      expect(listOf(mounts)).toContainEqual(extraVolumeMounts[0]);
    expect(ofPods(objects, "containers", 0, "env")).toEqual([extraEnv, extraEnv]);
  });

  test("of the audit may run elsewhere than the webhook's, and do where nothing is said of them", () => {
    const tolerations = [{ key: "a", operator: "Exists" }];
    const shared = render({ nodeSelector: { pool: "system" }, tolerations });
    expect(ofPods(shared, "nodeSelector", "pool")).toEqual(["system", "system"]);
    expect(ofPods(shared, "tolerations")).toEqual([tolerations, tolerations]);
    const affinity = { nodeAffinity: {} };
    const audit = { nodeSelector: { pool: "batch" }, tolerations: [{ key: "b" }], affinity, priorityClassName: "low" };
    const apart = render({ nodeSelector: { pool: "system" }, tolerations, audit });
    expect(ofPods(apart, "nodeSelector", "pool")).toEqual(["system", "batch"]);
    expect(ofPods(apart, "tolerations")).toEqual([tolerations, audit.tolerations]);
    expect(ofPods(apart, "affinity")[1]).toEqual(affinity);
    expect(ofPods(apart, "priorityClassName")).toEqual(["system-cluster-critical", "low"]);
  });

  test("are replaced, kept and ended as the user says", () => {
    const objects = render({
      revisionHistoryLimit: 1,
      rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
      deploymentAnnotations: { "reloader.example.com/auto": "true" },
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
      topologySpreadConstraints: [{ maxSkew: 2 }],
    });
    expect(objects.at("Deployment/paddlock", "metadata", "annotations")).toEqual({
      "reloader.example.com/auto": "true",
    });
    expect(objects.at("Deployment/paddlock", "spec")).toMatchObject({
      revisionHistoryLimit: 1,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    });
    expect(ofPods(objects, "containers", 0, "lifecycle")[0]).toEqual({ preStop: { sleep: { seconds: 5 } } });
    expect(ofPods(objects, "topologySpreadConstraints")[0]).toEqual([{ maxSkew: 2 }]);
    const budget = "PodDisruptionBudget/paddlock";
    expect(render({ podDisruptionBudget: { minAvailable: 1 } }).at(budget, "spec")).toMatchObject({ minAvailable: 1 });
    expect(render({ podDisruptionBudget: { minAvailable: 1 } }).at(budget, "spec", "maxUnavailable")).toBeUndefined();
    expect(render({ podDisruptionBudget: { enabled: false } }).names).not.toContain(budget);
  });

  test("of audits are kept as the user says, whose findings may fail nothing", () => {
    const audit = {
      concurrencyPolicy: "Replace",
      startingDeadlineSeconds: 60,
      successfulJobsHistoryLimit: 0,
      failedJobsHistoryLimit: 1,
      ttlSecondsAfterFinished: 60,
      failOn: "never",
      annotations: { a: "b" },
    };
    const objects = render({ audit });
    const job = "CronJob/paddlock-audit";
    const { ttlSecondsAfterFinished, failOn, annotations, ...spec } = audit;
    expect(objects.at(job, "spec")).toMatchObject(spec);
    expect(objects.at(job, "spec", "jobTemplate", "spec")).toMatchObject({ ttlSecondsAfterFinished });
    expect(objects.at(job, "metadata", "annotations")).toEqual(annotations);
    expect(listOf(ofPods(objects, "containers", 0, "args")[1])).toContain(`--fail-on=${failOn}`);
    expect(() => render({ audit: { failOn: "fatal" } })).toThrow("/audit/failOn");
  });

  test("are of one image, by digest, with all of this", () => {
    for (const image of [
      ...ofPods(render(), "containers", 0, "image"),
      ofPods(render(), "initContainers", 0, "image")[0],
    ])
      expect(image).toBe(`ghcr.io/paddlock/paddlock@${digest}`);
  });
});
