import { objectOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import type { KindRow } from "../pods/kind-row.ts";
import { paddleJobPods } from "../pods/paddle-job.ts";
import { paddleServicePods } from "../pods/paddle-service.ts";
import { trainingJobPods } from "../pods/training-job.ts";

/** The kinds of Paddle's own operators, and of Baidu's cloud. */
export const PADDLE_ROWS: readonly KindRow[] = [
  {
    groups: ["batch.paddlepaddle.org"],
    kind: "PaddleJob",
    nature: "training",
    knownVersions: ["v1"],
    paddle: true,
    sources: paddleJobPods,
    replicas: ["spec.ps.replicas", "spec.worker.replicas", "spec.heter.replicas"],
  },
  {
    groups: ["paddlepaddle.org"],
    kind: "TrainingJob",
    nature: "training",
    knownVersions: ["v1"],
    paddle: true,
    sources: trainingJobPods,
  },
  {
    groups: ["kongming.cce.baiudbce.com", "kongming.cce.baidubce.com"],
    kind: "AITrainingJob",
    nature: "training",
    knownVersions: ["v1"],
    paddle: isPaddleFramework,
    pods: [{ at: "spec.replicaSpecs.*.template.spec" }],
    replicas: ["spec.replicaSpecs.*.replicas"],
  },
  {
    groups: ["serving.paddlepaddle.org", "elasticserving.paddlepaddle.org"],
    kind: "PaddleService",
    nature: "serving",
    knownVersions: ["v1"],
    paddle: true,
    sources: paddleServicePods,
  },
];

function isPaddleFramework(object: JsonObject): boolean {
  const { frameworkType } = objectOf(object.spec);
  return typeof frameworkType === "string" && frameworkType.toLowerCase().includes("paddle");
}
