import type { JsonObject, JsonValue } from "../../../src/json/value.ts";

export interface ReviewOf {
  readonly uid?: string;
  readonly namespace?: string;
  readonly image?: string;
  /** So many bytes more, in an annotation. */
  readonly padding?: number;
  readonly more?: { readonly [key: string]: JsonValue };
}

const digest = "sha256:9b2cc1f0a7f2bba4d02e1ee9b1e8d1a2b3c4d5e6f708192a3b4c5d6e7f809102";
/** Has no tag, which the rules deny. */
export const badImage = "registry.example.com/paddleocr";
export const goodImage: string = `registry.example.com/paddleocr@${digest}`;

const volumes: JsonValue = [{ name: "models", persistentVolumeClaim: { claimName: "models" } }];

function container(image: string): JsonObject {
  return {
    name: "ocr",
    image,
    args: ["--model", "/models/ppocr"],
    securityContext: { runAsNonRoot: true, runAsUser: 1000 },
    resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { memory: "2Gi" } },
    readinessProbe: { httpGet: { path: "/health", port: 8080 }, initialDelaySeconds: 30 },
    livenessProbe: { httpGet: { path: "/health", port: 8080 }, initialDelaySeconds: 60, failureThreshold: 5 },
    ports: [{ containerPort: 8080 }],
    volumeMounts: [{ name: "models", mountPath: "/models", readOnly: true }],
  };
}

/** The body of a review of a Deployment, in the order in which the API server writes it. */
export function reviewBody({
  uid = "a",
  namespace = "ml",
  image = goodImage,
  padding = 0,
  more,
}: ReviewOf = {}): string {
  const object: JsonObject = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "ocr", namespace, uid: "not-this-one", annotations: { padding: "x".repeat(padding) } },
    spec: {
      selector: { matchLabels: { app: "ocr" } },
      template: { metadata: { labels: { app: "ocr" } }, spec: { containers: [container(image)], volumes } },
    },
    ...more,
  };
  return JSON.stringify({
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: {
      uid,
      kind: { group: "apps", version: "v1", kind: "Deployment" },
      resource: { group: "apps", version: "v1", resource: "deployments" },
      name: "ocr",
      namespace,
      operation: "CREATE",
      userInfo: { username: "alice", groups: ["system:authenticated"] },
      object,
      oldObject: null,
      dryRun: false,
      options: null,
    },
  });
}
