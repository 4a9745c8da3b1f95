import type { JsonObject, JsonValue } from "../../../src/json/value.ts";

/** The kinds of the core tests: built-in ones, and two that operators bring. */
export const WORKLOAD_KINDS = ["Deployment", "Pod", "CronJob", "PaddleJob", "InferenceService"] as const;
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** A pod's specification whose fields a test may replace. */
export interface PodSpec {
  [field: string]: JsonValue;
  containers: Container[];
  volumes: JsonValue[];
}

export interface Container {
  [field: string]: JsonValue;
}

const PROBE = { httpGet: { path: "/health", port: 8080 } };

/** A pod that serves a Paddle model, with which every rule agrees. */
export function goodPod(): PodSpec {
  return {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "ocr",
        image: "registry.example.com/vision/paddle-ocr:2.6.1",
        env: [{ name: "MODEL_DIR", value: "/models" }],
        ports: [{ containerPort: 8080 }],
        resources: {
          requests: { cpu: "2", memory: "8Gi" },
          limits: { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "1" },
        },
        startupProbe: { ...PROBE, periodSeconds: 10, failureThreshold: 30 },
        livenessProbe: { ...PROBE, initialDelaySeconds: 60, periodSeconds: 30 },
        readinessProbe: { ...PROBE, initialDelaySeconds: 30, periodSeconds: 10 },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [{ name: "models", mountPath: "/models", readOnly: true }],
      },
    ],
    volumes: [{ name: "models", persistentVolumeClaim: { claimName: "models" } }],
  };
}

/** The pod of a job: it serves nobody, so it has no probes, and it writes what it makes to the claim. */
export function goodJobPod(): PodSpec {
  const pod = goodPod();
  const [container] = pod.containers;
  if (container === undefined) throw new Error("no container");
  const { startupProbe, livenessProbe, readinessProbe, ports, volumeMounts, ...rest } = container;
  const command = ["python", "-m", "paddle.distributed.launch", "train.py", "--save_dir", "/models/out"];
  return {
    ...pod,
    restartPolicy: "Never",
    containers: [{ ...rest, command, volumeMounts: [{ name: "models", mountPath: "/models" }] }],
  };
}

/** Whether a kind's pods run to their end. */
export function runsToItsEnd(kind: WorkloadKind): boolean {
  return kind === "CronJob" || kind === "PaddleJob";
}

/** A workload of a kind around a pod. */
export function workload(kind: WorkloadKind, name: string, namespace: string, pod: PodSpec): JsonObject {
  const metadata = { name, namespace, labels: { app: name } };
  const template = { metadata: { labels: { app: name } }, spec: pod };
  switch (kind) {
    case "Pod":
      return { apiVersion: "v1", kind, metadata, spec: pod };
    case "Deployment":
      return {
        apiVersion: "apps/v1",
        kind,
        metadata,
        spec: { replicas: 2, selector: { matchLabels: { app: name } }, template },
      };
    case "CronJob":
      return {
        apiVersion: "batch/v1",
        kind,
        metadata,
        spec: { schedule: "0 2 * * *", jobTemplate: { spec: { template } } },
      };
    case "PaddleJob":
      return {
        apiVersion: "batch.paddlepaddle.org/v1",
        kind,
        metadata,
        spec: { cleanPodPolicy: "Never", worker: { replicas: 2, template } },
      };
    case "InferenceService":
      return { apiVersion: "serving.kserve.io/v1beta1", kind, metadata, spec: { predictor: pod } };
  }
}

/** A network policy that closes all pods of a namespace but to a gateway, so that rule network-policy is content. */
export function closedNamespacePolicy(namespace: string): JsonObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "from-the-gateway", namespace },
    spec: {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "gateway" } } }] }],
    },
  };
}

/** The claim that the pods mount. */
export function modelClaim(namespace: string): JsonObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "models", namespace },
    spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "20Gi" } } },
  };
}
