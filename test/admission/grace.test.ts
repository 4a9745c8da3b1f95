import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AdmissionRequest } from "../../src/admission/admission-review.ts";
import type { LiveOwner, OwnerChain } from "../../src/admission/owner-chain.ts";
import { noFacts, type ReviewFacts } from "../../src/admission/review-facts.ts";
import type { Reviewed } from "../../src/admission/reviewed.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { admissionSettings, type WrittenAdmission } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { parseFile } from "../../src/documents/parse-file.ts";
import { isObject, objectOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { said } from "./said.ts";

const since = "2026-11-30T12:00:00Z";
const until = "2027-01-31T00:00:00Z";
const old = Date.parse("2026-01-01T00:00:00Z");
const now = new Date("2026-12-01T00:00:00Z");
const account = (name: string): string => `system:serviceaccount:kube-system:${name}-controller`;

async function reviewer(admission: WrittenAdmission = {}): Promise<Reviewer> {
  const cwd = import.meta.dirname;
  const loaded = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue() });
  const namespaces = [{ match: "ml", mode: "enforce", since, until } as const];
  const configuration = { ...loaded, admission: admissionSettings([{ namespaces, ...admission }]) };
  return Reviewer.prepare({ configuration, language: "en", bundles: [], kubernetesVersion: "1.34" });
}

function spec(image: string, more: JsonObject = {}): JsonObject {
  return {
    hostNetwork: true,
    securityContext: { runAsNonRoot: true },
    containers: [{ name: "app", image, securityContext: { privileged: true }, ...more }],
  };
}

const template = (pod: JsonObject): JsonObject => ({ metadata: { labels: { app: "ocr" } }, spec: pod });
const bad = spec("registry.example.com/ocr:latest");

function live(kind: string, object: JsonObject, createdAt: number, group = "apps"): LiveOwner {
  return { group, version: "v1", kind, namespace: "ml", name: "ocr", uid: kind, createdAt, object };
}

function chainOf(...owners: readonly LiveOwner[]): OwnerChain {
  return { owners, state: "complete", why: null };
}

function made(
  kind: { group: string; kind: string },
  owner: LiveOwner,
  user: string,
  object: JsonObject,
): AdmissionRequest {
  const apiVersion = owner.group === "" ? "v1" : `${owner.group}/v1`;
  const reference = { apiVersion, kind: owner.kind, name: owner.name, uid: owner.uid, controller: true };
  return {
    uid: "1",
    operation: "CREATE",
    kind: { ...kind, version: "v1" },
    subResource: null,
    namespace: "ml",
    name: "ocr-x",
    user: { name: user, groups: [] },
    dryRun: false,
    object: { ...object, metadata: { name: "ocr-x", ...objectOf(object.metadata), ownerReferences: [reference] } },
    oldObject: null,
  };
}

const pod = { group: "", kind: "Pod" };
const deployment = (createdAt: number, given = bad): LiveOwner =>
  live("Deployment", { spec: { template: template(given) } }, createdAt);
const replicaSet = (createdAt: number, given = bad): LiveOwner =>
  live("ReplicaSet", { spec: { template: template(given) } }, createdAt);

function podOf(chain: OwnerChain, given = bad, user = account("replicaset")): [AdmissionRequest, ReviewFacts] {
  const [nearest] = chain.owners;
  if (nearest === undefined) throw new Error("no owner");
  return [made(pod, nearest, user, template(given)), { ...noFacts(), owners: chain }];
}

async function review(
  [request, facts]: [AdmissionRequest, ReviewFacts],
  admission?: WrittenAdmission,
  at = now,
): Promise<Reviewed> {
  return (await reviewer(admission)).review(request, facts, at);
}

describe("what ran before its namespace was enforced goes on", () => {
  it("a Pod of an old ReplicaSet, with a warning that says until when", async () => {
    const { answer, record } = await review(podOf(chainOf(replicaSet(old), deployment(old))));
    expect(answer.response.allowed).toBe(true);
    expect(answer.response.warnings?.join("\n")).toContain("[pinned-image, let in until 2027-01-31T00:00:00Z]");
    expect(answer.response.auditAnnotations.inherited).toContain("pinned-image spec.containers[0].image (app)");
    expect(record.findings).toContainEqual({
      rule: "pinned-image",
      count: 1,
      level: "warning",
      outcome: "violation",
      inherited: true,
    });
  });

  it("a Pod of a new ReplicaSet of an old Deployment, as after a restart", async () => {
    const chain = chainOf(replicaSet(now.getTime()), deployment(old));
    expect((await review(podOf(chain))).record.allowed).toBe(true);
  });

  it("that ReplicaSet itself", async () => {
    const owner = deployment(old);
    const request = made({ group: "apps", kind: "ReplicaSet" }, owner, account("deployment"), {
      spec: { template: template(bad) },
    });
    expect((await review([request, { ...noFacts(), owners: chainOf(owner) }])).record.allowed).toBe(true);
  });

  it("a Job of an old CronJob, and its Pod", async () => {
    const jobSpec = { template: template({ ...bad, restartPolicy: "Never" }) };
    const cronJob = live("CronJob", { spec: { jobTemplate: { spec: jobSpec } } }, old, "batch");
    const job = made({ group: "batch", kind: "Job" }, cronJob, account("cronjob"), { spec: jobSpec });
    expect((await review([job, { ...noFacts(), owners: chainOf(cronJob) }])).record.allowed).toBe(true);
    const nearest = live("Job", { spec: jobSpec }, now.getTime(), "batch");
    const one = podOf(chainOf(nearest, cronJob), { ...bad, restartPolicy: "Never" }, account("job"));
    expect((await review(one)).record.allowed).toBe(true);
  });

  it("for ever where no end is set", async () => {
    const namespaces = [{ match: "ml", mode: "enforce", since } as const];
    const { answer } = await review(podOf(chainOf(replicaSet(old))), { namespaces }, new Date("2099-01-01"));
    expect(answer.response.allowed).toBe(true);
    expect(answer.response.warnings?.join("\n")).toContain("[pinned-image, from before enforcement]");
  });
});

describe("and nothing else does", () => {
  const other = spec("registry.example.com/other:latest");
  it.each<[string, [AdmissionRequest, ReviewFacts]]>([
    ["a Pod of a Deployment that came later", podOf(chainOf(replicaSet(now.getTime()), deployment(now.getTime())))],
    ["one at the very moment", podOf(chainOf(replicaSet(Date.parse(since))))],
    ["one of which it is not known since when it is there", podOf(chainOf(replicaSet(Number.NaN)))],
    ["a Pod that has what its template has not: an image", podOf(chainOf(replicaSet(old)), other)],
    [
      "a field of a container",
      podOf(chainOf(replicaSet(old)), spec("registry.example.com/ocr:latest", { name: "second" })),
    ],
    [
      "a new ReplicaSet's violation that its old Deployment has not any more",
      podOf(chainOf(replicaSet(now.getTime()), deployment(old, other))),
    ],
    ["what somebody else says is an old ReplicaSet's", podOf(chainOf(replicaSet(old)), bad, "mallory")],
    ["what the account of another controller says", podOf(chainOf(replicaSet(old)), bad, account("job"))],
    ["what was not looked up", [podOf(chainOf(replicaSet(old)))[0], noFacts()]],
  ])("%s", async (_, given) => {
    const { answer } = await review(given);
    expect(answer.response.allowed).toBe(false);
  });

  it("nothing in a namespace without a time", async () => {
    const namespaces = [{ match: "ml", mode: "enforce" } as const];
    expect((await review(podOf(chainOf(replicaSet(old))), { namespaces })).record.allowed).toBe(false);
  });

  it("nothing by an entry that comes behind another", async () => {
    const namespaces = [{ match: "m*", mode: "enforce" } as const, { match: "ml", mode: "enforce", since } as const];
    expect((await review(podOf(chainOf(replicaSet(old))), { namespaces })).record.allowed).toBe(false);
  });

  it("nothing after the end, and that is said", async () => {
    const { answer } = await review(podOf(chainOf(replicaSet(old))), {}, new Date(until));
    expect(answer.response.allowed).toBe(false);
    expect(answer.response.status?.message).toContain("that was let in until 2027-01-31T00:00:00Z at most");
  });

  it("nothing with onUpdate: all, and that is said", async () => {
    const namespaces = [{ match: "ml", mode: "enforce", since } as const];
    const { answer } = await review(podOf(chainOf(replicaSet(old))), { namespaces, onUpdate: "all" });
    expect(answer.response.allowed).toBe(false);
    expect(answer.response.status?.message).toContain("admission.onUpdate: all denies that, too");
  });

  it("nothing is denied because an owner could not be looked up: that is an error, by onError", async () => {
    const [request, facts] = podOf(chainOf(replicaSet(now.getTime())));
    const owners: OwnerChain = {
      ...chainOf(replicaSet(now.getTime())),
      state: "unknown",
      why: said("Deployment ocr: no answer"),
    };
    const failed = await review([request, { ...facts, owners }]);
    expect(failed.record).toMatchObject({ outcome: "failed", reason: "Deployment ocr: no answer" });
    expect(
      (
        await review([request, { ...facts, owners }], {
          namespaces: [{ match: "ml", mode: "enforce", since }],
          onError: "allow",
        })
      ).record.allowed,
    ).toBe(true);
  });
});

describe("every violation that a template can have is known again in its Pods", () => {
  const folder = join(import.meta.dirname, "../../fixtures/rules");
  // What its schema refuses the API server stores neither in a template nor in a Pod.
  const rules = readdirSync(folder).filter((rule) => rule !== "schema");
  const cases = rules.flatMap((rule) =>
    readdirSync(join(folder, rule))
      .filter((file) => /^bad.*\.ya?ml$/.test(file))
      .flatMap((file) =>
        parseFile(readFileSync(join(folder, rule, file)), "yaml").documents.flatMap(
          ({ value }, index): [string, JsonObject][] =>
            isObject(value) && value.kind === "Deployment" ? [[`${rule}/${file} ${index}`, value]] : [],
        ),
      ),
  );

  it("there are some", () => {
    expect(cases.length).toBeGreaterThan(20);
  });

  it.each(cases)("%s", async (_, object) => {
    const given = valueAt(object, ["spec", "template"]);
    const owner = live("Deployment", object, old);
    const middle = live("ReplicaSet", { spec: { template: given ?? {} } }, now.getTime());
    const request = made(pod, middle, account("replicaset"), objectOf(given));
    const { answer } = await review([request, { ...noFacts(), owners: chainOf(middle, owner) }], {
      onNotJudged: "deny",
    });
    expect(answer.response.status?.message ?? "let in").toBe("let in");
  });
});
