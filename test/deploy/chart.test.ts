import { cpSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { listOf, objectOf } from "../../src/json/json.ts";
import { KINDS } from "../../src/kinds/kinds.ts";
import { chart, digest, helm, type Objects, render, type Values, withValues } from "./render.ts";
import { run } from "./tools.ts";

const examples = readdirSync(join(chart, "ci"));

describe.skipIf(helm === null)("the chart", () => {
  test.each(examples)("is found good by helm lint with %s", (name) => {
    expect(run(helm, ["lint", "--strict", chart, "--values", join(chart, "ci", name)])).toContain("0 chart(s) failed");
  });

  test("is all that its least values ask for", () => {
    expect(render().names).toEqual([
      "ClusterRole/paddlock",
      "ClusterRole/paddlock-audit",
      "ClusterRoleBinding/paddlock",
      "ClusterRoleBinding/paddlock-audit",
      "ConfigMap/paddlock-config",
      "ConfigMap/paddlock-exemptions",
      "CronJob/paddlock-audit",
      "Deployment/paddlock",
      "Lease/paddlock-ca",
      "NetworkPolicy/paddlock",
      "NetworkPolicy/paddlock-audit",
      "PodDisruptionBudget/paddlock",
      "ResourceQuota/paddlock-critical-pods",
      "Role/paddlock-breakglass",
      "Role/paddlock-ca",
      "Role/paddlock-exemptions",
      "Role/paddlock-exemptions-audit",
      "RoleBinding/paddlock-ca",
      "RoleBinding/paddlock-exemptions",
      "RoleBinding/paddlock-exemptions-audit",
      "Secret/paddlock-ca",
      "Service/paddlock",
      "ServiceAccount/paddlock",
      "ServiceAccount/paddlock-audit",
      "ValidatingWebhookConfiguration/paddlock",
    ]);
  });

  test.each<[string, Values, string]>([
    ["no digest", { image: { digest: "" } }, "/image/digest"],
    ["a short digest", { image: { digest: "sha256:0123" } }, "/image/digest"],
    ["a digest in upper case", { image: { digest: digest.toUpperCase() } }, "/image/digest"],
    ["one replica", { replicas: 1 }, "/replicas"],
    ["an unknown key", { imagePullSecret: [] }, "imagePullSecret"],
    ["an unknown failurePolicy", { webhook: { failurePolicy: "Open" } }, "/webhook/failurePolicy"],
    ["a timeout that the API server refuses", { webhook: { timeoutSeconds: 31 } }, "/webhook/timeoutSeconds"],
    ["an unknown mode", { config: { admission: { mode: "block" } } }, "/config/admission/mode"],
    [
      "an unknown rule",
      { config: { rules: { "pinned-imag": "error" } } },
      "/config/rules': additional properties 'pinned-imag' not allowed",
    ],
    [
      "an unknown rule in an override",
      { config: { overrides: [{ namespaces: ["a"], rules: { "pinned-imag": "error" } }] } },
      "/config/overrides/0/rules",
    ],
    [
      "an unknown parameter",
      { config: { rules: { "pinned-image": { levle: "error" } } } },
      "/config/rules/pinned-image",
    ],
    ["an unknown block", { config: { admision: {} } }, "/config': additional properties 'admision'"],
    ["an unknown answer", { config: { admission: { onError: "allowed" } } }, "/config/admission/onError"],
    [
      "a glob that the API server cannot evaluate",
      { config: { admission: { namespaces: [{ match: ["ML*"], mode: "warn" }] } } },
      "/config/admission/namespaces/0/match/0",
    ],
    ["no configuration", { config: null }, "missing property 'config'"],
    ["pinning without a policy of signatures", { mutation: { enabled: true } }, "missing property 'signatures'"],
    ["files without a CA", { certificates: { mode: "files", files: { secretName: "tls" } } }, "/certificates/files"],
    ["no requests", { resources: { requests: null } }, "/resources"],
  ])("refuses values with %s", (_, values, place) => {
    expect(() => render(values)).toThrow(place);
  });
});

describe.skipIf(helm === null)("the configuration", () => {
  const configuration = (values: Values): unknown =>
    parse(String(render(values).at("ConfigMap/paddlock-config", "data", "paddlock.yaml")));

  test("may set the rules of a bundle, which its schema does not know", () => {
    const rules = { "owner-label": { level: "error", label: "team" } };
    const bundles = [{ configMap: "our-rules", key: "bundle.tar.gz" }];
    expect(configuration({ config: { rules }, bundles })).toMatchObject({ rules });
    expect(() => render({ config: { rules } })).toThrow("owner-label");
    expect(() => render({ config: { rules: { "owner-label": "fatal" } }, bundles })).toThrow(
      "/config/rules/owner-label",
    );
  });

  test("may say off without quotes, which helm takes for false", () => {
    const rules = { "pinned-image": false, "probe-delays": { level: false }, schema: "warning" };
    const off = { "pinned-image": "off", "probe-delays": { level: "off" }, schema: "warning" };
    expect(configuration({ config: { rules, overrides: [{ namespaces: ["a"], rules }] } })).toMatchObject({
      rules: off,
      overrides: [{ namespaces: ["a"], rules: off }],
    });
  });

  test("is read by a container that ends before the server begins, with all that the server is given of it", () => {
    const objects = render({
      bundles: [{ configMap: "our-rules", key: "bundle.tar.gz" }],
      server: { language: "zh", kubernetesVersion: "1.34" },
    });
    const pod = ["spec", "template", "spec"] as const;
    const init = objectOf(objects.at("Deployment/paddlock", ...pod, "initContainers", 0));
    const server = objectOf(objects.at("Deployment/paddlock", ...pod, "containers", 0));
    const shared = ["--config=", "--bundle=", "--lang=", "--kubernetes-version="];
    const given = listOf(server.args).filter((each) => shared.some((option) => String(each).startsWith(option)));
    expect(given).toHaveLength(4);
    expect(init.args).toEqual(["serve", "--check-config", ...given]);
    for (const key of ["image", "resources", "securityContext", "volumeMounts"]) expect(init[key]).toEqual(server[key]);
  });
});

describe.skipIf(helm === null)("the pods", () => {
  const objects = helm === null ? null : render();
  const pods: readonly (readonly [string, readonly string[]])[] = [
    ["Deployment/paddlock", ["spec", "template", "spec"]],
    ["CronJob/paddlock-audit", ["spec", "jobTemplate", "spec", "template", "spec"]],
  ];

  test.each(pods)("of %s run with the least that they need", (name, path) => {
    const at = (...more: (string | number)[]): unknown => objects?.at(name, ...path, ...more);
    expect(at("securityContext")).toEqual({
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(at("containers", 0, "securityContext")).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(at("containers", 0, "image")).toBe(`ghcr.io/paddlock/paddlock@${digest}`);
    expect(at("containers", 0, "resources", "limits", "memory")).toBeTypeOf("string");
    expect(at("containers", 1)).toBeUndefined();
    expect(at("hostNetwork")).toBeUndefined();
  });

  test("of the webhook spread, outlive a drain, and end after Services have forgotten them", () => {
    const at = (...more: (string | number)[]): unknown => objects?.at("Deployment/paddlock", "spec", ...more);
    const labels = {
      "app.kubernetes.io/name": "paddlock",
      "app.kubernetes.io/instance": "paddlock",
      "app.kubernetes.io/component": "webhook",
    };
    expect(at("replicas")).toBe(2);
    expect(at("strategy", "rollingUpdate")).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(at("selector", "matchLabels")).toEqual(labels);
    expect(at("template", "metadata", "labels")).toMatchObject(labels);
    expect(objects?.at("Service/paddlock", "spec", "selector")).toEqual(labels);
    expect(objects?.at("PodDisruptionBudget/paddlock", "spec")).toEqual({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: labels },
    });
    expect(objects?.at("NetworkPolicy/paddlock", "spec", "podSelector", "matchLabels")).toEqual(labels);
    expect(at("template", "spec", "priorityClassName")).toBe("system-cluster-critical");
    expect(at("template", "spec", "affinity", "podAntiAffinity")).toBeDefined();
    expect(at("template", "spec", "topologySpreadConstraints", 0, "topologyKey")).toBe("topology.kubernetes.io/zone");
    expect(at("template", "spec", "containers", 0, "args")).toContain("--shutdown-delay=5s");
    // The server takes at most 25 s.
    expect(at("template", "spec", "terminationGracePeriodSeconds")).toBe(30);
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"])
      expect(at("template", "spec", "containers", 0, probe, "httpGet", "port")).toBe("metrics");
  });

  test("may be held apart for certain, and placed by the user's own affinity", () => {
    const affinity = ["spec", "template", "spec", "affinity"] as const;
    expect(
      render({ antiAffinity: "required" }).at("Deployment/paddlock", ...affinity, "podAntiAffinity"),
    ).toHaveProperty("requiredDuringSchedulingIgnoredDuringExecution");
    const own = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } };
    expect(render({ affinity: own }).at("Deployment/paddlock", ...affinity)).toEqual(own);
  });

  test("are pulled from a registry inside an air-gapped cluster", () => {
    const objects = render({
      image: { registry: "registry.example.com:5000", repository: "mirror/paddlock", tag: "0.1.0" },
      imagePullSecrets: [{ name: "credentials" }],
    });
    const image = `registry.example.com:5000/mirror/paddlock:0.1.0@${digest}`;
    for (const [name, path] of pods) {
      expect(objects.at(name, ...path, "containers", 0, "image")).toBe(image);
      expect(objects.at(name, ...path, "imagePullSecrets")).toEqual([{ name: "credentials" }]);
    }
  });

  test("of the audit share the namespaces by the index of their Job", () => {
    const job = ["spec", "jobTemplate", "spec"] as const;
    const args = [...job, "template", "spec", "containers", 0, "args"] as const;
    const objects = render({ audit: { shards: 8, policyReports: true } });
    expect(objects.at("CronJob/paddlock-audit", ...job)).toMatchObject({
      completionMode: "Indexed",
      completions: 8,
      parallelism: 8,
      backoffLimitPerIndex: 2,
      podFailurePolicy: { rules: [{ action: "Ignore" }, { action: "FailIndex", onExitCodes: { values: [1] } }] },
    });
    expect(objects.at("CronJob/paddlock-audit", ...args)).toContain("--policy-reports");
    expect(objects.at("CronJob/paddlock-audit", ...args)).toContain("--shard=auto/8");
    const alone = render();
    expect(alone.at("CronJob/paddlock-audit", ...job, "completionMode")).toBeUndefined();
    expect(alone.at("CronJob/paddlock-audit", ...job, "podFailurePolicy", "rules", 1, "action")).toBe("FailJob");
    expect(listOf(alone.at("CronJob/paddlock-audit", ...args)).join(" ")).not.toContain("--shard");
    expect(render({ audit: { enabled: false } }).names.filter((name) => name.includes("audit"))).toEqual([]);
  });
});

describe.skipIf(helm === null)("the webhook configuration", () => {
  const name = "ValidatingWebhookConfiguration/paddlock";

  test("asks for reviews as the contract wants them", () => {
    const objects = render({}, "gate");
    expect(objects.at(name, "webhooks", 0)).toMatchObject({
      name: "validate.paddlock.dev",
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      matchPolicy: "Equivalent",
      failurePolicy: "Fail",
      timeoutSeconds: 10,
      clientConfig: { service: { name: "paddlock", namespace: "gate", path: "/validate", port: 443 } },
      namespaceSelector: {
        matchExpressions: [
          {
            key: "kubernetes.io/metadata.name",
            operator: "NotIn",
            values: ["kube-system", "kube-node-lease", "gate"],
          },
        ],
      },
    });
    expect(objects.at(name, "webhooks", 0, "objectSelector")).toBeUndefined();
    expect(listOf(objects.at(name, "webhooks", 0, "matchConditions")).map((each) => objectOf(each).name)).toEqual([
      "not-a-lease",
      "not-a-review",
      "mode-of-the-namespace",
    ]);
    expect(listOf(objects.at(name, "webhooks", 0, "clientConfig", "caBundle"))).toEqual([]);
  });

  test("names every kind that carries pods", () => {
    const asked = askedFor(render());
    const carried = KINDS.flatMap(({ groups, kind }) => groups.map((group) => `${group}/${kind.toLowerCase()}s`))
      // The API server serves no workload in that group any more.
      .filter((resource) => !resource.startsWith("extensions/"));
    expect(asked.filter((resource) => !resource.includes("/pods/")).sort()).toEqual([...new Set(carried)].sort());
    expect(asked).toContain("/pods/ephemeralcontainers");
    expect(asked).toContain("/pods/resize");
  });

  test("takes further kinds, conditions and namespaces", () => {
    const rule = { apiGroups: ["example.com"], apiVersions: ["*"], operations: ["CREATE"], resources: ["trainings"] };
    const condition = { name: "mine", expression: "true" };
    const objects = render({
      webhook: { extraRules: [rule], extraMatchConditions: [condition], excludedNamespaces: ["kube-public"] },
    });
    for (const entry of [0, 1]) {
      expect(listOf(objects.at(name, "webhooks", entry, "rules")).at(-1)).toEqual(rule);
      expect(listOf(objects.at(name, "webhooks", entry, "matchConditions"))).toContainEqual(condition);
      expect(objects.at(name, "webhooks", entry, "namespaceSelector", "matchExpressions", 0, "values")).toEqual([
        "kube-system",
        "kube-node-lease",
        "paddlock-system",
        "kube-public",
      ]);
    }
  });
});

describe.skipIf(helm === null)("the notes", () => {
  // helm prints them only where it has a cluster: so a template of a copy of the chart says them as a value.
  const notes = (config: Values, webhook: Values = {}): string =>
    withValues({ config, webhook }, (file) => {
      const copy = join(dirname(file), "chart");
      cpSync(chart, copy, { recursive: true });
      renameSync(join(copy, "templates/NOTES.txt"), join(copy, "files/notes.txt"));
      writeFileSync(join(copy, "templates/notes.yaml"), 'notes: {{ tpl (.Files.Get "files/notes.txt") . | toJson }}\n');
      const words = ["template", "paddlock", copy, "-n", "gate", "--kube-version", "1.34.0", "--values", file];
      return String(parse(run(helm, [...words, "--show-only", "templates/notes.yaml"])).notes);
    });

  test("say the next step while nothing is denied", () => {
    const text = notes({ admission: { mode: "warn" } });
    expect(text).toContain('mode "warn".\nWhile no replica answers, workloads are let in unjudged.');
    expect(text).toContain("kubectl paddlock enforce NAMESPACE --for 720h");
    expect(text).toContain("create job --from=cronjob/paddlock-audit");
  });

  test("say how to get through in an emergency once something is", () => {
    const text = notes({ admission: { mode: "enforce" } });
    expect(text).toContain("workloads of enforced namespaces are denied, and all others let in unjudged");
    expect(text).toContain("kubectl delete validatingwebhookconfiguration paddlock");
    expect(text).not.toContain("WARNING");
    expect(notes({ admission: { mode: "enforce" } }, { failurePolicy: "Ignore" })).toContain("WARNING");
  });
});

/** `group/resource` of all that the webhook is asked about. */
function askedFor(objects: Objects): readonly string[] {
  return listOf(objects.at("ValidatingWebhookConfiguration/paddlock", "webhooks", 0, "rules")).flatMap((rule) => {
    const { apiGroups, operations, resources, scope } = objectOf(rule);
    expect({ operations, scope }).toEqual({ operations: ["CREATE", "UPDATE"], scope: "*" });
    return listOf(apiGroups).flatMap((group) => listOf(resources).map((resource) => `${group}/${resource}`));
  });
}
