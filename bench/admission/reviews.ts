import type { JsonObject } from "../../src/json/value.ts";

/** A body that the API server might send, and what is to become of it. */
export interface Review {
  readonly uid: string;
  readonly body: string;
  /** Whether it breaks none of the six core rules. */
  readonly allowed: boolean;
}

/** Every fifth review breaks a rule; of five, three are of Deployments and two of Pods. */
export const reviewCount = 20;
export const deniedCount = 4;
export const reviewNamespace = "ml-07";

/** The reviews that loads are made of: CREATE, 4 to 6 KB, defaulted as objects are when a validating webhook sees them. */
export function reviews(): Review[] {
  return Array.from({ length: reviewCount }, (_, index) => {
    const fault = index % 5 === 4 ? Math.floor(index / 5) % 4 : null;
    const isPod = index % 5 === 1 || index % 5 === 4;
    const uid = uuid(index);
    const object = isPod ? pod(index, fault) : deployment(index, fault);
    const [group, resource] = isPod ? ["", "pods"] : ["apps", "deployments"];
    return { uid, body: admissionReview({ uid, group, resource, object }), allowed: fault === null };
  });
}

export interface ReviewParts {
  readonly uid: string;
  readonly group: string;
  readonly resource: string;
  readonly object: JsonObject;
}

/** The text of an AdmissionReview, its members in the order in which the API server writes them. */
export function admissionReview({ uid, group, resource, object }: ReviewParts): string {
  const { kind, metadata } = object;
  const { name, namespace } = metadata as { readonly name: string; readonly namespace: string };
  return JSON.stringify({
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: {
      uid,
      kind: { group, version: "v1", kind },
      resource: { group, version: "v1", resource },
      requestKind: { group, version: "v1", kind },
      requestResource: { group, version: "v1", resource },
      name,
      namespace,
      operation: "CREATE",
      userInfo: {
        username: "lin@example.com",
        groups: ["ml-platform", "system:authenticated"],
        extra: { "authentication.kubernetes.io/credential-id": ["X509SHA256=4f0c6d0f8d1b4f7e9a0f9a3c2b1d"] },
      },
      object,
      oldObject: null,
      dryRun: false,
      options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1", fieldManager: "kubectl-client-side-apply" },
    },
  });
}

/** So many bytes in one review: a Deployment with many long variables, as generated manifests have them. */
export function largeReview(bytes: number): Review {
  const uid = uuid(reviewCount);
  const value = "0123456789abcdef".repeat(8);
  const variables = Math.ceil(bytes / 170);
  const env = Array.from({ length: variables }, (_, index) => ({ name: `TABLE_${index}`, value }));
  const object = deployment(reviewCount, null, env);
  return { uid, body: admissionReview({ uid, group: "apps", resource: "deployments", object }), allowed: true };
}

const digest = "sha256:9d1f3a5b7c2e4f60818293a4b5c6d7e8f90112233445566778899aabbccddeef";

/** A tag that moves, nothing that keeps it from running as root, an accelerator that is only requested, the node's network. */
type Fault = 0 | 1 | 2 | 3;

function faultOf(fault: number | null): Fault | null {
  return fault === 0 || fault === 1 || fault === 2 || fault === 3 ? fault : null;
}

function deployment(index: number, fault: number | null, env: readonly JsonObject[] = []): JsonObject {
  const name = `ocr-serving-${index}`;
  const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "document-ai", tier: "inference" };
  return {
    kind: "Deployment",
    apiVersion: "apps/v1",
    metadata: {
      name,
      namespace: reviewNamespace,
      uid: uuid(100 + index),
      generation: 1,
      creationTimestamp: "2026-11-25T08:00:00Z",
      labels,
      annotations: { "deployment.kubernetes.io/revision": "1", "example.com/owner": "document-ai@example.com" },
      managedFields: [managed("apps/v1", deploymentFields)],
    },
    spec: {
      replicas: 2 + (index % 3),
      selector: { matchLabels: { "app.kubernetes.io/name": name } },
      template: {
        metadata: { creationTimestamp: null, labels },
        spec: podSpec(index, faultOf(fault), env, "Always"),
      },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: {},
  };
}

function pod(index: number, fault: number | null): JsonObject {
  const name = `batch-ocr-${index}`;
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: {
      name,
      namespace: reviewNamespace,
      uid: uuid(200 + index),
      creationTimestamp: "2026-11-25T08:00:00Z",
      labels: { "app.kubernetes.io/name": name, tier: "batch" },
      managedFields: [managed("v1", podFields)],
    },
    spec: podSpec(index, faultOf(fault), [], "Never"),
    status: { phase: "Pending", qosClass: "Burstable" },
  };
}

function podSpec(index: number, fault: Fault | null, env: readonly JsonObject[], restartPolicy: string): JsonObject {
  const repository = `registry.example.com/document-ai/paddle-ocr-serving`;
  const pinned = index % 2 === 0 ? `${repository}:3.2.${index}@${digest}` : `${repository}:3.2.${index}`;
  return {
    volumes: [
      { name: "models", persistentVolumeClaim: { claimName: `ocr-models-${index % 5}`, readOnly: true } },
      { name: "scratch", emptyDir: { sizeLimit: "2Gi" } },
      { name: "settings", configMap: { name: `ocr-settings-${index}`, defaultMode: 420 } },
    ],
    initContainers: [
      {
        name: "warm-up",
        image: `registry.example.com/document-ai/warm-up:1.4.${index}`,
        command: ["/bin/warm-up", "--models", "/models"],
        resources: { limits: { cpu: "500m", memory: "256Mi" }, requests: { cpu: "100m", memory: "256Mi" } },
        volumeMounts: [{ name: "models", readOnly: true, mountPath: "/models" }],
        ...common,
      },
    ],
    containers: [
      {
        name: "ocr",
        image: fault === 0 ? `${repository}:latest` : pinned,
        command: ["paddleocr", "serve"],
        args: ["--model_dir", "/models/ppocr-v5", "--port", "9292", "--device", "gpu"],
        ports: [
          { name: "http", containerPort: 9292, protocol: "TCP" },
          { name: "metrics", containerPort: 9293, protocol: "TCP" },
        ],
        env: [
          { name: "FLAGS_allocator_strategy", value: "auto_growth" },
          { name: "FLAGS_fraction_of_gpu_memory_to_use", value: "0.85" },
          { name: "OMP_NUM_THREADS", value: String(4 + (index % 4)) },
          { name: "POD_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
          ...env,
        ],
        resources: {
          limits: { cpu: "8", memory: "16Gi", ...(fault === 2 ? {} : { "nvidia.com/gpu": "1" }) },
          requests: { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "1" },
        },
        volumeMounts: [
          { name: "models", readOnly: true, mountPath: "/models" },
          { name: "scratch", mountPath: "/tmp" },
          { name: "settings", readOnly: true, mountPath: "/etc/ocr" },
        ],
        startupProbe: probe("/health", { periodSeconds: 10, failureThreshold: 60 }),
        livenessProbe: probe("/health", { periodSeconds: 20, failureThreshold: 3 }),
        readinessProbe: probe("/ready", { periodSeconds: 5, failureThreshold: 3 }),
        lifecycle: { preStop: { exec: { command: ["/bin/sleep", "10"] } } },
        ...common,
      },
    ],
    restartPolicy,
    terminationGracePeriodSeconds: 60,
    dnsPolicy: "ClusterFirst",
    nodeSelector: { "node.example.com/accelerator": "a10" },
    serviceAccountName: "ocr",
    serviceAccount: "ocr",
    automountServiceAccountToken: false,
    ...(fault === 3 ? { hostNetwork: true } : {}),
    securityContext: {
      ...(fault === 1 ? {} : { runAsUser: 10001, runAsNonRoot: true }),
      fsGroup: 10001,
      seccompProfile: { type: "RuntimeDefault" },
    },
    schedulerName: "default-scheduler",
    tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
  };
}

/** What defaulting and the practice of one team put into every container. */
const common: JsonObject = {
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
  imagePullPolicy: "IfNotPresent",
  securityContext: {
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
  },
};

function probe(path: string, times: JsonObject): JsonObject {
  return { httpGet: { path, port: "http", scheme: "HTTP" }, timeoutSeconds: 1, successThreshold: 1, ...times };
}

function managed(apiVersion: string, fieldsV1: JsonObject): JsonObject {
  return {
    manager: "kubectl-client-side-apply",
    operation: "Update",
    apiVersion,
    time: "2026-11-25T08:00:00Z",
    fieldsType: "FieldsV1",
    fieldsV1,
  };
}

const podFields: JsonObject = {
  "f:metadata": { "f:labels": { ".": {}, "f:app.kubernetes.io/name": {}, "f:tier": {} } },
  "f:spec": {
    "f:containers": {
      'k:{"name":"ocr"}': {
        ".": {},
        "f:args": {},
        "f:command": {},
        "f:env": { ".": {}, 'k:{"name":"FLAGS_allocator_strategy"}': { ".": {}, "f:name": {}, "f:value": {} } },
        "f:image": {},
        "f:livenessProbe": { ".": {}, "f:failureThreshold": {}, "f:httpGet": { ".": {}, "f:path": {}, "f:port": {} } },
        "f:ports": { ".": {}, 'k:{"containerPort":9292,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
        "f:resources": { ".": {}, "f:limits": { ".": {}, "f:cpu": {}, "f:memory": {}, "f:nvidia.com/gpu": {} } },
      },
    },
    "f:dnsPolicy": {},
    "f:nodeSelector": {},
    "f:restartPolicy": {},
    "f:volumes": { ".": {}, 'k:{"name":"models"}': { ".": {}, "f:name": {}, "f:persistentVolumeClaim": {} } },
  },
};

const deploymentFields: JsonObject = {
  "f:metadata": { "f:annotations": { ".": {}, "f:example.com/owner": {} } },
  "f:spec": { "f:replicas": {}, "f:selector": {}, "f:strategy": {}, "f:template": podFields },
};

function uuid(index: number): string {
  return `7f2c61d8-0a4e-4b39-9c55-${String(index).padStart(12, "0")}`;
}
