import { expect, it } from "vitest";
import type { AdmissionRequest } from "../../src/admission/admission-review.ts";
import type { AdmissionAnswer } from "../../src/admission/reviewed.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { admissionSettings, type WrittenAdmission } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { factsOf, today } from "./review-cases.ts";

const policy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ocr, namespace: ml}
spec: {podSelector: {matchLabels: {app: ocr}}, policyTypes: [Ingress, Egress], ingress: [], egress: []}
`;
const controller = "system:serviceaccount:kube-system:replicaset-controller";
const pinned = "registry.example.com/paddleocr@sha256:9b2cc1f0a7f2bba4d02e1ee9b1e8d1a2b3c4d5e6f708192a3b4c5d6e7f809102";
const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "ocr-7d9f", uid: "0c1d", controller: true };

function pod(change: { app?: string; proxy?: string; owner?: object; more?: JsonObject } = {}): JsonObject {
  const container = (name: string, image: string) => ({
    name,
    image,
    securityContext: { runAsNonRoot: true, runAsUser: 1000 },
    resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "1", memory: "2Gi" } },
  });
  const proxy = change.proxy === undefined ? [] : [container("istio-proxy", change.proxy)];
  const object = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "ocr-7d9f-x",
      namespace: "ml",
      labels: { app: change.app ?? "ocr" },
      ownerReferences: [change.owner ?? owner],
    },
    spec: { containers: [container("ocr", pinned), ...proxy], ...change.more },
  };
  return object as JsonObject;
}

interface Asked {
  readonly user?: string;
  readonly old?: JsonObject;
  readonly subResource?: string;
  readonly admission?: WrittenAdmission;
  readonly policies?: string;
}

type Status = AdmissionAnswer["response"]["status"];

/** How it is denied; undefined where it is let in. */
async function denialOf(object: JsonObject, asked: Asked = {}): Promise<Status> {
  const cwd = import.meta.dirname;
  const loaded = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue() });
  const admission = admissionSettings([{ mode: "enforce" }, asked.admission ?? {}]);
  const options = { language: "en", bundles: [], kubernetesVersion: "1.34" } as const;
  const reviewer = await Reviewer.prepare({ configuration: { ...loaded, admission }, ...options });
  const request: AdmissionRequest = {
    uid: "1",
    operation: asked.old === undefined ? "CREATE" : "UPDATE",
    kind: { group: "", version: "v1", kind: "Pod" },
    subResource: asked.subResource ?? null,
    namespace: "ml",
    name: "ocr-7d9f-x",
    user: { name: asked.user ?? "alice", groups: [] },
    dryRun: false,
    object,
    oldObject: asked.old ?? null,
  };
  return reviewer.review(request, factsOf(asked.policies ?? policy), today).answer.response.status;
}

/** The rules that deny it. */
async function deniedBy(object: JsonObject, asked: Asked = {}): Promise<readonly string[]> {
  return ((await denialOf(object, asked))?.details?.causes ?? []).map(({ reason }) => reason);
}

it.each(["new", "all"] as const)(
  "excuses nothing by its name, whoever brings it into a controller's pod (onUpdate: %s)",
  async (onUpdate) => {
    const admission = { onUpdate };
    const injected = pod({ proxy: "docker.io/istio/proxyv2:latest" });
    expect(await deniedBy(injected, { user: controller, admission })).toEqual(["pinned-image"]);
    const prolonged = pod({ proxy: "docker.io/istio/proxyv2:latest", more: { activeDeadlineSeconds: 60 } });
    const had = onUpdate === "new" ? [] : ["pinned-image"];
    expect(await deniedBy(prolonged, { old: injected, admission })).toEqual(had);
    const exchanged = pod({ proxy: "registry.example.com/other:latest" });
    expect(await deniedBy(exchanged, { old: injected, admission })).toEqual(["pinned-image"]);
    const debugged = pod({ more: { ephemeralContainers: [{ name: "istio-proxy", image: "busybox:latest" }] } });
    const debugging = { old: pod(), subResource: "ephemeralcontainers", admission };
    expect(await deniedBy(debugged, debugging)).toContain("pinned-image");
  },
);

it.each(["new", "all"] as const)(
  "denies the label that takes a controller's pod out of its network policy (onUpdate: %s)",
  async (onUpdate) => {
    const admission = { onUpdate };
    expect(await deniedBy(pod({ app: "free" }), { old: pod(), admission })).toContain("network-policy");
    // The policy was deleted: a controller must be able to go on with its pod, and others with theirs.
    const without = { old: pod(), policies: "", admission };
    expect(await deniedBy(pod({ more: { activeDeadlineSeconds: 60 } }), { ...without, user: controller })).toEqual([]);
    expect(await deniedBy(pod({ more: { activeDeadlineSeconds: 60 } }), without)).toEqual([]);
  },
);

it("shows nothing of an owner's name that would act on a terminal", async () => {
  const named = pod({ app: "free", owner: { ...owner, name: "ocr\u001b[2J\nfix: nothing" } });
  const [title] = (await denialOf(named))?.message.split("\n") ?? [];
  expect(title).toMatch(/^Pod ml\/ocr-7d9f-x \(of ReplicaSet ocr\\x1b\[2J fix: nothing\) has \d+ violations:$/);
});
