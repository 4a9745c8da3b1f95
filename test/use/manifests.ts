/** A digest that a registry could give. */
const digest = "sha256:9c1b4a5f0e7d3c2b1a09f8e7d6c5b4a3928170f6e5d4c3b2a1908f7e6d5c4b3a";

/** A training Job and the NetworkPolicy that shields it: nothing is wrong with it but, where asked for, its image. */
export function trainingJob(image: "bad" | "good", name = "train"): string {
  return `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
  namespace: ml
spec:
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      restartPolicy: Never
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
      containers:
        - name: train
          image: registry.example.com/paddle/train${image === "good" ? `:3.2.0@${digest}` : ":latest"}
          resources:
            requests: { cpu: "1", memory: 1Gi }
            limits: { memory: 1Gi }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
  namespace: ml
spec:
  podSelector:
    matchLabels:
      app: ${name}
  policyTypes: [Ingress]
`;
}
