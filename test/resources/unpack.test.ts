import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/json/value.ts";
import { resourcesOf } from "../../src/resources/unpack.ts";
import { documentOf } from "./read.ts";

const unpack = (value: JsonValue): ReturnType<typeof resourcesOf> => resourcesOf(documentOf(value));

describe("what is a Kubernetes object", () => {
  test.each([[{ a: 1 }], ["text"], [[{ kind: "Pod", apiVersion: "v1" }]], [5], [{ kind: null, apiVersion: null }]])(
    "%j is passed over",
    (value) => expect(unpack(value)).toEqual({ resources: [], passedOver: true }),
  );

  test("an empty document is nothing at all", () => {
    expect(unpack(null)).toEqual({ resources: [], passedOver: false });
  });

  test("an object has its identity, group and version", () => {
    const value = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a", namespace: "ml" } };
    expect(unpack(value).resources).toEqual([
      expect.objectContaining({
        at: [],
        object: value,
        identity: { apiVersion: "apps/v1", kind: "Deployment", namespace: "ml", name: "a" },
        group: "apps",
        version: "v1",
      }),
    ]);
  });

  test("half a type, or one of a wrong kind, is still an object", () => {
    const identities = [{ kind: "Pod" }, { apiVersion: "v2" }, { apiVersion: 1, kind: ["Pod"], metadata: "x" }].map(
      (value) => unpack(value).resources[0]?.identity,
    );
    expect(identities).toEqual([
      { apiVersion: "", kind: "Pod", namespace: null, name: null },
      { apiVersion: "v2", kind: "", namespace: null, name: null },
      { apiVersion: "", kind: "", namespace: null, name: null },
    ]);
  });

  test("an empty namespace is none", () => {
    const value = { apiVersion: "v1", kind: "Pod", metadata: { namespace: "", name: "a" } };
    expect(unpack(value).resources[0]?.identity.namespace).toBeNull();
  });
});

describe("lists", () => {
  test("are unpacked, also within lists, and typed lists give their type", () => {
    const value = {
      apiVersion: "v1",
      kind: "List",
      items: [
        { apiVersion: "v1", kind: "Service", metadata: { name: "s" } },
        { apiVersion: "apps/v1", kind: "DeploymentList", items: [{ metadata: { name: "d" } }, null] },
        "no object",
      ],
    };
    expect(
      unpack(value).resources.map(({ at, identity, object }) => [at, identity.apiVersion, identity.kind, object.kind]),
    ).toEqual([
      [["items", 0], "v1", "Service", "Service"],
      [["items", 1, "items", 0], "apps/v1", "Deployment", "Deployment"],
      [["items", 2], "", "", undefined],
    ]);
  });

  test("an empty list holds nothing, and one without items is an object that the schema reports", () => {
    expect(unpack({ apiVersion: "v1", kind: "List", items: [] })).toEqual({ resources: [], passedOver: false });
    expect(unpack({ apiVersion: "v1", kind: "List" }).resources).toHaveLength(1);
    expect(unpack({ apiVersion: "v1", kind: "List", items: { a: 1 } }).resources).toHaveLength(1);
  });

  test("a thousand lists within each other end", () => {
    let value: JsonValue = { apiVersion: "v1", kind: "Pod" };
    for (let depth = 0; depth < 1000; depth++) value = { apiVersion: "v1", kind: "List", items: [value] };
    expect(unpack(value).resources).toHaveLength(1);
  });
});
