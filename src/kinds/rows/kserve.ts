import { objectOf, valueAt } from "../../json/json.ts";
import type { Resource } from "../../resources/resource.ts";
import * as labels from "../pods/controller-labels.ts";
import type { KindRow } from "../pods/kind-row.ts";
import { inferenceServicePods, llmInferencePods, runsPaddleModel, supportsPaddleModels } from "../pods/kserve.ts";
import { TEMPLATE } from "./places.ts";

/** What KServe and Knative serve. */
export const KSERVE_ROWS: readonly KindRow[] = [
  {
    // The other group is that of KServe before it had its name.
    groups: ["serving.kserve.io", "serving.kubeflow.org"],
    kind: "InferenceService",
    nature: "serving",
    paddle: runsPaddleModel,
    knownVersions: ["v1beta1", "v1alpha2"],
    sources: inferenceServicePods,
  },
  runtimeRow("ServingRuntime"),
  // Its pods run in namespaces that it does not know.
  { ...runtimeRow("ClusterServingRuntime"), clusterScoped: true, cannotExpress: ["network"] },
  {
    groups: ["serving.knative.dev"],
    kind: "Service",
    nature: "serving",
    knownVersions: ["v1", "v1beta1"],
    pods: TEMPLATE,
    labels: (resource) => knative(resource, resource.identity.name),
    readinessByController: true,
  },
  {
    groups: ["serving.knative.dev"],
    kind: "Configuration",
    nature: "serving",
    knownVersions: ["v1", "v1beta1"],
    pods: TEMPLATE,
    labels: (resource) => knative(resource, null),
    readinessByController: true,
  },
  {
    // It fetches models in the pods of others. Source: kserve/kserve, pkg/apis/serving/v1alpha1/storage_container_types.go
    groups: ["serving.kserve.io"],
    kind: "ClusterStorageContainer",
    clusterScoped: true,
    nature: "batch",
    knownVersions: ["v1alpha1"],
    pods: [{ at: "spec.container", name: "storage", container: true }],
    cannotExpress: ["network"],
    labels: () => labels.ANY_LABELS,
  },
  llmRow("LLMInferenceService"),
  // Its templates are Go's, and the controller fills them in.
  { ...llmRow("LLMInferenceServiceConfig"), expands: true },
];

/**
 * Source: kserve/kserve, pkg/apis/serving/v1alpha2/llm_inference_service_types.go, pkg/controller/v1alpha2/llmisvc. What is
 * left out of the container `main` comes from the configurations that the object names, or that KServe brings.
 */
function llmRow(kind: string): KindRow {
  return {
    groups: ["serving.kserve.io"],
    kind,
    nature: "serving",
    knownVersions: ["v1alpha2", "v1alpha1"],
    pods: [
      { at: "spec.template", name: "template", metadataAbove: 1 },
      { at: "spec.worker", name: "worker", metadataAbove: 1, workersOf: "spec.template" },
      { at: "spec.prefill.template", name: "prefill", metadataAbove: 1 },
      { at: "spec.prefill.worker", name: "prefill-worker", metadataAbove: 1, workersOf: "spec.prefill.template" },
      { at: "spec.router.scheduler.template", name: "scheduler", metadataAbove: 1 },
      { at: "spec.router.scheduler.tokenizer.template", name: "tokenizer", metadataAbove: 2 },
    ],
    replicas: ["spec.replicas", "spec.prefill.replicas"],
    sources: llmInferencePods,
    labels: (resource) => labels.llmLabels(kind === "LLMInferenceService" ? resource.identity.name : null),
    readinessByController: true,
    defaultsByController: true,
  };
}

function runtimeRow(kind: string): KindRow {
  return {
    groups: ["serving.kserve.io"],
    kind,
    nature: "serving",
    knownVersions: ["v1alpha1"],
    paddle: supportsPaddleModels,
    pods: [{ at: "spec", name: "runtime", metadataAbove: 0 }],
    labels: () => labels.RUNTIME_LABELS,
    readinessByController: "kserve-container",
  };
}

/** Knative sets `app` only where the template leaves it out. */
function knative(resource: Resource, service: string | null): ReturnType<typeof labels.knativeLabels> {
  const template = objectOf(valueAt(resource.object, ["spec", "template", "metadata", "labels"]));
  const known = labels.knativeLabels(service, resource.identity.name);
  return template.app === undefined ? { ...known, app: null } : known;
}
