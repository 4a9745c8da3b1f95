import type { JsonObject } from "../../src/json/value.ts";

interface Meta {
  readonly uid?: string;
  readonly owner?: JsonObject;
  readonly labels?: JsonObject;
  readonly annotations?: JsonObject;
}

/** An ownerReference to an object, as controllers set it. */
export function controlledBy(apiVersion: string, kind: string, name: string, uid: string): JsonObject {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

function metadata(namespace: string, name: string, { uid, owner, labels, annotations }: Meta): JsonObject {
  return {
    namespace,
    name,
    ...(uid === undefined ? {} : { uid }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(owner === undefined ? {} : { ownerReferences: [owner] }),
  };
}

export const goodImage: string = `registry.example.com/app@sha256:${"a".repeat(64)}`;

/** A container that no rule of the profile "recommended" has anything against, but for its image. */
function container(image: string): JsonObject {
  return {
    name: "app",
    image,
    resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } },
    securityContext: { allowPrivilegeEscalation: false },
  };
}

function podSpec(image: string): JsonObject {
  return { securityContext: { runAsNonRoot: true, runAsUser: 1000 }, containers: [container(image)] };
}

const labels = { app: "web" };

export function namespace(name: string, more: JsonObject = {}): JsonObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, ...more } };
}

/** Isolates all pods of a namespace. */
export function isolation(namespace: string): JsonObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace, name: "isolation" },
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  };
}

export function deployment(namespace: string, name: string, image: string, meta: Meta = {}): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(namespace, name, meta),
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec(image) } },
    status: { replicas: 1 },
  };
}

export function replicaSet(namespace: string, name: string, image: string, meta: Meta = {}): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: metadata(namespace, name, meta),
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec(image) } },
  };
}

export function pod(namespace: string, name: string, image: string, meta: Meta = {}): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata(namespace, name, { labels, ...meta }),
    spec: podSpec(image),
  };
}
