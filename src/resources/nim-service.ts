import type { JsonObject, JsonValue } from "../documents/document.ts";
import { nimLabels } from "./controller-labels.ts";
import { isObject, objectOf, textOf } from "./json.ts";
import type { ImageSource, PodSource } from "./pod-source.ts";
import type { Resource } from "./resource.ts";
import type { Alias } from "./workload-model.ts";

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
          image: imageOf(spec),
        },
      ],
      labels: nimLabels(resource),
      readinessByController: true,
      aliases,
    },
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

/** The probes that are written out; the operator has defaults for the others. */
function probesOf(spec: JsonObject): { readonly [name: string]: JsonObject } {
  const probes: { [name: string]: JsonObject } = {};
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    const { probe } = objectOf(spec[name]);
    if (isObject(probe)) probes[name] = probe;
  }
  return probes;
}

function imageOf(spec: JsonObject): ImageSource | null {
  const image = objectOf(spec.image);
  const repository = textOf(image.repository);
  if (repository === null) return null;
  const tag = typeof image.tag === "number" ? String(image.tag) : textOf(image.tag);
  return tag === null
    ? { path: ["spec", "image", "repository"], reference: repository, hasRepository: true }
    : { path: ["spec", "image", "tag"], reference: `${repository}:${tag}`, hasRepository: true };
}
