import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How many of the documents break a rule: one in ten, or every one. */
export type Failing = "tenth" | "all";

/** Four documents a file, as a service of its own looks in a repository: server, training job, Service, NetworkPolicy. */
export const documentsPerFile = 4;

/**
 * Writes `documents` Kubernetes documents into files of four below a folder. The same arguments write the same bytes.
 * No two workloads are equal: names, images, sizes and ports differ, so that nothing is gained by remembering answers.
 */
export function writeCorpus(folder: string, documents: number, failing: Failing): void {
  const files = documents / documentsPerFile;
  for (let index = 0; index < files; index++) {
    const below = join(folder, `team-${String(index % 50).padStart(2, "0")}`);
    mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `service-${String(index).padStart(5, "0")}.yaml`), fileText(index, failing));
  }
}

function fileText(index: number, failing: Failing): string {
  const fails = (document: number): boolean => failing === "all" || (index * documentsPerFile + document) % 10 === 0;
  const parts = [server(index, fails(0)), training(index, fails(1)), service(index, fails(2)), policy(index, fails(3))];
  return parts.join("---\n");
}

function digest(index: number): string {
  return (index * 2654435761).toString(16).padStart(64, "0").slice(-64);
}

function server(index: number, fails: boolean): string {
  const image = fails
    ? `registry.example.com/team/paddle-ocr-${index}:latest`
    : `registry.example.com/team/paddle-ocr-${index}:2.7.${index % 40}@sha256:${digest(index)}`;
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ocr-${index}
  namespace: team-${index % 50}
  labels:
    app.kubernetes.io/name: ocr-${index}
    app.kubernetes.io/part-of: inference
spec:
  replicas: ${2 + (index % 5)}
  selector:
    matchLabels:
      app.kubernetes.io/name: ocr-${index}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ocr-${index}
        app.kubernetes.io/part-of: inference
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "8080"
    spec:
      serviceAccountName: ocr${fails ? "" : "\n      securityContext:\n        runAsNonRoot: true\n        runAsUser: 10001\n        fsGroup: 10001"}
      containers:
        - name: server
          image: ${image}
          args: ["paddlex", "--serve", "--pipeline", "OCR", "--port", "${8000 + (index % 900)}"]
          env:
            - name: PADDLE_PDX_CACHE_HOME
              value: /models
            - name: LOG_LEVEL
              value: info
          ports:
            - name: http
              containerPort: ${8000 + (index % 900)}
          resources:
            requests:
              cpu: "${1 + (index % 4)}"
              memory: ${4 + (index % 8)}Gi
              nvidia.com/gpu: 1
            limits:
              memory: ${4 + (index % 8)}Gi
              nvidia.com/gpu: ${fails ? 2 : 1}
          startupProbe:
            httpGet:
              path: /health
              port: http
            periodSeconds: 10
            failureThreshold: 30
          livenessProbe:
            httpGet:
              path: /health
              port: http
          readinessProbe:
            httpGet:
              path: /health
              port: http
          volumeMounts:
            - name: models
              mountPath: /models
              readOnly: true
      volumes:
        - name: models
          nfs:
            server: models.example.com
            path: /export/ocr-${index}
`;
}

function training(index: number, fails: boolean): string {
  const image = fails ? "paddlepaddle/paddle:latest-gpu" : `registry.example.com/team/trainer:1.${index % 9}.${index}`;
  return `apiVersion: batch.paddlepaddle.org/v1
kind: PaddleJob
metadata:
  name: train-${index}
  namespace: team-${index % 50}
spec:
  cleanPodPolicy: Never
  worker:
    replicas: ${1 + (index % 8)}
    template:
      metadata:
        labels:
          app.kubernetes.io/name: ocr-${index}
      spec:${fails ? "" : "\n        securityContext:\n          runAsNonRoot: true\n          runAsUser: 10001"}
        containers:
          - name: paddle
            image: ${image}
            command: ["python", "-m", "paddle.distributed.launch", "train.py", "--epochs", "${index % 90}"]
            volumeMounts:
              - name: dshm
                mountPath: /dev/shm
            resources:
              requests:
                cpu: "4"
                memory: 16Gi
              limits:
                memory: 16Gi
                nvidia.com/gpu: ${1 + (index % 4)}
        volumes:
          - name: dshm
            emptyDir:
              medium: Memory
`;
}

function service(index: number, fails: boolean): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ocr-${index}
  namespace: team-${index % 50}
spec:
  ${fails ? "selektor" : "selector"}:
    app.kubernetes.io/name: ocr-${index}
  ports:
    - name: http
      port: 80
      targetPort: http
`;
}

function policy(index: number, fails: boolean): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ocr-${index}
  namespace: team-${index % 50}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: ${fails ? `nothing-${index}` : `ocr-${index}`}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: gateway
      ports:
        - port: http
`;
}
