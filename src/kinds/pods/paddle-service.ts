import { isObject, listOf, objectOf, textOf } from "../../json/json.ts";
import type { JsonObject, Path } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import { knativeLabels } from "./controller-labels.ts";
import type { ImageSource, PodSource } from "./pod-source.ts";

const PARTS = ["default", "canary"] as const;

/**
 * The pods of a PaddleService: its endpoints `default` and `canary`, each one container of the same Knative-made pod,
 * with resources, volumes and mounts shared between them.
 */
export function paddleServicePods(resource: Resource): readonly PodSource[] {
  const spec = objectOf(resource.object.spec);
  const pods: PodSource[] = [];
  for (const part of PARTS) {
    const endpoint = spec[part];
    if (isObject(endpoint)) pods.push(endpointPod(resource, spec, part, endpoint));
  }
  return pods;
}

function endpointPod(resource: Resource, spec: JsonObject, part: string, endpoint: JsonObject): PodSource {
  const path: Path = ["spec", part];
  const script = textOf(endpoint.arg);
  return {
    name: part,
    path: ["spec"],
    spec: { volumes: listOf(spec.volumes) },
    metadata: {},
    labelsPath: null,
    containers: [
      {
        path,
        name: part,
        role: part,
        raw: {
          name: part,
          ...(script === null ? {} : { command: ["/bin/bash", "-c"], args: [script] }),
          ...(endpoint.port === undefined ? {} : { ports: [{ containerPort: endpoint.port }] }),
          ...(spec.resources === undefined ? {} : { resources: spec.resources }),
          ...(spec.volumeMounts === undefined ? {} : { volumeMounts: spec.volumeMounts }),
          ...(spec.workingDir === undefined ? {} : { workingDir: spec.workingDir }),
          imagePullPolicy: "Always",
        },
        image: imageOf(path, endpoint),
      },
    ],
    labels: { ...knativeLabels(null, null), PaddleService: resource.identity.name, app: null },
    readinessByController: true,
    defaultsByController: true,
    cannotExpress: ["securityContext", "probes"],
    aliases: [
      { model: [...path, "args"], object: [...path, "arg"] },
      { model: [...path, "command"], object: [...path, "arg"] },
      { model: [...path, "ports"], object: [...path, "port"] },
      { model: [...path, "resources"], object: ["spec", "resources"] },
      { model: [...path, "volumeMounts"], object: ["spec", "volumeMounts"] },
      { model: [...path, "workingDir"], object: ["spec", "workingDir"] },
    ],
  };
}

/** `containerImage` and `tag` joined by a colon, as the controller does; the tag tells most where there is one. */
function imageOf(path: Path, endpoint: JsonObject): ImageSource | null {
  const image = textOf(endpoint.containerImage);
  if (image === null) return null;
  const { tag } = endpoint;
  const tagText = typeof tag === "number" ? String(tag) : textOf(tag);
  return tagText === null
    ? { path: [...path, "containerImage"], reference: image, hasRepository: true }
    : { path: [...path, "tag"], reference: `${image}:${tagText}`, hasRepository: true };
}
