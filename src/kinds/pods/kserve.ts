import { isObject, listOf, objectOf, textOf, valueAt } from "../../json/json.ts";
import type { JsonObject, Path } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import { CONTAINER_KEYS, containerLists, containerSource } from "./container-lists.ts";
import { kserveLabels } from "./controller-labels.ts";
import type { KindRow } from "./kind-row.ts";
import { podsAtPlaces } from "./pod-places.ts";
import type { ContainerSource, ImageSource, PodSource } from "./pod-source.ts";

const COMPONENTS = ["predictor", "transformer", "explainer"] as const;

/** Keys of a component that hold one model server each: the present form, and those named after frameworks before it. */
const MODEL_FORMS = [
  "model",
  "paddle",
  "sklearn",
  "xgboost",
  "tensorflow",
  "pytorch",
  "triton",
  "onnx",
  "huggingface",
  "pmml",
  "tensorrt",
  "lightgbm",
  "mlflow",
  "art",
  "aix",
  "alibi",
  "feast",
] as const;

/** What a component has beside a pod spec. */
const COMPONENT_FIELDS: ReadonlySet<string> = new Set([
  ...CONTAINER_KEYS,
  ...MODEL_FORMS,
  "custom",
  "workerSpec",
  "labels",
  "annotations",
  "minReplicas",
  "maxReplicas",
  "scaleTarget",
  "scaleMetric",
  "autoScaling",
  "canaryTrafficPercent",
  "logger",
  "batcher",
]);

/** Where the components stand: in the spec itself, or, in v1alpha2, under the endpoints between which traffic is split. */
const ENDPOINTS = [[], ["default"], ["canary"]] as const;

/** The pods of an InferenceService: one for each component, and one for the workers of a predictor over several nodes. */
export function inferenceServicePods(resource: Resource): readonly PodSource[] {
  return ENDPOINTS.flatMap((endpoint) => endpointPods(resource, endpoint));
}

function endpointPods(resource: Resource, endpoint: Path): PodSource[] {
  const spec = objectOf(valueAt(resource.object, ["spec", ...endpoint]));
  const pods: PodSource[] = [];
  for (const component of COMPONENTS) {
    const value = spec[component];
    if (!isObject(value)) continue;
    const path: Path = ["spec", ...endpoint, component];
    const pod = componentPod(resource, component, value, path);
    pods.push(endpoint.length === 0 ? pod : { ...pod, name: `${endpoint.join(".")}.${component}` });
    if (isObject(value.workerSpec)) {
      pods.push({
        ...componentPod(resource, component, value.workerSpec, [...path, "workerSpec"]),
        name: "worker",
        metadata: mergedMetadata(resource, value),
        labelsPath: labelsPath(resource, value, path),
        worker: true,
      });
    }
  }
  return pods;
}

/** The pods of an LLMInferenceService; the container of the server itself is completed by configurations of others. */
export function llmInferencePods(resource: Resource, row: KindRow): readonly PodSource[] {
  return podsAtPlaces(resource, row).map((pod) => ({
    ...pod,
    containers: containerLists(pod.spec, pod.path).map((container) =>
      container.name === "main" ? { ...container, defaultsByController: true } : container,
    ),
  }));
}

/** Whether an InferenceService runs a Paddle model, by the form or the format it names. */
export function runsPaddleModel(object: JsonObject): boolean {
  const predictor = objectOf(objectOf(object.spec).predictor);
  return isObject(predictor.paddle) || isPaddleFormat(objectOf(predictor.model).modelFormat);
}

/** Whether a ServingRuntime is made for Paddle models. */
export function supportsPaddleModels(object: JsonObject): boolean {
  return listOf(objectOf(object.spec).supportedModelFormats).some(isPaddleFormat);
}

function isPaddleFormat(format: unknown): boolean {
  return typeof format === "object" && format !== null && "name" in format && format.name === "paddle";
}

function componentPod(resource: Resource, component: string, value: JsonObject, path: Path): PodSource {
  const models: ContainerSource[] = [];
  for (const form of MODEL_FORMS) {
    const server = value[form];
    if (isObject(server)) models.push(modelServer(server, [...path, form], component));
  }
  const { container } = objectOf(value.custom);
  if (isObject(container)) models.push(containerSource(container, [...path, "custom", "container"], component));
  return {
    name: component,
    path,
    spec: value,
    metadata: mergedMetadata(resource, value),
    labelsPath: labelsPath(resource, value, path),
    containers: [...models, ...containerLists(value, path)],
    leftOut: COMPONENT_FIELDS,
    labels: kserveLabels(resource, component),
    readinessByController: true,
    defaultsByController: models.length > 0,
  };
}

/** The model form: fields of a container, with what the runtime adds left open. */
function modelServer(server: JsonObject, path: Path, component: string): ContainerSource {
  return {
    path,
    name: component,
    role: component,
    raw: server,
    image: imageOf(server, path),
    defaultsByController: true,
  };
}

/**
 * `runtimeVersion` takes the place of the image's tag, unless the image is given by a digest. Without an image it is
 * the tag of the runtime's image, which stands elsewhere.
 */
function imageOf(server: JsonObject, path: Path): ImageSource | null {
  const image = textOf(server.image);
  const version =
    typeof server.runtimeVersion === "number" ? String(server.runtimeVersion) : textOf(server.runtimeVersion);
  const imagePath = [...path, "image"];
  const versionPath = [...path, "runtimeVersion"];
  if (image === null) return version === null ? null : { path: versionPath, reference: version, hasRepository: false };
  if (version === null || image.includes("@")) return { path: imagePath, reference: image, hasRepository: true };
  const slash = image.lastIndexOf("/");
  const colon = image.indexOf(":", slash + 1);
  const repository = colon < 0 ? image : image.slice(0, colon);
  return { path: versionPath, reference: `${repository}:${version}`, hasRepository: true };
}

/** KServe copies the labels and annotations of the service to the pods, below those of the component. */
function mergedMetadata(resource: Resource, component: JsonObject): JsonObject {
  const metadata = objectOf(resource.object.metadata);
  return {
    labels: { ...objectOf(metadata.labels), ...objectOf(component.labels) },
    annotations: { ...objectOf(metadata.annotations), ...objectOf(component.annotations) },
  };
}

function labelsPath(resource: Resource, component: JsonObject, path: Path): Path | null {
  if (isObject(component.labels)) return [...path, "labels"];
  return isObject(objectOf(resource.object.metadata).labels) ? ["metadata", "labels"] : null;
}
