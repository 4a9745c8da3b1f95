import * as labels from "../pods/controller-labels.ts";
import { dynamoPods } from "../pods/dynamo.ts";
import type { KindRow } from "../pods/kind-row.ts";
import { nimPipelinePods, nimServicePods } from "../pods/nim-service.ts";
import { REPLICAS } from "./places.ts";

/** NVIDIA's inference microservices, and the pods that Grove groups. */
export const NVIDIA_ROWS: readonly KindRow[] = [
  {
    groups: ["apps.nvidia.com"],
    kind: "NIMService",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    replicas: REPLICAS,
    sources: nimServicePods,
  },
  {
    groups: ["apps.nvidia.com"],
    kind: "NIMPipeline",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    sources: nimPipelinePods,
  },
  dynamoRow("DynamoGraphDeployment", "spec.components[]"),
  dynamoRow("DynamoComponentDeployment", "spec"),
  {
    // Source: ai-dynamo/grove, operator/api/core/v1alpha1/{podcliqueset,podclique}.go, operator/api/common/labels.go
    groups: ["grove.io"],
    kind: "PodCliqueSet",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    pods: [{ at: "spec.template.cliques[].spec.podSpec", metadataAbove: 2 }],
    replicas: REPLICAS,
    labels: () => labels.GROVE_LABELS,
  },
  {
    groups: ["grove.io"],
    kind: "PodClique",
    nature: "serving",
    knownVersions: ["v1alpha1"],
    pods: [{ at: "spec.podSpec", name: "pod" }],
    replicas: REPLICAS,
    labels: () => labels.ANY_LABELS,
  },
];

function dynamoRow(kind: string, component: string): KindRow {
  return {
    groups: ["nvidia.com"],
    kind,
    nature: "serving",
    knownVersions: ["v1beta1", "v1alpha1"],
    pods: [{ at: `${component}.podTemplate.spec` }],
    sources: dynamoPods,
    replicas: [`${component}.replicas`, "spec.services.*.replicas"],
    labels: () => labels.DYNAMO_LABELS,
    readinessByController: true,
  };
}
