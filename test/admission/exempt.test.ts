import { describe, expect, it } from "vitest";
import type { AdmissionRequest } from "../../src/admission/admission-review.ts";
import { exemptWarnings } from "../../src/admission/exempt-warnings.ts";
import type { ExemptionRecord } from "../../src/admission/exemption-record.ts";
import type { LiveOwner, OwnerChain } from "../../src/admission/owner-chain.ts";
import { noFacts, type ReviewFacts } from "../../src/admission/review-facts.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { admissionSettings, type WrittenAdmission } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { said } from "./said.ts";

const now = new Date("2026-11-30T16:30:00Z");
const until = Date.parse("2026-11-30T18:00:00Z");
const record: ExemptionRecord = {
  group: "apps",
  kind: "Deployment",
  namespace: "ml",
  name: "ocr",
  from: now.getTime(),
  until,
  reason: "hotfix",
  by: "dana",
};
const controller = "system:serviceaccount:kube-system:replicaset-controller";

async function reviewer(admission: WrittenAdmission = {}): Promise<Reviewer> {
  const cwd = import.meta.dirname;
  const loaded = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue(), rules: ["pinned-image"] });
  const configuration = { ...loaded, admission: admissionSettings([{ mode: "enforce", ...admission }]) };
  return Reviewer.prepare({ configuration, language: "en", bundles: [], kubernetesVersion: "1.34" });
}

const spec: JsonObject = { containers: [{ name: "ocr", image: "registry.example.com/ocr:latest" }] };
const replicaSet = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "ocr-1", uid: "u1", controller: true };
const live = (kind: string, name: string, uid: string): LiveOwner => ({
  group: "apps",
  version: "v1",
  kind,
  namespace: "ml",
  name,
  uid,
  createdAt: 0,
  object: {},
});
const chain: OwnerChain = {
  owners: [live("ReplicaSet", "ocr-1", "u1"), live("Deployment", "ocr", "u2")],
  state: "complete",
  why: null,
};

function podOf(user: string): AdmissionRequest {
  return {
    uid: "1",
    operation: "CREATE",
    kind: { group: "", version: "v1", kind: "Pod" },
    subResource: null,
    namespace: "ml",
    name: "ocr-1-x",
    user: { name: user, groups: [] },
    dryRun: false,
    object: { metadata: { name: "ocr-1-x", ownerReferences: [replicaSet] }, spec },
    oldObject: null,
  };
}

function deployment(user: string): AdmissionRequest {
  const template = { metadata: { labels: { app: "ocr" } }, spec };
  return {
    ...podOf(user),
    kind: { group: "apps", version: "v1", kind: "Deployment" },
    name: "ocr",
    object: { metadata: { name: "ocr" }, spec: { template } },
  };
}

function facts(more: Partial<ReviewFacts> = {}): ReviewFacts {
  return { ...noFacts(), exemptions: (namespace) => (namespace === "ml" ? [record] : []), ...more };
}

describe("a record of break-glass", () => {
  it("lets its object in, whoever asks, and says so everywhere", async () => {
    const { answer, record: told } = (await reviewer()).review(deployment("dana"), facts(), now);
    expect(answer.response).toEqual({
      uid: "1",
      allowed: true,
      warnings: ["let in unjudged: deployment.apps/ocr is exempt until 2026-11-30T18:00:00Z", "exempt by dana: hotfix"],
      auditAnnotations: {
        mode: "enforce",
        exempt: "record of deployment.apps/ocr",
        "exempt-user": "dana",
        "exempt-record": "until 2026-11-30T18:00:00Z, by dana: hotfix",
      },
    });
    expect(told).toMatchObject({ outcome: "exempt", exempt: { by: "record", who: "deployment.apps/ocr" } });
  });

  it("lets in what its controllers make of it", async () => {
    const { record: told } = (await reviewer()).review(podOf(controller), facts({ owners: chain }), now);
    expect(told).toMatchObject({ outcome: "exempt", allowed: true });
  });

  it.each<[string, AdmissionRequest, Partial<ReviewFacts>]>([
    ["what others say is made of it", podOf("mallory"), { owners: chain }],
    ["what a controller of another kind says", podOf(controller.replace("replicaset", "job")), { owners: chain }],
    ["what nobody was looked up for", podOf(controller), {}],
    [
      "what is made of another of that name",
      podOf(controller),
      { owners: { ...chain, owners: [live("ReplicaSet", "ocr-1", "u3"), live("Deployment", "ocr", "u2")] } },
    ],
    ["the same name elsewhere", { ...deployment("dana"), namespace: "other" }, {}],
    [
      "another kind of that name",
      { ...deployment("dana"), kind: { group: "apps", version: "v1", kind: "StatefulSet" } },
      {},
    ],
    ["anything where records are not known", deployment("dana"), { exemptions: () => [] }],
  ])("does not let in %s", async (_, request, more) => {
    const { record: told } = (await reviewer()).review(request, facts(more), now);
    expect(told).toMatchObject({ outcome: "judged", allowed: false });
  });

  it("ends", async () => {
    const made = await reviewer();
    const ended = new Date(until);
    expect(made.review(deployment("dana"), facts(), ended).record.allowed).toBe(false);
    expect(made.review(podOf(controller), facts({ owners: chain }), ended).record.allowed).toBe(false);
  });

  it("holds where judging fails, for it is needed at just such a time", async () => {
    const identity = { ...deployment("dana"), object: null };
    expect((await reviewer()).failed(identity, facts(), said("deadline"), now).record.outcome).toBe("exempt");
    expect((await reviewer()).failed(identity, facts(), said("deadline"), new Date(until)).record.allowed).toBe(false);
  });
});

describe("an exempt user", () => {
  it("is told the command that what he made needs to be followed", async () => {
    const exempt = { exempt: { users: ["dana"] } };
    const { answer } = (await reviewer(exempt)).review(deployment("dana"), noFacts(), now);
    expect(answer.response.warnings).toEqual([
      "let in unjudged: user dana is exempt",
      "what its controllers make of it is judged all the same; this lets it in, too:",
      "kubectl paddlock exempt deployment/ocr -n ml --for 2h --reason …",
    ]);
    const pod = (await reviewer(exempt)).review(podOf("dana"), noFacts(), now);
    expect(pod.answer.response.warnings).toEqual(["let in unjudged: user dana is exempt"]);
  });
});

describe("exempting", () => {
  const settings = (written: WrittenAdmission["exempt"]) => admissionSettings([{ exempt: written ?? {} }]).exempt;
  it.each<[string, WrittenAdmission["exempt"]]>([
    ["Argo CD", { serviceAccounts: ["argocd/argocd-application-controller"] }],
    ["Argo CD as its chart calls it", { serviceAccounts: ["gitops/main-argocd-application-controller"] }],
    ["Flux, by its user's name", { users: ["system:serviceaccount:flux-system:kustomize-controller"] }],
    ["Flux's Helm controller", { serviceAccounts: ["flux-system/helm-controller"] }],
    ["a controller of Kubernetes", { serviceAccounts: ["kube-system/replicaset-controller"] }],
    ["everybody", { groups: ["system:authenticated"] }],
    ["a namespace of Flux", { groups: ["system:serviceaccounts:flux-system"] }],
  ])("%s is warned of", (_, exempt) => {
    expect(exemptWarnings(settings(exempt))).toHaveLength(1);
  });

  it("people and their groups is not", () => {
    const exempt = { users: ["dana"], groups: ["example:on-call"], serviceAccounts: ["ci/deployer"] };
    expect(exemptWarnings(settings(exempt))).toEqual([]);
  });
});
