import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseFile } from "../../../../src/documents/parse-file.ts";
import { isObject } from "../../../../src/json/json.ts";
import type { JsonObject } from "../../../../src/json/value.ts";

/** An object that is made to grow, by its name. */
export interface Base {
  readonly name: string;
  readonly object: JsonObject;
}

const fixtures = join(import.meta.dirname, "..", "..", "..", "..", "fixtures");
const folders = ["workloads/*/*.yaml", "rules/network-policy/*.yaml", "rules/model-volume/*.yaml"];

/** A pod with something in each field that judging reads. */
const wholePod: JsonObject = {
  hostNetwork: false,
  nodeSelector: { "kubernetes.io/os": "linux" },
  securityContext: {
    runAsUser: 1000,
    supplementalGroups: [1],
    sysctls: [{ name: "kernel.shm_rmid_forced", value: "1" }],
    seLinuxOptions: { type: "container_t", user: "u" },
  },
  volumes: [
    { name: "models", persistentVolumeClaim: { claimName: "models" } },
    { name: "host", hostPath: { path: "/data/models" } },
    { name: "image", image: { reference: "registry.example.com/models:1.2.3", pullPolicy: "Always" } },
    { name: "scratch", emptyDir: {} },
  ],
  initContainers: [
    {
      name: "fetch",
      image: "registry.example.com/tools/fetch:1.0.0",
      command: [
        "sh",
        "-c",
        "cd /models && wget https://example.com/model.tar -O model.tar && tar -xf model.tar -C det",
      ],
      volumeMounts: [{ name: "models", mountPath: "/models" }],
    },
  ],
  containers: [
    {
      name: "ocr",
      image: "registry.example.com/paddle/serving:2.6",
      workingDir: "/srv",
      command: ["sh", "-c", "export A=${B:-c}; exec python -m paddle_serving_server.serve --model $MODEL_DIR"],
      args: ["--port", "9393", "--model_dir=/models/det", "--params_file", "$(MODEL_DIR)/x"],
      env: [
        { name: "MODEL_DIR", value: "/models/rec" },
        { name: "DET_MODEL_PATH", value: "det/inference" },
        { name: "FD_MODEL_CACHE", value: "~/cache" },
      ],
      ports: [{ name: "http", containerPort: 9393, hostPort: 0 }],
      resources: { requests: { cpu: "1", "nvidia.com/gpu": "1" }, limits: { memory: "1Gi", "nvidia.com/gpu": "1" } },
      livenessProbe: { httpGet: { path: "/health", port: "http" }, initialDelaySeconds: 5 },
      readinessProbe: { tcpSocket: { port: "grpc" } },
      lifecycle: { preStop: { httpGet: { path: "/", port: 1, host: "example.com" } } },
      securityContext: { capabilities: { add: ["CHOWN"], drop: ["ALL"] }, procMount: "Default" },
      volumeMounts: [
        { name: "models", mountPath: "/models" },
        { name: "host", mountPath: "/data/models" },
      ],
    },
  ],
};

const metadata: JsonObject = {
  name: "whole",
  namespace: "ml",
  labels: { app: "whole", "paddlock.dev/paddle": "true" },
  annotations: {
    "paddlock.dev/waive.pinned-image": "2027-01-01 a reason",
    "container.apparmor.security.beta.kubernetes.io/ocr": "unconfined",
  },
};
const template: JsonObject = { metadata: { labels: { app: "whole" } }, spec: wholePod };

const whole: readonly JsonObject[] = [
  { apiVersion: "v1", kind: "Pod", metadata, spec: wholePod },
  { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 2, selector: {}, template } },
  {
    apiVersion: "batch.paddlepaddle.org/v1",
    kind: "PaddleJob",
    metadata,
    spec: { intranet: "Host", sampleSetRef: { name: "s", mountPath: "/s" }, ps: { template }, worker: { template } },
  },
  {
    apiVersion: "kubeflow.org/v1",
    kind: "PaddleJob",
    metadata,
    spec: { paddleReplicaSpecs: { Worker: { replicas: 1, template } } },
  },
  {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata,
    spec: {
      podMetadata: { labels: { a: "b" } },
      volumes: [{ name: "v", hostPath: { path: "/v" } }],
      volumeClaimTemplates: [{ metadata: { name: "c" } }],
      templateDefaults: { serviceAccountName: "s", podSpecPatch: "{}" },
      podSpecPatch: '{"containers":[{"name":"main","image":"a:2"}]}',
      templates: [
        { name: "t", script: { image: "a:1", command: ["sh"], source: "echo" }, inputs: {} },
        {
          name: "steps",
          steps: [[{ name: "s", inline: { container: { image: "a:1" }, podSpecPatch: "hostPID: true" } }]],
        },
        {
          name: "made",
          resource: {
            action: "create",
            manifest:
              "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'a:latest'}]}\n",
          },
        },
      ],
    },
  },
  {
    apiVersion: "example.com/v1",
    kind: "Served",
    metadata,
    spec: {
      roles: [{ name: "r", podTemplate: template }],
      more: { deep: { container: { image: "a:1", args: ["x"] } } },
    },
  },
];

/** Objects of every kind that carries pods, and policies, as the fixtures have them; and some with every field. */
export function bases(): readonly Base[] {
  const read: Base[] = [];
  for (const file of folders.flatMap((folder) => globSync(folder, { cwd: fixtures })).sort()) {
    const { documents } = parseFile(readFileSync(join(fixtures, file), "utf8"), "yaml");
    for (const { index, value } of documents.slice(0, 2)) {
      if (isObject(value) && typeof value.kind === "string") read.push({ name: `${file}#${index}`, object: value });
    }
  }
  return [...whole.map((object) => ({ name: `whole ${object.kind}`, object })), ...read];
}
