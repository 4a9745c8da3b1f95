import { expect, it, vi } from "vitest";
import type { OwnedObject } from "../../src/admission/owner-chain.ts";
import { ApiError } from "../../src/cluster/api-error.ts";
import { OwnerLookup } from "../../src/cluster/owner-lookup.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { MAKES, makesOf } from "../../src/kinds/owner-kinds.ts";

const REPLICA_SET = "/apis/apps/v1/namespaces/ml/replicasets/ocr-7d9f";
const DEPLOYMENT = "/apis/apps/v1/namespaces/ml/deployments/ocr";

function object(kind: string, name: string, uid: string, controller?: OwnedObject["controller"]): JsonObject {
  const metadata = {
    name,
    uid,
    creationTimestamp: "2026-11-24T12:00:00Z",
    managedFields: [{ manager: "x" }],
    ...(controller === undefined ? {} : { ownerReferences: [{ ...controller, controller: true }] }),
  };
  return { apiVersion: "apps/v1", kind, metadata, spec: { replicas: 1 }, status: { replicas: 1 } };
}

function reference(kind: string, name: string, uid: string, apiVersion = "apps/v1"): OwnedObject["controller"] {
  return { apiVersion, kind, name, uid };
}

const replicaSet = reference("ReplicaSet", "ocr-7d9f", "rs");
const deployment = reference("Deployment", "ocr", "d");
const pod: OwnedObject = { kind: "/Pod", namespace: "ml", controller: replicaSet };

/** A cluster that holds these objects, by their paths. */
function given(objects: { readonly [path: string]: JsonObject | Error }) {
  const get = vi.fn(async (path: string): Promise<JsonObject> => {
    const found = objects[path];
    if (found === undefined) throw new ApiError(404, { reason: "NotFound" });
    if (found instanceof Error) throw found;
    return found;
  });
  return { get, lookup: new OwnerLookup({ get }) };
}

const soon = (): AbortSignal => AbortSignal.timeout(1000);

it("follows controllers to the topmost, and asks once while an answer is fresh", async () => {
  const { get, lookup } = given({
    [REPLICA_SET]: object("ReplicaSet", "ocr-7d9f", "rs", deployment),
    [DEPLOYMENT]: object("Deployment", "ocr", "d"),
  });
  const chain = await lookup.chain(pod, MAKES, soon());
  expect(chain).toMatchObject({ state: "complete", why: null });
  expect(chain.owners.map(({ kind, name, uid }) => `${kind} ${name} ${uid}`)).toEqual([
    "ReplicaSet ocr-7d9f rs",
    "Deployment ocr d",
  ]);
  expect(chain.owners[1]).toMatchObject({
    ...{ group: "apps", version: "v1", namespace: "ml", createdAt: Date.parse("2026-11-24T12:00:00Z") },
    object: { spec: { replicas: 1 } },
  });
  expect(chain.owners[1]?.object).not.toHaveProperty("status");
  expect(chain.owners[1]?.object.metadata).not.toHaveProperty("managedFields");
  await Promise.all([lookup.chain(pod, MAKES, soon()), lookup.chain(pod, MAKES, soon())]);
  expect(get).toHaveBeenCalledTimes(2);
});

it("asks once for all who ask at once", async () => {
  const { get, lookup } = given({ [REPLICA_SET]: object("ReplicaSet", "ocr-7d9f", "rs") });
  await Promise.all([1, 2, 3].map(() => lookup.chain(pod, MAKES, soon())));
  expect(get).toHaveBeenCalledTimes(1);
});

it.each([
  ["that is not there", {}, []],
  ["of another uid", { [REPLICA_SET]: object("ReplicaSet", "ocr-7d9f", "other") }, []],
  [
    "behind the controller that is not there",
    { [REPLICA_SET]: object("ReplicaSet", "ocr-7d9f", "rs", deployment) },
    ["rs"],
  ],
  [
    "behind the controller of a kind that makes no such objects",
    { [REPLICA_SET]: object("ReplicaSet", "ocr-7d9f", "rs", reference("Job", "j", "j", "batch/v1")) },
    ["rs"],
  ],
])("is broken at an owner %s", async (_, objects, owners) => {
  const chain = await given(objects).lookup.chain(pod, MAKES, soon());
  expect(chain.state).toBe("broken");
  expect(chain.owners.map(({ uid }) => uid)).toEqual(owners);
});

it("is broken where owners own one another", async () => {
  const leader = reference("Pod", "leader", "p", "v1");
  const workers = reference("StatefulSet", "workers", "s");
  const { get, lookup } = given({
    "/apis/apps/v1/namespaces/ml/statefulsets/workers": object("StatefulSet", "workers", "s", leader),
    "/api/v1/namespaces/ml/pods/leader": object("Pod", "leader", "p", workers),
  });
  const chain = await lookup.chain({ kind: "/Pod", namespace: "ml", controller: workers }, MAKES, soon());
  expect(chain).toMatchObject({ state: "broken", why: { en: "its owners own one another" } });
  expect(get).toHaveBeenCalledTimes(2);
});

it("asks once where a kind is that the configuration names, and follows it there", async () => {
  const makes = makesOf([{ "example.com/Fleet": ["/Pod"], "example.com/Navy": ["/Pod"] }]);
  const navy = { apiVersion: "example.com/v1", kind: "Navy", name: "north", uid: "n" };
  const fleet = { ...navy, kind: "Fleet", uid: "f" };
  const resources = [
    { name: "navies", kind: "Navy", namespaced: false, verbs: ["get"] },
    { name: "fleets", kind: "Fleet", namespaced: true, verbs: ["get"] },
    { name: "fleets/status", kind: "Fleet", namespaced: true, verbs: ["get"] },
  ];
  const { get, lookup } = given({
    "/apis/example.com/v1": { resources },
    "/apis/example.com/v1/navies/north": object("Navy", "north", "n"),
    "/apis/example.com/v1/namespaces/ml/fleets/north": object("Fleet", "north", "f"),
  });
  for (const controller of [navy, fleet, navy]) {
    expect(await lookup.chain({ ...pod, controller }, makes, soon())).toMatchObject({ state: "complete" });
  }
  expect(get.mock.calls.filter(([path]) => path === "/apis/example.com/v1")).toHaveLength(2);
});

it.each([
  ["a kind that makes no Pods", reference("Deployment", "ocr", "d")],
  ["a kind that nobody knows", reference("Secret", "root", "s", "v1")],
  ["a name that leads elsewhere", reference("ReplicaSet", "../../../secrets/root", "rs")],
  ["a version that leads elsewhere", reference("ReplicaSet", "ocr", "rs", "apps/../../api/v1")],
])("asks the cluster about nothing for %s", async (_, controller) => {
  const { get, lookup } = given({});
  expect(await lookup.chain({ ...pod, controller }, MAKES, soon())).toMatchObject({ owners: [], state: "broken" });
  expect(get).not.toHaveBeenCalled();
});

it("asks again soon about what was not there, and at once about what has another uid", async () => {
  const objects: { [path: string]: JsonObject } = { [REPLICA_SET]: object("ReplicaSet", "ocr-7d9f", "old") };
  const { lookup } = given(objects);
  expect(await lookup.chain(pod, MAKES, soon())).toMatchObject({ state: "broken" });
  objects[REPLICA_SET] = object("ReplicaSet", "ocr-7d9f", "rs");
  expect(await lookup.chain(pod, MAKES, soon())).toMatchObject({ state: "complete" });
});

it("does not know what the cluster does not say in time, or refuses", async () => {
  const silent = new OwnerLookup({ get: () => new Promise(() => {}) });
  expect(await silent.chain(pod, MAKES, AbortSignal.timeout(10))).toEqual({
    owners: [],
    state: "unknown",
    why: {
      en: "ReplicaSet ocr-7d9f could not be looked up: the API server did not answer in time",
      zh: "无法查询 ReplicaSet ocr-7d9f：API server 未及时应答",
    },
  });
  const { lookup } = given({ [REPLICA_SET]: new ApiError(403, { reason: "Forbidden", message: "no" }) });
  expect(await lookup.chain(pod, MAKES, soon())).toMatchObject({
    state: "unknown",
    why: {
      en: "ReplicaSet ocr-7d9f could not be looked up: 403 Forbidden: no",
      zh: "无法查询 ReplicaSet ocr-7d9f：“403 Forbidden: no”",
    },
  });
});
