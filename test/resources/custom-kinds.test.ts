import { expect, test } from "vitest";
import { customRows } from "../../src/kinds/custom-kinds.ts";
import { workloadIn } from "./read.ts";

const SERVER = `
apiVersion: ai.example.com/v1beta2
kind: ModelServer
metadata: { name: a }
spec:
  roles:
    - { name: router, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: r, image: "r:1.0.0" }] } } }
  pools:
    gpu: { template: { spec: { containers: [{ name: g, image: "g:1.0.0" }] } } }
`;
const pods = ["spec.roles[*].template.spec", "spec.pools.*.template.spec"];

test("a kind of the configuration is judged where it says that pods are", () => {
  const kinds = customRows([{ apiVersion: "ai.example.com/*", kind: "ModelServer", pods, paddle: true }]);
  const workload = workloadIn(SERVER, { kinds });
  expect(workload).toMatchObject({ serving: true, training: false, paddle: true });
  expect(workload.pods.map(({ name, path, labels }) => [name, path.join("."), labels])).toEqual([
    ["router", "spec.roles.0.template.spec", { app: "a" }],
    ["gpu", "spec.pools.gpu.template.spec", {}],
  ]);
});

test.each([
  [{ training: true }, { serving: false, training: true }],
  [{ serving: false }, { serving: false, training: false }],
  [{}, { serving: true, training: false }],
])("%j", (nature, expected) => {
  const kinds = customRows([{ apiVersion: "ai.example.com/v1beta2", kind: "ModelServer", pods, ...nature }]);
  expect(workloadIn(SERVER, { kinds })).toMatchObject(expected);
});

test("other groups, versions and kinds are not meant", () => {
  for (const apiVersion of ["ai.example.com/v1", "v1beta2", "example.com/*"]) {
    // Judged by its shape then, which knows no names of parts and takes no pod for one that serves.
    const kinds = customRows([{ apiVersion, kind: "ModelServer", pods, paddle: true }]);
    expect(workloadIn(SERVER, { kinds })).toMatchObject({ serving: false, paddle: false });
  }
  const kinds = customRows([{ apiVersion: "*", kind: "Other", pods }]);
  expect(workloadIn(SERVER, { kinds }).serving).toBe(false);
});

test("the configuration's word on a known kind comes before ours", () => {
  const deployment = "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{name: a}]}}}}";
  const kinds = customRows([
    { apiVersion: "apps/v1", kind: "Deployment", pods: ["spec.template.spec"], serving: false },
  ]);
  expect(workloadIn(deployment, { kinds }).serving).toBe(false);
});
