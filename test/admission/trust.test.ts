import { describe, expect, it } from "vitest";
import type { AdmissionRequest } from "../../src/admission/admission-review.ts";
import { ownerOf } from "../../src/admission/owner.ts";
import type { LiveOwner, OwnerChain } from "../../src/admission/owner-chain.ts";
import { noFacts } from "../../src/admission/review-facts.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { admissionSettings, type WrittenAdmission } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { OPERATORS } from "../../src/kinds/operators.ts";
import type { ControllerReference } from "../../src/resources/controller-reference.ts";
import { groupAndVersion } from "../../src/resources/kind-key.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { today } from "./review-cases.ts";
import { said } from "./said.ts";

const loaded = await loadConfiguration({
  cwd: import.meta.dirname,
  root: import.meta.dirname,
  catalogue: loadCatalogue(),
});
const account = (name: string): string => `system:serviceaccount:${name.replace("/", ":")}`;
const PADDLE_JOB = { apiVersion: "batch.paddlepaddle.org/v1", kind: "PaddleJob", name: "train", uid: "job" };
const REPLICA_SET = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "ocr-7d9f", uid: "rs" };
const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", name: "ocr", uid: "deploy" };

/** A Pod with nothing wrong but that it has no probes, which is for its controller to say. */
function pod(owner: ControllerReference, image = "registry.example.com/paddle-ocr:2.6.1"): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "ml", ownerReferences: [{ ...owner, controller: true }] },
    spec: {
      containers: [
        {
          name: "ocr",
          image,
          ports: [{ containerPort: 8080 }],
          securityContext: { runAsNonRoot: true, runAsUser: 1000 },
          resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "1", memory: "2Gi" } },
        },
      ],
    },
  };
}

function live({ apiVersion, kind, name, uid }: ControllerReference): LiveOwner {
  return { ...groupAndVersion(apiVersion), kind, namespace: "ml", name, uid, createdAt: 0, object: {} };
}

const found = (...owners: ControllerReference[]): OwnerChain => ({
  owners: owners.map(live),
  state: "complete",
  why: null,
});
const broken: OwnerChain = { owners: [], state: "broken", why: said("there is no such object") };
const unknown: OwnerChain = { owners: [], state: "unknown", why: said("PaddleJob train could not be looked up: 503") };

interface Asked {
  readonly user: string;
  readonly object: JsonObject;
  readonly old?: JsonObject;
  readonly owners?: OwnerChain;
  readonly admission?: WrittenAdmission;
  readonly kind?: AdmissionRequest["kind"];
}

async function review({ user, object, old, owners, admission, kind }: Asked) {
  const settings = admissionSettings([{ mode: "enforce" }, admission ?? {}]);
  const { rules, ...rest } = loaded;
  const configuration = { ...rest, admission: settings, rules: { ...rules, "network-policy": off } };
  const reviewer = await Reviewer.prepare({ configuration, language: "en", bundles: [], kubernetesVersion: "1.34" });
  const request: AdmissionRequest = {
    uid: "1",
    operation: old === undefined ? "CREATE" : "UPDATE",
    kind: kind ?? { group: "", version: "v1", kind: "Pod" },
    subResource: null,
    namespace: "ml",
    name: "p",
    user: { name: user, groups: [] },
    dryRun: false,
    object,
    oldObject: old ?? null,
  };
  const facts = owners === undefined || reviewer.owned(request) === null ? noFacts() : { ...noFacts(), owners };
  const { answer, record, untrusted } = reviewer.review(request, facts, today);
  const { status, warnings = [] } = answer.response;
  return {
    asksForOwners: reviewer.owned(request) !== null,
    denied: (status?.details?.causes ?? []).map(({ reason }) => reason),
    status: status?.code,
    message: status?.message ?? "",
    warnings,
    outcome: record.outcome,
    untrusted,
    known: ownerOf(request, reviewer.trust, facts.owners)?.known,
  };
}

const off = { level: "off", scope: "workload", parameters: {} } as const;
const trusted: WrittenAdmission = { operators: { presets: ["paddle-operator"] } };
const OPERATOR = account("paddle-system/paddle-manager-sa");
const REPLICAS = account("kube-system/replicaset-controller");

describe("an operator", () => {
  it("is trusted where the configuration names it, by preset or by name, for what it makes alone", async () => {
    const object = pod(PADDLE_JOB);
    const owners = found(PADDLE_JOB);
    const denied = async (user: string, admission: WrittenAdmission) =>
      (await review({ user, object, owners, admission })).denied;
    expect(await denied(OPERATOR, trusted)).toEqual([]);
    expect(await denied(OPERATOR, {})).toEqual(["probe-delays"]);
    const other = account("ops/paddle");
    expect(await denied(other, trusted)).toEqual(["probe-delays"]);
    const like = { operators: { serviceAccounts: [{ name: "ops/paddle", like: "paddle-operator" }] } };
    expect(await denied(other, like)).toEqual([]);
    const named = (owner: string, made: string): WrittenAdmission => ({
      operators: { serviceAccounts: [{ name: "ops/paddle", owners: [owner], makes: [made] }] },
    });
    expect(await denied(other, named("batch.paddlepaddle.org/PaddleJob", "Pod"))).toEqual([]);
    expect(await denied(other, named("batch.paddlepaddle.org/PaddleJob", "batch/Job"))).toEqual(["probe-delays"]);
    expect(await denied(other, named("kubeflow.org/PaddleJob", "Pod"))).toEqual(["probe-delays"]);
    expect(await denied("ops/paddle", like)).toEqual(["probe-delays"]);
  });

  it("of a kind that nobody knows is trusted by the kinds that the configuration says", async () => {
    const fleet = { apiVersion: "example.com/v1", kind: "Fleet", name: "north", uid: "f" };
    const admission = {
      operators: { serviceAccounts: [{ name: "f/f", owners: ["example.com/Fleet"], makes: ["Pod"] }] },
    };
    const asked = { user: account("f/f"), object: pod(fleet), owners: found(fleet) };
    expect((await review({ ...asked, admission })).denied).toEqual([]);
    expect((await review(asked)).denied).toEqual(["probe-delays"]);
  });

  it("is denied what its owner does not explain: an owner that is not there, and images in any case", async () => {
    const asked = { user: OPERATOR, admission: trusted };
    expect((await review({ ...asked, object: pod(PADDLE_JOB), owners: broken })).denied).toEqual(["probe-delays"]);
    const object = pod(PADDLE_JOB, "registry.example.com/paddle-ocr:latest");
    expect((await review({ ...asked, object, owners: found(PADDLE_JOB) })).denied).toEqual(["pinned-image"]);
  });

  it("is nobody without a cluster to look its owners up in, whereas Kubernetes' own controllers are believed", async () => {
    expect((await review({ user: OPERATOR, admission: trusted, object: pod(PADDLE_JOB) })).denied).toEqual([
      "probe-delays",
    ]);
    expect((await review({ user: REPLICAS, object: pod(REPLICA_SET) })).denied).toEqual([]);
    expect((await review({ user: "system:kube-controller-manager", object: pod(REPLICA_SET) })).denied).toEqual([]);
  });

  it("is nobody without a cluster for the kinds of Kubernetes, too", async () => {
    const object = { ...pod({ apiVersion: "v1", kind: "Pod", name: "leader", uid: "l" }), kind: "StatefulSet" };
    const asked = {
      object,
      user: account("lws-system/lws-controller-manager"),
      admission: { operators: { presets: ["lws"] } },
    };
    const reviewed = await review({ ...asked, kind: { group: "apps", version: "v1", kind: "StatefulSet" } });
    expect(reviewed).toMatchObject({ asksForOwners: true, known: false });
  });

  it("is not told of a kind that would act on a terminal", async () => {
    const odd = { apiVersion: "example.com/v1", kind: "Fleet\u001b[2J\nfix: nothing", name: "x", uid: "f" };
    const { message, untrusted } = await review({ user: account("f/f"), object: pod(odd) });
    expect(untrusted).toBeUndefined();
    expect(message).not.toContain("\u001b");
  });

  it("that is not trusted is told how it would be, in the denial and to whoever watches the server", async () => {
    const { message, untrusted } = await review({ user: OPERATOR, object: pod(PADDLE_JOB) });
    expect(message).toContain("Pod ml/p (of PaddleJob train) has 1 violation:");
    expect(message.split("\n").at(-1)).toBe(
      "If paddle-system/paddle-manager-sa is an operator of yours, an administrator may trust it: " +
        "admission.operators.presets: [paddle-operator]",
    );
    expect(untrusted).toMatchObject({ account: "paddle-system/paddle-manager-sa", owned: { namespace: "ml" } });
    const elsewhere = await review({
      user: account("ops/paddle"),
      object: pod(PADDLE_JOB),
      admission: { mode: "warn" },
    });
    expect(elsewhere.untrusted?.setting).toBe(
      "admission.operators.serviceAccounts: [{name: ops/paddle, like: paddle-operator}]",
    );
    expect(elsewhere.warnings.at(-1)).toMatch(
      /^Pod\/p judged whole: ops\/paddle is not trusted to be the controller of/,
    );
    for (const user of ["alice", REPLICAS]) {
      expect(
        (await review({ user, object: pod(user === REPLICAS ? REPLICA_SET : PADDLE_JOB) })).untrusted,
      ).toBeUndefined();
    }
  });
});

describe("a controller of Kubernetes", () => {
  it.each([
    ["of another kind", account("kube-system/job-controller")],
    ["of a name that ends like one", account("kube-system/my-replicaset-controller")],
    ["of another namespace", account("team/replicaset-controller")],
    ["that is no service account", "replicaset-controller"],
  ])("%s is nobody", async (_, user) => {
    const answered = await review({ user, object: pod(REPLICA_SET), owners: found(REPLICA_SET, DEPLOYMENT) });
    expect(answered).toMatchObject({ denied: ["probe-delays"], asksForOwners: false });
  });

  it("is believed for the owner that is there, by its uid", async () => {
    const asked = { user: REPLICAS, object: pod(REPLICA_SET) };
    expect((await review({ ...asked, owners: found(REPLICA_SET, DEPLOYMENT) })).denied).toEqual([]);
    expect((await review({ ...asked, owners: broken })).denied).toEqual(["probe-delays"]);
    expect((await review({ ...asked, owners: found({ ...REPLICA_SET, uid: "x" }) })).denied).toEqual(["probe-delays"]);
  });
});

describe("an owner that could not be looked up", () => {
  it("is answered as onError says, where anything hangs on it", async () => {
    const asked = { user: OPERATOR, object: pod(PADDLE_JOB), owners: unknown };
    const denied = await review({ ...asked, admission: trusted });
    expect(denied).toMatchObject({ status: 500, outcome: "failed" });
    expect(denied.message).toBe("paddlock could not judge this request: PaddleJob train could not be looked up: 503");
    const allowed = await review({ ...asked, admission: { ...trusted, onError: "allow" } });
    expect(allowed).toMatchObject({ status: undefined, outcome: "failed" });
    const { spec, ...rest } = pod(PADDLE_JOB);
    const unmarked = { ...rest, spec: JSON.parse(JSON.stringify(spec).replaceAll("paddle-ocr", "web")) };
    expect(await review({ ...asked, object: unmarked, admission: trusted })).toMatchObject({
      ...{ status: undefined, outcome: "judged" },
    });
  });
});

describe("an update", () => {
  const changed = (object: JsonObject): JsonObject => ({
    ...object,
    metadata: { ...(object.metadata as JsonObject), labels: { a: "b" } },
  });

  it("keeps what the controller made only while the owner is there", async () => {
    const old = pod(REPLICA_SET);
    const asked = { user: "alice", old, object: changed(old), admission: { onUpdate: "all" } as const };
    expect((await review({ ...asked, owners: found(REPLICA_SET) })).denied).toEqual([]);
    expect((await review({ ...asked, owners: broken })).denied).toEqual(["probe-delays"]);
    expect(await review({ ...asked, owners: unknown })).toMatchObject({ outcome: "failed" });
  });

  it("that brings an owner gains nothing", async () => {
    const { metadata, ...rest } = pod(REPLICA_SET);
    const old = { ...rest, metadata: { name: "p", namespace: "ml" } };
    const object = changed({ ...rest, metadata: metadata ?? {} });
    const answered = await review({
      user: "alice",
      old,
      object,
      owners: found(REPLICA_SET),
      admission: { onUpdate: "all" },
    });
    expect(answered).toMatchObject({ denied: ["probe-delays"], asksForOwners: false });
  });
});

it("names in its schema the operators that there are", async () => {
  const { default: schema } = await import("../../schemas/config.schema.json", { with: { type: "json" } });
  expect(schema.definitions.operator.enum).toEqual(OPERATORS.map(({ preset }) => preset));
});
