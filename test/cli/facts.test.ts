import { expect, test } from "vitest";
import { folder, report } from "./run.ts";

const workload = `apiVersion: v1
kind: Pod
metadata: {name: a, namespace: ml, labels: {app: a}}
spec: {containers: [{name: a, image: "nginx:1.29.3"}]}
`;
const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, namespace: ml}
spec: {podSelector: {matchLabels: {app: a}}, policyTypes: [Ingress]}
`;

test.each([
  ["an override that switches the rule off", "overrides: [{files: [w.yaml], rules: {network-policy: off}}]"],
  ["a scope that leaves it out", "rules: {network-policy: {scope: networking.k8s.io/NetworkPolicy}}"],
])("a policy selects a pod that its rule does not judge, for %s", (_, configuration) => {
  const cwd = folder({ "w.yaml": workload, "p.yaml": policy, ".paddlock.yaml": `${configuration}\n` });
  const { findings } = report(["--rule", "network-policy"], { cwd });
  expect(findings).toEqual([]);
});

test("a policy that selects nothing is told of, whatever the rule judges besides", () => {
  const cwd = folder({
    "p.yaml": policy,
    ".paddlock.yaml": "rules: {network-policy: {scope: networking.k8s.io/NetworkPolicy}}\n",
  });
  const { findings } = report(["--rule", "network-policy"], { cwd });
  expect(findings.map(({ level, message }) => [level, message])).toEqual([
    ["info", "this policy selects no pod of the set"],
  ]);
});
