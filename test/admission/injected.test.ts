import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AdmissionRequest } from "../../src/admission/admission-review.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { admissionSettings, type WrittenAdmission } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { INJECTED_CONTAINERS } from "../../src/workloads/injected-containers.ts";
import { containerOf, injectedPod, injectors } from "./injected.ts";
import { factsOf, today } from "./review-cases.ts";

const facts = factsOf(`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ocr, namespace: ml }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: gateway } } }] }]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: models, namespace: ml }
spec: { accessModes: [ReadOnlyMany], resources: { requests: { storage: 20Gi } } }
`);

const profiles = ["baseline", "recommended", "strict"] as const;
type Profile = (typeof profiles)[number];
const reviewers = new Map<Profile, Awaited<ReturnType<typeof loadConfiguration>>>();
for (const profile of profiles) {
  const cwd = mkdtempSync(join(tmpdir(), "paddlock-injected-"));
  writeFileSync(join(cwd, ".paddlock.yaml"), `extends: ${profile}\n`);
  reviewers.set(profile, await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue() }));
  rmSync(cwd, { recursive: true });
}

/** What a tenant who creates a Pod, or a workload around it, is denied: `container rule`, and what he is told of. */
async function review(object: JsonObject, profile: Profile, admission: WrittenAdmission = {}, kind = "Pod") {
  const loaded = reviewers.get(profile);
  if (loaded === undefined) throw new Error(profile);
  const settings = admissionSettings([{ mode: "enforce" }, admission]);
  const configuration = { ...loaded, admission: settings };
  const reviewer = await Reviewer.prepare({ configuration, language: "en", bundles: [], kubernetesVersion: "1.34" });
  const request: AdmissionRequest = {
    uid: "1",
    operation: "CREATE",
    kind: { group: kind === "Pod" ? "" : "apps", version: "v1", kind },
    subResource: null,
    namespace: "ml",
    name: "ocr",
    user: { name: "alice", groups: [] },
    dryRun: false,
    object,
    oldObject: null,
  };
  const { answer, record } = reviewer.review(request, facts, today);
  const { status, auditAnnotations } = answer.response;
  return {
    denied: (status?.details?.causes ?? []).map(({ reason, field }) => `${reason} ${field}`),
    notes: (auditAnnotations.notes ?? "").split("; ").filter((note) => note !== ""),
    outcome: record.outcome,
  };
}

it.each(profiles)("agrees with the Pod itself under %s", async (profile) => {
  expect(await review(injectedPod(null), profile)).toEqual({ denied: [], notes: [], outcome: "judged" });
});

describe.each(injectors)("what %s injects", (injector) => {
  it.each(profiles)("is let into anybody's Pod under %s, and told of", async (profile) => {
    const { denied, notes } = await review(injectedPod(injector), profile);
    expect(denied).toEqual([]);
    for (const note of notes) expect(note).toMatch(/^info /);
  });

  it("is let into a workload as well", async () => {
    const { metadata, spec } = injectedPod(injector);
    const template = { metadata: { labels: { app: "ocr" } }, spec };
    const object = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { selector: { matchLabels: { app: "ocr" } }, template },
    };
    expect((await review(object, "strict", {}, "Deployment")).denied).toEqual([]);
  });

  it("is refused where its image is another's, untagged, or moves", async () => {
    const injected = injectedPod(injector);
    const names = [...injected.spec.initContainers, ...injected.spec.containers.slice(1)].map(({ name }) =>
      String(name),
    );
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      for (const change of [
        (image: string) => image.replace(/^(?:[\w.-]+\/)?/, "registry.tenant.example.com/"),
        (image: string) => image.replace(/[:@].*/, ""),
        (image: string) => image.replace(/[:@].*/, ":latest"),
      ]) {
        const pod = injectedPod(injector);
        const container = containerOf(pod, name);
        container.image = change(String(container.image));
        const { denied } = await review(pod, "strict");
        expect(denied.length, `${name} ${container.image}`).toBeGreaterThan(name === "queue-proxy" ? -1 : 0);
      }
    }
  });

  it("is never excused of what breaks out", async () => {
    const injected = injectedPod(injector);
    for (const { name } of [...injected.spec.initContainers, ...injected.spec.containers]) {
      for (const [field, value] of Object.entries({
        privileged: true,
        allowPrivilegeEscalation: true,
        procMount: "Unmasked",
        capabilities: { add: ["SYS_ADMIN"], drop: ["ALL"] },
        seccompProfile: { type: "Unconfined" },
      })) {
        const pod = injectedPod(injector);
        const container = containerOf(pod, String(name));
        container.securityContext = { ...objectOf(container.securityContext), [field]: value };
        const { denied } = await review(pod, "strict");
        expect(
          denied.filter((each) => each.startsWith("restricted-container")),
          `${name} ${field}`,
        ).not.toEqual([]);
      }
    }
    const pod = injectedPod(injector);
    const node = { name: "v", hostPath: { path: "/" } };
    const onNode = { ...pod, spec: { ...pod.spec, hostPID: true, volumes: [node, ...pod.spec.volumes] } };
    expect((await review(onNode, "baseline")).denied).toEqual([
      "restricted-container spec.hostPID",
      "restricted-container spec.volumes[0].hostPath",
    ]);
  });
});

describe("a container that a tenant calls istio-init", () => {
  const change = async (fields: JsonObject, injector = "istio", name = "istio-init") => {
    const pod = injectedPod(injector);
    Object.assign(containerOf(pod, name), fields);
    return (await review(pod, "recommended")).denied;
  };
  const refused = ["restricted-container", "run-as-non-root"];
  const rulesOf = (denied: readonly string[]) => [...new Set(denied.map((each) => each.split(" ")[0]))].sort();

  it.each<[string, JsonObject]>([
    ["runs a command of its own", { command: ["sh", "-c", "id"] }],
    ["runs something else of the image", { args: ["proxy", "sidecar"] }],
    ["has no arguments", { args: null }],
    ["has arguments that are none", { args: ["istio-iptables", 1] }],
    ["mounts a volume with code", { volumeMounts: [{ name: "models", mountPath: "/usr/lib" }] }],
    ["has the loader bring code", { env: [{ name: "LD_PRELOAD", value: "/models/x.so" }] }],
    ["takes its environment from elsewhere", { envFrom: [{ configMapRef: { name: "x" } }] }],
    ["goes on running", { restartPolicy: "Always" }],
    ["comes from a repository that ends alike", { image: "tenant.example.com/docker.io/istio/proxyv2:1.28.3" }],
    ["comes from a repository that begins alike", { image: "docker.io/istio/proxyv2/x:1.28.3" }],
    ["comes from another repository of the mesh", { image: "docker.io/istio/pilot:1.28.3" }],
  ])("is excused of nothing where it %s", async (_, fields) => {
    expect(rulesOf(await change(fields)).filter((rule) => rule !== "schema")).toEqual(refused);
  });

  it("is excused of nothing in another list, or by another name", async () => {
    const pod = injectedPod("istio");
    pod.spec.containers.push(...pod.spec.initContainers.splice(0, 1));
    expect(rulesOf((await review(pod, "recommended")).denied)).toEqual(refused);
    expect(rulesOf(await change({ name: "istio-init2" }))).toEqual(refused);
    expect(await change({ name: "istio-validation" })).not.toEqual([]);
  });

  it("as linkerd-init names no program of its own", async () => {
    const named = (...args: string[]) => change({ args }, "linkerd", "linkerd-init");
    expect(await named("--firewall-bin-path", "iptables")).toEqual([]);
    expect(await named("--firewall-bin-path", "/run/x")).not.toEqual([]);
    expect(await named("--firewall-bin-path=/run/x")).not.toEqual([]);
    expect(await named("--firewall-save-bin-path")).not.toEqual([]);
    expect(await named("constructor", "__proto__")).not.toEqual([]);
    expect(await named("--netns", "/proc/1/ns/net")).not.toEqual([]);
    const env = [{ name: "PATH", value: "/run" }];
    expect(await change({ env }, "linkerd", "linkerd-init")).not.toEqual([]);
  });
});

/** Where it would be excused of something, a change of it is told from what the injector writes. */
describe("a container that is like an injected one but for", () => {
  const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount";
  const told = async (injector: string, name: string, fields: JsonObject, volumes: JsonObject[] = []) => {
    const pod = injectedPod(injector);
    const container = containerOf(pod, name);
    for (const [field, value] of Object.entries(fields)) {
      const before = container[field];
      container[field] = Array.isArray(value) && Array.isArray(before) ? [...before, ...value] : value;
    }
    pod.spec.volumes.push(...volumes);
    const { denied } = await review(pod, "strict");
    return denied.filter((each) => !each.startsWith("schema"));
  };
  const every = injectors.flatMap((injector) => {
    const { initContainers, containers } = injectedPod(injector).spec;
    return [...initContainers, ...containers.slice(1)].map(({ name }) => [injector, String(name)] as const);
  });
  const literal = (name: string, value = "/models/x") => ({ env: [{ name, value }] });
  const mounted = (mountPath: string, more: JsonObject = {}) => ({
    volumeMounts: [{ name: "mine", mountPath, ...more }],
  });
  const scratch = { name: "mine", emptyDir: {} };
  const ownScript = { name: "mine", configMap: { name: "mine", defaultMode: 511 } };
  const token = { serviceAccountToken: { path: "token" } };
  const published = { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } };
  const namespaceOf = {
    downwardAPI: { items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }] },
  };
  const projected = (...sources: JsonObject[]) => ({ name: "mine", projected: { sources } });

  it.each(every)("%s's %s: programs, libraries and hooks of a tenant's", async (injector, name) => {
    for (const variable of ["LD_PRELOAD", "PATH", "PYTHONPATH", "BASH_ENV", "ENV", "GODEBUG", "GCONV_PATH"]) {
      expect(await told(injector, name, literal(variable)), variable).not.toEqual([]);
    }
    for (const fields of [
      { lifecycle: { postStart: { exec: { command: ["/bin/sh", "-c", "id"] } } } },
      { lifecycle: { preStop: { exec: { command: ["sleep", "1"] } } } },
      { livenessProbe: { exec: { command: ["/bin/sh", "-c", "id"] } } },
      { workingDir: "/models" },
      { envFrom: [{ configMapRef: { name: "mine" } }] },
      { terminationMessagePath: "/usr/bin/x" },
      { args: ["--modprobe=/models/x"] },
      { stdin: true },
    ] satisfies JsonObject[]) {
      expect(await told(injector, name, fields), JSON.stringify(fields)).not.toEqual([]);
    }
    for (const path of ["/usr/lib", "/storage-initializer/scripts", "/", "/etc", "/home/vault/..", "/ko-app"]) {
      expect(await told(injector, name, mounted(path), [scratch]), path).not.toEqual([]);
    }
    expect(await told(injector, name, {}), "nothing").toEqual([]);
  });

  it.each(every)("%s's %s: a volume of a tenant's where its identity is", async (injector, name) => {
    const genuine = projected(token, published, namespaceOf);
    expect(await told(injector, name, mounted(TOKEN, { readOnly: true }), [genuine])).toEqual([]);
    const annotation = {
      downwardAPI: { items: [{ path: "x", fieldRef: { fieldPath: "metadata.annotations['x']" } }] },
    };
    for (const volume of [
      ownScript,
      scratch,
      { name: "mine", image: { reference: "registry.example.com/x:1.0.0" } },
      { name: "mine", csi: { driver: "x" } },
      { name: "mine", persistentVolumeClaim: { claimName: "models" } },
      { name: "mine", secret: { secretName: "mine" } },
      projected(token, { configMap: { name: "mine" } }),
      projected(token, { secret: { name: "mine" } }),
      projected(annotation),
      { name: "another", emptyDir: {} },
    ] satisfies JsonObject[]) {
      const denied = await told(injector, name, mounted(TOKEN), [volume]);
      expect(denied, JSON.stringify(volume)).not.toEqual([]);
    }
    expect(await told(injector, name, mounted(TOKEN, { subPath: "x" }), [genuine])).not.toEqual([]);
    expect(await told(injector, name, mounted(TOKEN), [genuine, ownScript])).not.toEqual([]);
  });

  it.each([
    ["an option by blanks", ["-k", `eth0 --modprobe=${TOKEN}/x`]],
    ["an option by a line", ["-i", "*\n-A INPUT"]],
    ["an option by a tab", ["-x", "\t--modprobe=/x"]],
    ["an option as a value", ["-k", "--modprobe"]],
    ["another network", ["--network-namespace=/proc/1/ns/net"]],
    ["another network apart", ["--network-namespace", "/proc/1/ns/net"]],
    ["another mode", ["--cni-mode"]],
    ["a shell that stays", ["--skip-rule-apply", "--run-validation", "--probe-timeout", "8760h"]],
    ["no value", ["-k"]],
    ["a variable", ["-i", "$(X)"]],
    ["an inherited option", ["constructor", "x"]],
  ])("istio-init's arguments: %s", async (_, args) => {
    expect(await told("istio", "istio-init", { args })).not.toEqual([]);
    expect(
      await told("istio-native", "istio-validation", { args: args.map((arg) => arg.replace("skip-rule-apply", "x")) }),
    ).not.toEqual([]);
  });

  it("istio-proxy's program, and its folder that others write to", async () => {
    const configured = (value: string) => told("istio", "istio-proxy", literal("PROXY_CONFIG", value));
    expect(await configured('{"concurrency":2,"tracing":{"zipkin":{"address":"z:9411"}}}')).toEqual([]);
    const own = '{"binaryPath":"/usr/local/bin/envoy","configPath":"/etc/istio/proxy"}\n';
    expect(await configured(own)).toEqual([]);
    expect(await told("istio", "istio-proxy", literal("ISTIO_METAJSON_ANNOTATIONS", "{}"))).toEqual([]);
    for (const value of [
      '{"binaryPath":"/usr/local/bin/envoy","binaryPath":"/etc/istio/proxy/x"}',
      '{"binaryPath":"/etc/istio/proxy/x"}',
      '{"binary_path":"/etc/istio/proxy/x","binary_path":""}',
      '{"\\u0062inaryPath":"/etc/istio/proxy/x"}',
      "binaryPath: /etc/istio/proxy/x",
      '{"$(X)":"/etc/istio/proxy/x"}',
      '{"customConfigFile":"/etc/istio/proxy/x"}',
    ]) {
      expect(await configured(value), value).not.toEqual([]);
    }
    const env = [{ name: "PROXY_CONFIG", valueFrom: { configMapKeyRef: { name: "mine", key: "x" } } }];
    expect(await told("istio", "istio-proxy", { env })).not.toEqual([]);
    const pod = injectedPod("istio");
    const another = containerOf(pod, "ocr");
    another.volumeMounts = [{ name: "istio-envoy", mountPath: "/models" }];
    expect((await review(pod, "recommended")).denied).not.toEqual([]);
  });

  it("hooks that an injector writes", async () => {
    const drain = (port: string) => ["pilot-agent", "request", `--debug-port=${port}`, "POST", "drain"];
    const preStop = (command: string[]) => ({ lifecycle: { preStop: { exec: { command } } } });
    expect(await told("istio", "istio-proxy", preStop(drain("15020")))).toEqual([]);
    expect(await told("istio", "istio-proxy", preStop(drain("1 --x")))).not.toEqual([]);
    const revoke = (flags: string) => preStop(["/bin/sh", "-c", `/bin/sleep 5 && /bin/vault token revoke ${flags}`]);
    expect(await told("vault", "vault-agent", revoke("-address=https://vault.example.com:8200 -self"))).toEqual([]);
    expect(await told("vault", "vault-agent", revoke("-address=$(id) -self"))).not.toEqual([]);
    expect(await told("linkerd", "linkerd-proxy", preStop(["/bin/sleep", "10"]))).toEqual([]);
    expect(await told("linkerd", "linkerd-proxy", preStop(["/bin/bash", "-c", "sleep 10"]))).toEqual([]);
    expect(await told("linkerd", "linkerd-proxy", preStop(["/bin/bash", "-c", "sleep 1; id"]))).not.toEqual([]);
  });

  it("a claim that the workload makes in place of a volume", async () => {
    const { metadata, spec } = injectedPod("linkerd");
    const template = { metadata: { labels: { app: "ocr" } }, spec };
    const denied = async (name: string) => {
      const resources = { requests: { storage: "1Gi" } };
      const volumeClaimTemplates = [{ metadata: { name }, spec: { accessModes: ["ReadWriteOnce"], resources } }];
      const selector = { matchLabels: { app: "ocr" } };
      const object = {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata,
        spec: { serviceName: "ocr", selector, template, volumeClaimTemplates },
      };
      const all = (await review(object, "recommended", {}, "StatefulSet")).denied;
      return all.filter((each) => each.includes("capabilities.add"));
    };
    expect(await denied("another")).toEqual([]);
    expect(await denied("linkerd-proxy-init-xtables-lock")).not.toEqual([]);
  });

  it("what Vault's agent is configured to run", async () => {
    const configured = (value: string) =>
      told("vault", "vault-agent", literal("VAULT_CONFIG", Buffer.from(value).toString("base64")));
    expect(await configured('{"template":[{"contents":"{{ x }}","destination":"/vault/secrets/x"}]}')).toEqual([]);
    for (const value of [
      '{"exec":{"command":["sh"]}}',
      '{"template":{"command":"id"},"template":{}}',
      '{"template":[{"contents":"{{ plugin \\"/vault/secrets/x\\" }}"}]}',
      '{"template":[{"source":"/vault/secrets/x"}]}',
      'exec { command = ["sh"] }',
    ]) {
      expect(await configured(value), value).not.toEqual([]);
    }
  });

  it("storage-initializer's release, and where it writes to", async () => {
    const user = async (image: string, more: JsonObject = {}) =>
      (await told("kserve", "storage-initializer", { image, ...more })).filter((each) => each.startsWith("run-as"));
    expect(await user("kserve/storage-initializer:v0.17.0")).toEqual([]);
    expect(await user("kserve/storage-initializer:v1.0.0")).toEqual([]);
    const root = ["run-as-non-root spec.initContainers[0]"];
    expect(await user("kserve/storage-initializer:v0.11.0")).toEqual([]);
    expect(await user("kserve/storage-initializer:v0.10.2")).toEqual(root);
    expect(await user("kserve/storage-initializer:v0.7.0")).toEqual(root);
    expect(await user("kserve/storage-initializer:v0.6.1")).toEqual(root);
    expect(await user(`kserve/storage-initializer@sha256:${"0".repeat(64)}`)).toEqual(root);
    for (const to of ["/prod_venv/lib", "/mnt/../prod_venv", "/mnt", "/storage-initializer/scripts", "/mnt/pvc/x"]) {
      expect(await told("kserve", "storage-initializer", { args: ["s3://models/x", to] }), to).not.toEqual([]);
    }
    for (const variable of [
      "AWS_CONFIG_FILE",
      "AWS_SHARED_CREDENTIALS_FILE",
      "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES",
    ]) {
      expect(await told("kserve", "storage-initializer", literal(variable)), variable).not.toEqual([]);
    }
    const claim = { name: "mine", persistentVolumeClaim: { claimName: "models", readOnly: true } };
    expect(await told("kserve", "storage-initializer", mounted("/mnt/pvc", { readOnly: true }), [claim])).toEqual([]);
    expect(await told("kserve", "storage-initializer", mounted("/mnt/models"), [ownScript])).not.toEqual([]);
  });
});

it("excuses an istio-proxy of no more than its version", async () => {
  const pod = injectedPod("istio");
  const proxy = containerOf(pod, "istio-proxy");
  proxy.securityContext = {
    ...objectOf(proxy.securityContext),
    runAsUser: 0,
    runAsNonRoot: false,
    capabilities: { add: ["NET_ADMIN"] },
  };
  expect((await review(pod, "recommended")).denied.sort()).toEqual([
    "restricted-container spec.containers[1].securityContext.capabilities.add[0]",
    "run-as-non-root spec.containers[1].securityContext.runAsUser",
  ]);
});

it("takes a mirror, or another name, from the configuration alone", async () => {
  const pod = injectedPod("istio");
  for (const each of [...pod.spec.initContainers, ...pod.spec.containers.slice(1)]) {
    each.image = "mirror.example.com/hub/istio/proxyv2:1.28.3";
    each.name = String(each.name).replace("istio-init", "our-init");
  }
  const images = ["mirror.example.com/hub/*/proxyv2"];
  const injected = [
    { name: "our-init", images, like: "istio-init" },
    { name: "istio-proxy", images },
  ];
  expect((await review(pod, "strict", { injected })).denied).toEqual([]);
  expect((await review(pod, "strict")).denied).not.toEqual([]);
  const elsewhere = [{ name: "our-init", images: ["mirror.example.com/*/proxyv2"], like: "istio-init" }];
  expect((await review(pod, "strict", { injected: elsewhere })).denied).not.toEqual([]);
});

it("names in its schema the containers that there are", async () => {
  const { default: schema } = await import("../../schemas/config.schema.json", { with: { type: "json" } });
  expect(schema.definitions.injectedContainer.enum).toEqual(INJECTED_CONTAINERS.map(({ name }) => name));
});
