import { expect, test } from "vitest";
import { folder, paddlock, report } from "./run.ts";

const scaler = (name: string): string => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: ${name}, namespace: ml}
spec:
  minReplicas: 2
  maxReplicas: 3
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ocr}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]
`;
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: ocr, namespace: ml}
spec:
  template:
    spec: {containers: [{name: a, image: "nginx:1.29.3", resources: {requests: {cpu: 1, memory: 1Gi}}}]}
`;
const files = (): string =>
  folder({ "a.yaml": scaler("one"), "b.yaml": `# second\n${scaler("two")}`, "c.yaml": deployment });
const words = ["--rule", "hpa-target"];

test("a finding names the object that contradicts it, with its place", () => {
  const { findings } = report(words, { cwd: files() });
  const resource = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", namespace: "ml" };
  expect(findings.map(({ file, related }) => ({ file, related }))).toEqual([
    {
      file: "a.yaml",
      related: [
        {
          message: "HorizontalPodAutoscaler two",
          file: "b.yaml",
          line: 4,
          column: 18,
          resource: { ...resource, name: "two" },
        },
      ],
    },
    {
      file: "b.yaml",
      related: [
        {
          message: "HorizontalPodAutoscaler one",
          file: "a.yaml",
          line: 3,
          column: 18,
          resource: { ...resource, name: "one" },
        },
      ],
    },
  ]);
});

test("a finding that speaks of no other object has no such list", () => {
  const { findings } = report(["c.yaml", "--rule", "run-as-non-root"], { cwd: files() });
  expect(findings.length).toBeGreaterThan(0);
  for (const finding of findings) expect(finding).not.toHaveProperty("related");
});

test("SARIF has it as a related location", () => {
  const { stdout } = paddlock(["check", ...words, "--format", "sarif"], { cwd: files() });
  const [first] = JSON.parse(stdout).runs[0].results;
  expect(first.relatedLocations).toEqual([
    {
      id: 1,
      message: { text: "HorizontalPodAutoscaler two" },
      physicalLocation: {
        artifactLocation: { uri: "b.yaml", uriBaseId: "SRCROOT" },
        region: { startLine: 4, startColumn: 18 },
      },
      logicalLocations: [
        { name: "two", kind: "resource", fullyQualifiedName: "autoscaling/v2/HorizontalPodAutoscaler/ml/two" },
      ],
    },
  ]);
});

test.each([
  ["en", "  see      HorizontalPodAutoscaler two\n           b.yaml:4:18\n"],
  ["zh", "  另见  HorizontalPodAutoscaler two\n        b.yaml:4:18\n"],
])("the text shows its line in a frame of its own: %s", (language, label) => {
  const { stdout } = paddlock(["check", ...words, "--lang", language], { cwd: files() });
  const frame = "\n    > 4 | metadata: {name: two, namespace: ml}\n        |                  ^^^\n";
  expect(stdout).toContain(label + frame);
});
