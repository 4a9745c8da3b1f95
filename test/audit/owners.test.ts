import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ListedKind } from "../../src/cluster/audit/audited-kinds.ts";
import type { ObjectKey } from "../../src/cluster/audit/audited-object.ts";
import { Owners } from "../../src/cluster/audit/owners.ts";

function kind(apiVersion: string, name: string, role: ListedKind["role"] = "workload"): ListedKind {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return { group, version, apiVersion, kind: name, plural: `${name}s`, namespaced: true, verbs: ["list"], role };
}

const deployments = kind("apps/v1", "Deployment");
const replicaSets = kind("apps/v1", "ReplicaSet");
const pods = kind("v1", "Pod");
const services = kind("serving.knative.dev/v1", "Service");
const revisions = kind("serving.knative.dev/v1", "Revision", "link");
const known = [services, revisions, deployments, replicaSets, pods];

function key(of: ListedKind, uid: string, owner?: Pick<ObjectKey, "kind" | "uid">): ObjectKey {
  const controller =
    owner === undefined
      ? null
      : { apiVersion: owner.kind.apiVersion, kind: owner.kind.kind, name: owner.uid, uid: owner.uid };
  return { kind: of, namespace: "ml", name: uid, uid, controller };
}

describe("the top of a family", () => {
  test("is the topmost owner that was met, the same for all of it", () => {
    const owners = new Owners(known);
    const family = [
      key(deployments, "d"),
      key(replicaSets, "rs", { kind: deployments, uid: "d" }),
      key(pods, "p", { kind: replicaSets, uid: "rs" }),
    ];
    for (const each of family) owners.add(each);
    expect(family.map((each) => owners.top(each))).toEqual(["d", "d", "d"]);
  });

  test("is the object itself where its owner is not there, in another namespace, or itself", () => {
    const owners = new Owners(known);
    const orphan = key(replicaSets, "rs", { kind: deployments, uid: "gone" });
    const self = key(pods, "self", { kind: pods, uid: "self" });
    const elsewhere = { ...key(pods, "p", { kind: replicaSets, uid: "rs" }), namespace: "other" };
    for (const each of [orphan, self, elsewhere]) owners.add(each);
    expect([orphan, self, elsewhere].map((each) => owners.top(each))).toEqual(["rs", "self", "p"]);
    const one = key(pods, "one", { kind: pods, uid: "two" });
    const two = key(pods, "two", { kind: pods, uid: "one" });
    for (const each of [one, two]) owners.add(each);
    expect([one, two].map((each) => owners.top(each))).toEqual(["one", "two"]);
  });
});

describe("standing", () => {
  test("is to be judged without a controller, and with one of a kind that is not listed", () => {
    const owners = new Owners(known);
    expect(owners.add(key(pods, "alone"))).toBe("judge");
    expect(owners.add(key(pods, "of-an-operator", { kind: kind("example.com/v1", "App"), uid: "app" }))).toBe("judge");
  });

  test("is covered by an owner that was met", () => {
    const owners = new Owners(known);
    owners.add(key(deployments, "d"));
    expect(owners.add(key(replicaSets, "rs", { kind: deployments, uid: "d" }))).toBe("covered");
    expect(owners.add(key(pods, "p", { kind: replicaSets, uid: "rs" }))).toBe("covered");
  });

  test("looks at the group of a kind, and not at its version", () => {
    const owners = new Owners(known);
    owners.add(key(deployments, "d"));
    const beta = kind("apps/v1beta1", "Deployment");
    expect(owners.add(key(replicaSets, "rs", { kind: beta, uid: "d" }))).toBe("covered");
    const other = kind("example.com/v1", "Deployment");
    expect(owners.add(key(replicaSets, "rs2", { kind: other, uid: "d" }))).toBe("judge");
  });

  test("is undecided until the owner is met", () => {
    const owners = new Owners(known);
    const replicaSet = key(replicaSets, "rs", { kind: deployments, uid: "d" });
    expect(owners.add(replicaSet)).toBe("undecided");
    owners.add(key(deployments, "d"));
    expect(owners.standing(replicaSet)).toBe("covered");
  });

  test("is to be judged where the owner's kind cannot be listed", () => {
    const owners = new Owners(known);
    owners.withdraw(replicaSets);
    expect(owners.add(key(pods, "p", { kind: replicaSets, uid: "rs" }))).toBe("judge");
  });

  test("goes through a revision to what made it, and a revision alone covers nothing", () => {
    const owners = new Owners(known);
    owners.add(key(services, "ksvc"));
    expect(owners.add(key(revisions, "rev", { kind: services, uid: "ksvc" }))).toBe("covered");
    expect(owners.add(key(deployments, "d", { kind: revisions, uid: "rev" }))).toBe("covered");
    expect(owners.add(key(revisions, "orphan"))).toBe("covered");
    expect(owners.add(key(deployments, "d2", { kind: revisions, uid: "orphan" }))).toBe("undecided");
  });

  test("is never covered by oneself, at whatever distance", () => {
    const owners = new Owners(known);
    const self = key(pods, "self", { kind: pods, uid: "self" });
    expect(owners.add(self)).toBe("undecided");
    const first = key(replicaSets, "a", { kind: pods, uid: "b" });
    const second = key(pods, "b", { kind: replicaSets, uid: "a" });
    expect(owners.add(first)).toBe("undecided");
    expect(owners.add(second)).toBe("undecided");
    expect(owners.standing(first)).toBe("undecided");
  });
});

test("whatever the order, an object is covered if and only if its owner is there", () => {
  // A forest: each object's owner is one of those before it, is missing, or is nobody.
  const parents = fc.array(fc.oneof(fc.nat(), fc.constantFrom("nobody", "missing")), { minLength: 1, maxLength: 30 });
  const forests = parents.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray([...list.keys()], { minLength: list.length })),
  );
  fc.assert(
    fc.property(forests, ([list, order]) => {
      const owners = new Owners([replicaSets]);
      const keys = list.map((parent, index) => {
        if (parent === "nobody" || (typeof parent === "number" && index === 0)) return key(replicaSets, `o${index}`);
        const uid = typeof parent === "number" ? `o${parent % index}` : `gone${index}`;
        return key(replicaSets, `o${index}`, { kind: replicaSets, uid });
      });
      for (const index of order) owners.add(keys[index] ?? key(replicaSets, "none"));
      for (const { uid, controller } of keys) {
        const there = controller !== null && !controller.uid.startsWith("gone");
        const depth = depthOf(uid, keys);
        const expected = controller === null ? "judge" : there && depth <= 15 ? "covered" : "undecided";
        if (depth <= 15) expect(owners.standing({ uid, namespace: "ml", controller })).toBe(expected);
      }
    }),
  );
});

function depthOf(uid: string, keys: readonly ObjectKey[]): number {
  const owner = keys.find((each) => each.uid === uid)?.controller?.uid;
  return owner === undefined ? 0 : 1 + depthOf(owner, keys);
}
