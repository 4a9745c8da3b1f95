function digest(index: number): string {
  return (index * 2654435761).toString(16).padStart(64, "0").slice(-64);
}

/** `fails`: a tag that moves, no user, and a GPU request that is not its limit. */
export function server(index: number, fails: boolean): string {
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

/** `fails`: a tag that moves and no user. */
export function training(index: number, fails: boolean): string {
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

/** `fails`: a misspelled field. */
export function service(index: number, fails: boolean): string {
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

/**
 * `fails`: a misspelled field; then the policy still isolates its pods, so that the document alone fails. Where `all`
 * documents are to fail it selects nothing, which fails its workloads once more.
 */
export function policy(index: number, fails: boolean, all: boolean): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ocr-${index}
  namespace: team-${index % 50}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: ${all ? "nothing" : "ocr"}-${index}
  policyTypes: [Ingress]
  ${fails ? "ingres" : "ingress"}:
    - from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: gateway
      ports:
        - port: http
`;
}
