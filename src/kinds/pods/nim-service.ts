import { within } from "../../budget/budget.ts";
import { isObject, listOf, objectOf, textOf, valueAt } from "../../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import { containerSource, mostContainers } from "./container-lists.ts";
import { nimLabels } from "./controller-labels.ts";
import { movedPod } from "./moved-pod.ts";
import type { Alias, ContainerSource, ImageSource, PodSource } from "./pod-source.ts";

const PART = "nim";
const MODEL_STORE = "/model-store";
const MODEL_VOLUME = "model-store";

/**
 * The pod of a NIMService: flat fields of which its operator makes a Deployment of one container, with the model store
 * mounted at a fixed path.
 */
export function nimServicePods(resource: Resource): readonly PodSource[] {
  const { spec } = resource.object;
  if (!isObject(spec)) return [];
  const storage = objectOf(spec.storage);
  const volume = modelVolume(storage, resource.identity.name);
  const probes = probesOf(spec);
  const aliases: Alias[] = [
    { model: ["spec", "securityContext", "runAsUser"], object: ["spec", "userID"] },
    { model: ["spec", "securityContext", "runAsGroup"], object: ["spec", "groupID"] },
    { model: ["spec", "volumeMounts"], object: ["spec", "storage"] },
  ];
  for (const probe of Object.keys(probes)) aliases.push({ model: ["spec", probe], object: ["spec", probe, "probe"] });
  if (volume !== null) {
    for (const alias of volume.aliases) aliases.push(alias);
    aliases.push({ model: ["spec", "volumes"], object: ["spec", "storage"] });
  }
  return [
    {
      name: PART,
      path: ["spec"],
      spec: {
        securityContext: {
          ...(spec.userID === undefined ? {} : { runAsUser: spec.userID }),
          ...(spec.groupID === undefined ? {} : { runAsGroup: spec.groupID }),
        },
        ...(spec.nodeSelector === undefined ? {} : { nodeSelector: spec.nodeSelector }),
        ...(spec.tolerations === undefined ? {} : { tolerations: spec.tolerations }),
        ...(volume === null ? {} : { volumes: [volume.volume] }),
      },
      metadata: spec,
      labelsPath: isObject(spec.labels) ? ["spec", "labels"] : null,
      containers: [
        {
          path: ["spec"],
          name: PART,
          role: PART,
          raw: {
            name: PART,
            ...(spec.command === undefined ? {} : { command: spec.command }),
            ...(spec.args === undefined ? {} : { args: spec.args }),
            ...(spec.env === undefined ? {} : { env: spec.env }),
            ...(spec.resources === undefined ? {} : { resources: spec.resources }),
            ...(objectOf(spec.image).pullPolicy === undefined
              ? {}
              : { imagePullPolicy: objectOf(spec.image).pullPolicy }),
            ...probes,
            ...(volume === null
              ? {}
              : {
                  volumeMounts: [
                    {
                      name: MODEL_VOLUME,
                      mountPath: MODEL_STORE,
                      ...(storage.readOnly === undefined ? {} : { readOnly: storage.readOnly }),
                    },
                  ],
                }),
          },
          image: imageOf(spec.image, ["spec", "image"]),
        },
        ...besideContainers(spec, "initContainers", "initContainer"),
        ...besideContainers(spec, "sidecarContainers", "container"),
      ],
      labels: nimLabels(resource),
      readinessByController: true,
      aliases,
    },
    ...routersPod(resource),
  ];
}

/** The volume behind the model store, by the field of `storage` that asks for it. */
function modelVolume(storage: JsonObject, name: string | null): { volume: JsonObject; aliases: Alias[] } | null {
  const model = ["spec", "volumes", 0];
  if (isObject(storage.pvc)) {
    const claimName = textOf(storage.pvc.name) ?? `${name ?? ""}-pvc`;
    return {
      volume: { name: MODEL_VOLUME, persistentVolumeClaim: { claimName } },
      aliases: [
        { model: [...model, "persistentVolumeClaim", "claimName"], object: ["spec", "storage", "pvc", "name"] },
        { model, object: ["spec", "storage", "pvc"] },
      ],
    };
  }
  if (isObject(storage.nimCache)) {
    // The cache object makes the claim; by default it carries the cache's name.
    const cache = textOf(storage.nimCache.name);
    return {
      volume: { name: MODEL_VOLUME, persistentVolumeClaim: { claimName: `${cache ?? ""}-pvc` } },
      aliases: [
        { model: [...model, "persistentVolumeClaim", "claimName"], object: ["spec", "storage", "nimCache", "name"] },
        { model, object: ["spec", "storage", "nimCache"] },
      ],
    };
  }
  if (storage.hostPath !== undefined && storage.hostPath !== null) {
    const path: JsonValue = isObject(storage.hostPath) ? (storage.hostPath.path ?? null) : storage.hostPath;
    return {
      volume: { name: MODEL_VOLUME, hostPath: { path } },
      aliases: [
        { model: [...model, "hostPath", "path"], object: ["spec", "storage", "hostPath"] },
        { model: [...model, "hostPath"], object: ["spec", "storage", "hostPath"] },
        { model, object: ["spec", "storage", "hostPath"] },
      ],
    };
  }
  if (isObject(storage.emptyDir)) {
    return {
      volume: { name: MODEL_VOLUME, emptyDir: storage.emptyDir },
      aliases: [
        { model: [...model, "emptyDir"], object: ["spec", "storage", "emptyDir"] },
        { model, object: ["spec", "storage", "emptyDir"] },
      ],
    };
  }
  return null;
}

/** The pods of the NIMServices that a NIMPipeline makes of the specs in it. */
export function nimPipelinePods(resource: Resource): readonly PodSource[] {
  return listOf(objectOf(resource.object.spec).services).flatMap((service, index) => {
    const { name, spec, enabled } = objectOf(service);
    if (!isObject(spec) || enabled === false) return [];
    const identity = { ...resource.identity, name: textOf(name) };
    const nested: Resource = { ...resource, object: { spec }, identity };
    const place = ["spec", "services", index];
    return nimServicePods(nested).map((pod) => ({
      ...movedPod(pod, place, false),
      name: identity.name ?? pod.name,
      labelsPath: pod.labelsPath === null ? null : [...place, ...pod.labelsPath],
    }));
  });
}

/** The probes that are written out; the operator has defaults for the others. */
function probesOf(spec: JsonObject): { readonly [name: string]: JsonObject } {
  const probes: { [name: string]: JsonObject } = {};
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    const { probe } = objectOf(spec[name]);
    if (isObject(probe)) probes[name] = probe;
  }
  return probes;
}

/** What runs beside the model, or before it: containers of a few fields, with the image in two parts. */
function besideContainers(spec: JsonObject, key: string, role: string): ContainerSource[] {
  const sources: ContainerSource[] = [];
  const list = listOf(spec[key]);
  within(list.length, mostContainers, "container");
  for (const [index, raw] of list.entries()) {
    if (isObject(raw)) sources.push(besideContainer(raw, ["spec", key, index], role));
  }
  return sources;
}

/** The endpoint picker of the router, which runs in a pod of its own. */
function routersPod(resource: Resource): PodSource[] {
  const path = ["spec", "expose", "router", "eppConfig", "containerSpec"];
  const raw = valueAt(resource.object, path);
  if (!isObject(raw)) return [];
  const containers = [besideContainer(raw, path, "container")];
  return [
    {
      name: "router",
      path: path.slice(0, -1),
      spec: {},
      metadata: {},
      labelsPath: null,
      containers,
      labels: { "*": null },
      readinessByController: true,
    },
  ];
}

function besideContainer({ image, ...raw }: JsonObject, path: Path, role: string): ContainerSource {
  return { ...containerSource(raw, path, role), image: imageOf(image, [...path, "image"]) };
}

function imageOf(written: JsonValue | undefined, path: Path): ImageSource | null {
  const image = objectOf(written);
  const repository = textOf(image.repository);
  if (repository === null) return null;
  const tag = typeof image.tag === "number" ? String(image.tag) : textOf(image.tag);
  return tag === null
    ? { path: [...path, "repository"], reference: repository, hasRepository: true }
    : { path: [...path, "tag"], reference: `${repository}:${tag}`, hasRepository: true };
}
