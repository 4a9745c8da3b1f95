import { expect, test } from "vitest";
import { withDropped } from "../../src/facts/schema/applied.ts";
import { objectOf } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { LAST_APPLIED } from "../../src/resources/last-applied.ts";

function service(spec: JsonObject, more: JsonObject = {}): JsonObject {
  return { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "ml" }, spec, ...more };
}

/** The object as it is stored, with what was applied. */
function stored(object: JsonObject, applied: JsonValue): JsonObject {
  const metadata = { ...objectOf(object.metadata), annotations: { [LAST_APPLIED]: JSON.stringify(applied) } };
  return { ...object, metadata };
}

const restored = (object: JsonObject, applied: JsonValue): JsonObject => {
  const { metadata: _, ...rest } = withDropped(stored(object, applied));
  return rest;
};

test("fields that the API server dropped come back, each in its place", () => {
  const applied = service(
    { sesionAffinity: "ClientIP", ports: [{ name: "b", port: 81, protocoll: "TCP" }] },
    { specs: {} },
  );
  const ports = [
    { name: "a", port: 80 },
    { name: "b", port: 81 },
  ];
  expect(restored(service({ ports }), applied)).toEqual({
    apiVersion: "v1",
    kind: "Service",
    specs: {},
    spec: { ports: [ports[0], { ...ports[1], protocoll: "TCP" }], sesionAffinity: "ClientIP" },
  });
});

test("what was changed since stays as it is, and what has no place any more stays away", () => {
  const applied = service({ type: "NodePort", sesionAffinity: "ClientIP", ports: [{ name: "gone", prt: 1 }] });
  const live = service({ type: "ClusterIP", ports: [{ name: "a", port: 80 }] });
  expect(restored(live, applied).spec).toEqual({ ...objectOf(live.spec), sesionAffinity: "ClientIP" });
  const kept = stored(service({ sesionAffinity: "None" }), applied);
  expect(withDropped(kept)).toBe(kept);
});

test("the object is the very same where nothing was dropped, or the copy is of another", () => {
  const live = service({ ports: [{ port: 80 }] });
  const broken = service({ sesionAffinity: "ClientIP" });
  const copies: readonly JsonValue[] = [
    live,
    [broken],
    null,
    { ...broken, kind: "ConfigMap" },
    { ...broken, apiVersion: "serving.knative.dev/v1" },
    { ...broken, metadata: { name: "other" } },
  ];
  for (const copy of copies) {
    const object = stored(live, copy);
    expect(withDropped(object)).toBe(object);
  }
  expect(withDropped(live)).toBe(live);
});

test("a field of a name that is none of ours to set is a field", () => {
  const object = stored(
    service({}),
    JSON.parse('{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"__proto__":{"a":1}}}'),
  );
  const { spec } = withDropped(object);
  expect(Object.getPrototypeOf(spec)).toBe(Object.prototype);
  expect(JSON.stringify(spec)).toBe('{"__proto__":{"a":1}}');
});
