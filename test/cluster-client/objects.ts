import type { JsonObject } from "../../src/json/value.ts";
import type { PodQuery } from "../../src/relations/resource-set.ts";

export function namespace(name: string, labels: JsonObject = {}): JsonObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

export function claim(namespace: string, name: string, accessMode = "ReadWriteOnce"): JsonObject {
  const spec = { accessModes: [accessMode], resources: { requests: { storage: "1Gi" } } };
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { namespace, name }, spec };
}

export function service(namespace: string, name: string, selector: JsonObject): JsonObject {
  return { apiVersion: "v1", kind: "Service", metadata: { namespace, name }, spec: { selector } };
}

/** Isolates the pods with these labels, in both directions. */
export function networkPolicy(namespace: string, name: string, matchLabels: JsonObject): JsonObject {
  const spec = { podSelector: { matchLabels }, policyTypes: ["Ingress", "Egress"] };
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { namespace, name }, spec };
}

export function pod(namespace: string | null, labels: JsonObject, claimNames: readonly string[] = []): PodQuery {
  return { namespace, labels, controllerLabels: {}, rendering: "", claimNames };
}
