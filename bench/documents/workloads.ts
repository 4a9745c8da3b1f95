/** A server that downloads its models once, onto a claim of its own. `fails`: no tag, a root user, no such port. */
export function cachedServer(index: number, fails: boolean): string {
  const image = fails
    ? `registry.example.com/team/fastdeploy-${index}`
    : `registry.example.com/team/fastdeploy:2.3.${index}`;
  return `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: llm-${index}
  namespace: team-${index % 50}
spec:
  serviceName: llm-${index}
  replicas: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: llm-${index}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: llm-${index}
    spec:
      securityContext:
        runAsNonRoot: ${fails ? "false" : "true"}
        fsGroup: ${1000 + (index % 7)}
      initContainers:
        - name: fetch
          image: registry.example.com/team/fetch:1.4.${index % 30}
          command: ["fetch", "--revision", "${index}", "--to", "/models/ernie-${index % 12}"]
          resources:
            requests: { cpu: 500m, memory: 512Mi }
            limits: { memory: 512Mi }
          volumeMounts:
            - name: models
              mountPath: /models
      containers:
        - name: server
          image: ${image}
          command: ["python", "-m", "fastdeploy.entrypoints.openai.api_server"]
          args: ["--model", "/models/ernie-${index % 12}", "--port", "8180", "--max-model-len", "${4096 + index}"]
          env:
            - name: FD_LOG_DIR
              value: /tmp/log
          ports:
            - name: http
              containerPort: 8180
          resources:
            requests:
              cpu: "${4 + (index % 4)}"
              memory: ${32 + (index % 16)}Gi
            limits:
              memory: ${32 + (index % 16)}Gi
              nvidia.com/gpu: ${1 + (index % 2)}
          startupProbe:
            httpGet:
              path: /ping
              port: ${fails ? "htp" : "http"}
            periodSeconds: 10
            failureThreshold: 60
          livenessProbe:
            httpGet:
              path: /ping
              port: http
            periodSeconds: 20
          readinessProbe:
            httpGet:
              path: /ping
              port: http
          volumeMounts:
            - name: models
              mountPath: /models
              readOnly: true
  volumeClaimTemplates:
    - metadata:
        name: models
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: ${100 + (index % 50)}Gi
`;
}

/** `fails`: a tag that moves, and the network of the node. */
export function nightly(index: number, fails: boolean): string {
  return `apiVersion: batch/v1
kind: CronJob
metadata:
  name: nightly-${index}
  namespace: team-${index % 50}
spec:
  schedule: "${index % 60} ${index % 24} * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      backoffLimit: ${index % 5}
      template:
        metadata:
          labels:
            app.kubernetes.io/name: nightly-${index}
        spec:
          restartPolicy: Never${fails ? "\n          hostNetwork: true" : ""}
          securityContext:
            runAsNonRoot: true
            runAsUser: ${20000 + (index % 100)}
          containers:
            - name: evaluate
              image: registry.example.com/team/evaluate:${fails ? "nightly" : `4.${index % 20}.${index}`}
              args: ["python", "evaluate.py", "--pretrained", "/data/best-${index}.pdparams"]
              resources:
                requests: { cpu: "2", memory: 8Gi }
                limits: { memory: 8Gi, nvidia.com/gpu: 1 }
              volumeMounts:
                - name: data
                  mountPath: /data
          volumes:
            - name: data
              persistentVolumeClaim:
                claimName: data-${index % 9}
`;
}

/** Isolates all pods of a namespace. */
export function namespacePolicy(index: number): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: isolated
  namespace: team-${index}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
`;
}
