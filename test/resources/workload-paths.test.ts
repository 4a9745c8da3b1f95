import { describe, expect, test } from "vitest";
import { elementNames } from "../../src/resources/element-names.ts";
import { containerFinder, objectPaths } from "../../src/workloads/workload-paths.ts";
import { resourceIn, workloadIn } from "./read.ts";

const POD = `
apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  containers:
    - { name: ocr, image: "a:1.0.0", ports: [{ containerPort: 8080 }, { name: grpc, containerPort: 9000 }], args: [--x] }
    - { image: "b:1.0.0", volumeMounts: [{ name: m, mountPath: /models }, { name: m, mountPath: /cache }] }
  initContainers:
    - { name: proxy, restartPolicy: Always }
  tolerations: [{ key: gpu }, {}]
  volumes:
    - { name: weights, image: { reference: "c:1.0.0" } }
    - { name: other, emptyDir: {} }
`;

describe("containerFinder", () => {
  const workload = workloadIn(POD);
  test.each([
    [["spec", "containers", 0, "image"], { name: "ocr", role: "container" }],
    [["spec", "containers", 1], { name: "containers[1]", role: "container" }],
    [["spec", "initContainers", 0, "securityContext", "runAsUser"], { name: "proxy", role: "sidecar" }],
    [["spec", "volumes", 0, "image", "reference"], { name: "weights", role: "imageVolume" }],
    [["spec", "volumes", 1, "emptyDir"], null],
    [["spec", "containers"], null],
    [["metadata", "name"], null],
    [[], null],
  ])("%j", (path, expected) => expect(containerFinder(workload)(path)).toEqual(expected));

  test("parts stand for the containers that a kind has not", () => {
    const service = workloadIn(`
apiVersion: elasticserving.paddlepaddle.org/v1
kind: PaddleService
spec: { default: { containerImage: a, tag: "1.0" }, canary: { containerImage: b } }
`);
    expect(containerFinder(service)(["spec", "canary", "tag"])).toEqual({ name: "canary", role: "canary" });
    expect(containerFinder(service)(["spec", "volumes"])).toBeNull();
  });
});

test("labels are the pod's, also where a whole spec stands for the container", () => {
  const service = workloadIn(`
apiVersion: apps.nvidia.com/v1alpha1
kind: NIMService
metadata: { name: ocr }
spec: { image: { repository: a }, labels: { app: ocr } }
`);
  expect(containerFinder(service)(["spec", "image", "repository"])).toEqual({ name: "nim", role: "nim" });
  expect(containerFinder(service)(["spec", "labels"])).toBeNull();
});

describe("objectPaths", () => {
  test("paths of ordinary kinds are the object's own", () => {
    const path = ["spec", "containers", 0, "resources"];
    expect(objectPaths(workloadIn(POD))(path)).toBe(path);
  });

  test("shared and renamed fields lead to where they are written", () => {
    const service = workloadIn(`
apiVersion: elasticserving.paddlepaddle.org/v1
kind: PaddleService
spec: { default: { containerImage: a, arg: serve }, resources: { limits: { nvidia.com/gpu: 1 } } }
`);
    expect(objectPaths(service)(["spec", "default", "resources", "limits", "nvidia.com/gpu"])).toEqual([
      "spec",
      "resources",
      "limits",
      "nvidia.com/gpu",
    ]);
    expect(objectPaths(service)(["spec", "default", "args", 0])).toEqual(["spec", "default", "arg", 0]);
    expect(objectPaths(service)(["spec", "default", "containerImage"])).toEqual(["spec", "default", "containerImage"]);
  });

  test("what a PaddleJob's operator adds leads to the field that asks for it", () => {
    const job = workloadIn(`
apiVersion: batch.paddlepaddle.org/v1
kind: PaddleJob
spec:
  intranet: Host
  sampleSetRef: { name: criteo, mountPath: /data }
  worker: { template: { spec: { containers: [{ name: a, volumeMounts: [{ name: b, mountPath: /b }] }], volumes: [{ name: b }] } } }
`);
    const spec = ["spec", "worker", "template", "spec"];
    expect(objectPaths(job)([...spec, "hostNetwork"])).toEqual(["spec", "intranet"]);
    expect(objectPaths(job)([...spec, "volumes", 1, "persistentVolumeClaim", "claimName"])).toEqual([
      "spec",
      "sampleSetRef",
      "name",
    ]);
    expect(objectPaths(job)([...spec, "containers", 0, "volumeMounts", 1])).toEqual(["spec", "sampleSetRef"]);
    expect(objectPaths(job)([...spec, "containers", 0, "volumeMounts", 0])).toEqual([
      ...spec,
      "containers",
      0,
      "volumeMounts",
      0,
    ]);
  });

  test("templates of claims lead to where their kind has them", () => {
    const set = workloadIn(`
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
spec: { leaderWorkerTemplate: { volumeClaimTemplates: [{ metadata: { name: w } }], workerTemplate: { spec: { containers: [] } } } }
`);
    expect(set.pods[0]?.claimTemplates).toEqual(["w"]);
    expect(objectPaths(set)(["spec", "volumeClaimTemplates", 0])).toEqual([
      "spec",
      "leaderWorkerTemplate",
      "volumeClaimTemplates",
      0,
    ]);
  });
});

describe("elementNames", () => {
  const { object } = resourceIn(POD);
  test.each([
    [["spec", "containers", 0, "image"], "spec.containers[ocr].image"],
    [["spec", "containers", 0, "ports", 0], "spec.containers[ocr].ports[8080]"],
    [["spec", "containers", 0, "ports", 1, "containerPort"], "spec.containers[ocr].ports[grpc].containerPort"],
    [["spec", "containers", 0, "args", 0], "spec.containers[ocr].args[--x]"],
    [["spec", "containers", 1, "volumeMounts", 1], "spec.containers[1].volumeMounts[/cache]"],
    [["spec", "tolerations", 0], "spec.tolerations[gpu]"],
    [["spec", "tolerations", 1, "key"], "spec.tolerations[1].key"],
    [["spec", "containers", 9, "absent", 2], "spec.containers[9].absent[2]"],
    [["metadata", "__proto__", "constructor"], "metadata.__proto__.constructor"],
    [[], ""],
  ])("%j", (path, expected) => expect(elementNames(object, path)).toBe(expected));
});
