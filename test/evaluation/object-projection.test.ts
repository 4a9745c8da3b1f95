import { expect, test } from "vitest";
import { objectProjection } from "../../src/evaluation/object-projection.ts";

const kept = "kubectl.kubernetes.io/last-applied-configuration";

test("a small kind is given whole", () => {
  const object = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", spec: { text: "x".repeat(20_000) } };
  expect(objectProjection("autoscaling", "HorizontalPodAutoscaler", object)).toBe(object);
  // Another group's kind of the same name is not the core's.
  const other = { kind: "ConfigMap", data: { long: "x".repeat(20_000) } };
  expect(objectProjection("example.com", "ConfigMap", other)).toBe(other);
});

test("of a ConfigMap the long values are left out, and what tools keep of it; its keys stay", () => {
  const object = {
    apiVersion: "v1",
    kind: "ConfigMap",
    immutable: true,
    metadata: { name: "a", managedFields: [{ manager: "m" }], annotations: { [kept]: "{}", note: "n" } },
    data: { short: "x".repeat(8192), long: "x".repeat(8193) },
    binaryData: { picture: "A".repeat(9000) },
  };
  expect(objectProjection("", "ConfigMap", object)).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    immutable: true,
    metadata: { name: "a", annotations: { note: "n" } },
    data: { short: "x".repeat(8192), long: null },
    binaryData: { picture: null },
  });
});

test("of a CustomResourceDefinition the schemas are left out", () => {
  const object = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "apps.example.com" },
    spec: { group: "example.com", versions: [{ name: "v1", served: true, schema: { openAPIV3Schema: {} } }] },
    status: { conditions: [] },
  };
  expect(objectProjection("apiextensions.k8s.io", "CustomResourceDefinition", object)).toEqual({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "apps.example.com" },
    spec: { group: "example.com", versions: [{ name: "v1", served: true }] },
  });
});
