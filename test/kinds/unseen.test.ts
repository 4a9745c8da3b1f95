import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readReview } from "../../src/admission/admission-review.ts";
import { noFacts } from "../../src/admission/review-facts.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { check } from "../../src/commands/check/check.ts";
import { admissionSettings } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import type { Finding } from "../../src/findings/finding.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";

const workloads = join(import.meta.dirname, "../../fixtures/workloads");
const today = new Date("2026-11-30T12:00:00Z");

const bad = { name: "main", image: "registry.example.com/app:latest", securityContext: { privileged: true } };
const pod = { hostPID: true, containers: [bad] };
const manifest = JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: pod }, null, 2);

/** Kinds that nobody knows, each hiding a bad pod in its own way: by its shape, or so that nobody can read it. */
const INVENTED: { readonly [kind: string]: { readonly spec: JsonObject; readonly seen: "byShape" | "notJudged" } } = {
  Fleet: { spec: { groups: [{ template: { spec: pod } }] }, seen: "byShape" },
  Robot: { spec: { arms: { left: { podSpec: pod } } }, seen: "byShape" },
  Conveyor: { spec: { stages: [{ container: bad }] }, seen: "byShape" },
  Orchestra: { spec: { parts: [{ object: { apiVersion: "v1", kind: "Pod", spec: pod } }] }, seen: "byShape" },
  Engine: { spec: { image: bad.image, replicas: 2, securityContext: { runAsUser: 0 } }, seen: "notJudged" },
  Turbine: {
    spec: { blades: [{ image: { repository: "registry.example.com/app", tag: "latest" }, env: [{ name: "A" }] }] },
    seen: "notJudged",
  },
  Database: {
    spec: { podTemplate: { spec: { containers: [{ name: "db", securityContext: { privileged: true } }] } } },
    seen: "notJudged",
  },
  Lantern: { spec: { image: bad.image }, seen: "notJudged" },
  Courier: { spec: { podTemplateRef: { name: "bad" } }, seen: "notJudged" },
  Scroll: { spec: { files: [{ content: manifest }] }, seen: "notJudged" },
  Parrot: { spec: { template: JSON.stringify({ containers: [bad] }) }, seen: "notJudged" },
  Echo: { spec: { pod: JSON.stringify({ apiVersion: "v1", kind: "Pod", spec: pod }) }, seen: "notJudged" },
  Census: { spec: { template: { spec: { containers: { main: bad } } } }, seen: "notJudged" },
  Herald: { spec: { template: { spec: { initContainers: [bad] } } }, seen: "notJudged" },
  Escort: { spec: { sidecars: [bad] }, seen: "notJudged" },
  Guest: { spec: { extraContainers: [{ name: "a", image: "nginx" }] }, seen: "notJudged" },
  Shout: { spec: { template: { spec: { Containers: [{ Name: "a", Image: bad.image }] } } }, seen: "notJudged" },
  Harbour: { spec: { deployment: { image: bad.image } }, seen: "notJudged" },
  Choir: { spec: { components: { bass: { image: bad.image } } }, seen: "notJudged" },
  Swarm: { spec: { nodes: [{ name: "a", image: bad.image }] }, seen: "notJudged" },
  Puppet: { spec: { services: { a: { extraPodSpec: { mainContainer: { image: bad.image } } } } }, seen: "notJudged" },
  Mill: { spec: { image: { repository: "registry.example.com/app", tag: "latest" } }, seen: "notJudged" },
  Forge: { spec: { server: { image: { repository: "app", digest: "sha256:0" } } }, seen: "notJudged" },
  Foreman: { spec: { workerImage: bad.image }, seen: "notJudged" },
  Gallery: { spec: { images: { server: bad.image } }, seen: "notJudged" },
  Label: { spec: { image: "registry.example.com/app", imageTag: "latest" }, seen: "notJudged" },
  Matryoshka: { spec: { groups: [[[{ pods: [[pod]] }]]] }, seen: "byShape" },
  Deputy: { spec: { manifests: [{ apiVersion: "apps/v1", spec: { template: { spec: pod } } }] }, seen: "byShape" },
  Oracle: { spec: { worker: { containerImage: bad.image, command: ["serve"] } }, seen: "notJudged" },
};

/** Kinds with an image, or with what looks like containers, of which no pod is made. */
const NO_PODS: readonly JsonObject[] = [
  object("image.toolkit.fluxcd.io/v1", "ImageRepository", {
    image: "ghcr.io/acme/app",
    interval: "5m",
    secretRef: { name: "a" },
    serviceAccountName: "b",
  }),
  object("shipwright.io/v1beta1", "Build", {
    source: { type: "Git" },
    output: { image: "registry.example.com/app:latest", pushSecret: "a" },
  }),
  object("build.openshift.io/v1", "BuildConfig", {
    strategy: { dockerStrategy: { from: { kind: "ImageStreamTag", name: "a:latest" } } },
    resources: { limits: { cpu: "1" } },
  }),
  object("helm.toolkit.fluxcd.io/v2", "HelmRelease", {
    values: {
      image: { repository: "a", tag: "latest" },
      resources: { limits: { cpu: "1" } },
      initContainers: [bad],
      containers: [bad],
    },
  }),
  object("helm.cattle.io/v1", "HelmChart", { valuesContent: `image: a\ncontainers:\n- image: b\n` }),
  object("kyverno.io/v1", "ClusterPolicy", {
    rules: [{ validate: { pattern: { spec: { containers: [{ name: "*", image: "!*:latest" }] } } } }],
  }),
  object("policies.kyverno.io/v1", "ImageValidatingPolicy", { images: [{ containers: [{ image: "a" }] }] }),
  object("constraints.gatekeeper.sh/v1beta1", "K8sAllowedRepos", { parameters: { containers: [{ image: "a" }] } }),
  object("grafana.integreatly.org/v1beta1", "GrafanaDashboard", { json: '{"panels":[{"image":"a","containers":1}]}' }),
  object("monitoring.coreos.com/v1", "ServiceMonitor", { endpoints: [{ port: "http" }] }),
  object("argoproj.io/v1alpha1", "Application", {
    source: { helm: { valuesObject: { image: { repository: "a", tag: "b" }, env: [{ name: "a" }] } } },
  }),
  object("gateway.networking.k8s.io/v1", "HTTPRoute", { rules: [{ backendRefs: [{ name: "a", port: 80 }] }] }),
  object("infrastructure.cluster.x-k8s.io/v1beta1", "OpenStackMachine", {
    image: "ubuntu-2204",
    flavor: "large",
    ports: [{ network: "a" }],
  }),
  object("kpack.io/v1alpha2", "ClusterStack", { buildImage: { image: "a/b:c" }, runImage: { image: "a/b:c" } }),
  object("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", {
    resourcePolicy: { containerPolicies: [{ containerName: "a" }] },
  }),
  object("postgresql.cnpg.io/v1", "ImageCatalog", { images: [{ major: 16, image: "ghcr.io/acme/postgresql:16.4" }] }),
  object("argocd-image-updater.argoproj.io/v1alpha1", "ImageUpdater", {
    applicationRefs: [{ namePattern: "*", images: [{ alias: "a", imageName: "nginx:1.x" }] }],
  }),
  object("config.openshift.io/v1", "ClusterVersion", {
    desiredUpdate: { image: `quay.io/a@sha256:${"0".repeat(64)}` },
  }),
  object("kpack.io/v1alpha2", "Image", { tag: "registry.example.com/app", source: { git: { url: "a" } } }),
  object("source.toolkit.fluxcd.io/v1", "OCIRepository", { url: "oci://ghcr.io/acme/app", ref: { tag: "latest" } }),
  object("image.toolkit.fluxcd.io/v1", "ImagePolicy", { imageRepositoryRef: { name: "a" }, policy: { semver: {} } }),
  object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", {
    images: [{ name: "a", newName: "b", newTag: "latest" }],
  }),
  object("cdi.kubevirt.io/v1beta1", "DataVolume", { source: { registry: { url: "docker://a/b:c" } } }),
  object("cluster.x-k8s.io/v1beta1", "MachineDeployment", {
    template: { spec: { version: "v1.34.0", providerID: "a" } },
  }),
  object("cert-manager.io/v1", "Certificate", { secretName: "a", dnsNames: ["a.example.com"], privateKey: {} }),
  object("external-secrets.io/v1", "ExternalSecret", { data: [{ secretKey: "image", remoteRef: { key: "a:b" } }] }),
  object("auto.gke.io/v1", "WorkloadAllowlist", {
    matchingCriteria: { containers: [{ name: "a", image: "a:latest" }] },
  }),
  object("example.com/v1", "Page", {
    hero: { image: "https://example.com/a.png" },
    gallery: [{ image: "/img/a.png" }],
  }),
  object("example.com/v1", "Product", { image: "photo.jpg", tags: ["a"], name: "a" }),
  object("example.com/v1", "Yard", { containers: [{ name: "20ft", number: "MSKU1" }], containersPerRow: 4 }),
  object("example.com/v1", "Report", {
    text: "containers: three, image: none",
    summary: '{"containers":[],"image":"a"}',
  }),
  object("policy/v1beta1", "PodSecurityPolicy", { containers: [bad] }),
  { ...object("v1", "ConfigMap", {}), data: { "pod.yaml": manifest } },
  object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
    versions: [{ schema: { openAPIV3Schema: { default: { containers: [bad] } } } }],
  }),
];

function object(apiVersion: string, kind: string, spec: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: { name: kind.toLowerCase(), namespace: "open" }, spec };
}

const table = globSync("*/bad.yaml", { cwd: workloads }).map((file) => ({
  name: dirname(file),
  object: parse(readFileSync(join(workloads, file), "utf8")) as JsonObject,
  seen: "byRow",
}));
const invented = Object.entries(INVENTED).map(([kind, { spec, seen }]) => ({
  name: kind,
  object: object("example.com/v1", kind, spec),
  seen,
}));
const all = [...table, ...invented];

const scratch = mkdtempSync(join(tmpdir(), "paddlock-unseen-"));
afterAll(() => rmSync(scratch, { recursive: true }));

async function checked(
  given: JsonObject,
): Promise<{ readonly findings: readonly Finding[]; readonly seen: JsonObject }> {
  writeFileSync(join(scratch, "a.json"), JSON.stringify(given));
  const { report } = await check({ cwd: scratch, paths: ["a.json"], alone: true });
  const { byRow, byShape, notJudged } = report.summary.coverage;
  return { findings: [...report.findings], seen: { byRow, byShape, notJudged } };
}

let reviewer: Reviewer;
beforeAll(async () => {
  const loaded = await loadConfiguration({ cwd: scratch, root: scratch, catalogue: loadCatalogue() });
  const configuration = { ...loaded, admission: admissionSettings([{ mode: "enforce" }]) };
  reviewer = await Reviewer.prepare({ configuration, language: "en", bundles: [], kubernetesVersion: "1.34" });
});

function reviewed(given: JsonObject): ReturnType<Reviewer["review"]> {
  const [group, version] = String(given.apiVersion).includes("/")
    ? String(given.apiVersion).split("/")
    : ["", given.apiVersion];
  const { kind, metadata } = given as { readonly kind: string; readonly metadata: JsonObject };
  const request = {
    uid: "00000000-0000-4000-8000-000000000000",
    operation: "CREATE",
    kind: { group, version, kind },
    resource: { group, version, resource: `${kind.toLowerCase()}s` },
    name: metadata.name,
    namespace: metadata.namespace,
    userInfo: { username: "lin", groups: [] },
    object: given,
  };
  const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
  return reviewer.review(readReview(Buffer.from(JSON.stringify(review))), noFacts(), today);
}

test("there are more than forty-five kinds", () => {
  expect(all.length).toBeGreaterThan(45);
});

describe.each(all)("a bad pod in $name", ({ object: given, seen }) => {
  test("does not pass in silence at check", async () => {
    const { findings, seen: counted } = await checked(given);
    expect(counted).toEqual({ byRow: 0, byShape: 0, notJudged: 0, [seen]: 1 });
    if (seen === "notJudged") {
      expect(findings.map(({ rule, outcome }) => `${rule} ${outcome}`)).toEqual(["known-kind not-judged"]);
      expect(findings[0]?.message).toContain(String(given.kind));
      expect(findings[0]?.remedy).toContain('"kinds"');
      return;
    }
    const rules = new Set(findings.filter(({ outcome }) => outcome === "violation").map(({ rule }) => rule));
    expect([...rules]).toEqual(expect.arrayContaining(["pinned-image"]));
    const levels = new Set(findings.map(({ level }) => level));
    expect(levels.has("error")).toBe(seen === "byRow");
    for (const { remedy, outcome } of findings) {
      if (seen === "byShape" && outcome === "violation") expect(remedy).toMatch(/to "kinds" of the configuration/);
      else if (seen === "byRow") expect(remedy).not.toContain("judged by the shape");
    }
  });

  test("nor at the webhook, which denies it only where its kind is known", () => {
    const { record, answer } = reviewed(given);
    expect(record.outcome).toBe("judged");
    expect(record.allowed).toBe(seen !== "byRow");
    if (seen !== "byRow") expect(answer.response.warnings?.length).toBeGreaterThan(0);
  });
});

describe.each(NO_PODS)("$kind of $apiVersion", (given) => {
  test("has no pods, and nothing is said of any", async () => {
    const { findings, seen } = await checked(given);
    const ofPods = ({ rule, remedy }: Finding): boolean =>
      rule === "known-kind" || remedy.includes("judged by the shape");
    expect(findings.filter(ofPods)).toEqual([]);
    expect(seen).toEqual({ byRow: 0, byShape: 0, notJudged: 0 });
  });
});

test("what a patch or a template says of a container is judged with the container, and not again by its shape", async () => {
  const role = {
    name: "decode",
    leaderWorkerPattern: {
      template: { spec: { containers: [{ name: "main", image: "registry.example.com/app:nightly" }] } },
      leaderTemplatePatch: { spec: { containers: [{ name: "main", image: "registry.example.com/app:latest" }, bad] } },
    },
  };
  const driver = { image: "registry.example.com/spark:latest", template: { spec: { containers: [bad] } } };
  for (const given of [
    object("workloads.x-k8s.io/v1alpha2", "RoleBasedGroup", { roles: [role] }),
    object("sparkoperator.k8s.io/v1beta2", "SparkApplication", { driver, executor: driver }),
  ]) {
    const { findings } = await checked(given);
    const places = findings.map(({ rule, path, message }) => `${rule} ${path} ${message}`);
    expect(places.filter((place) => place.startsWith("pinned-image"))).toHaveLength(
      given.kind === "RoleBasedGroup" ? 3 : 2,
    );
    expect(new Set(places).size).toBe(places.length);
  }
});
