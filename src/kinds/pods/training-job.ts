import { isObject, listOf, objectOf, textOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import type { PodSource } from "./pod-source.ts";

const PARTS = ["trainer", "pserver", "master"] as const;

/**
 * The pods of a TrainingJob of the group paddlepaddle.org: trainer, parameter server and master, which share an image,
 * volumes and mounts. The mounts' key has a capital in the type's own definition.
 */
export function trainingJobPods(resource: Resource): readonly PodSource[] {
  const spec = objectOf(resource.object.spec);
  const parts = PARTS.filter((part) => isObject(spec[part]));
  return parts.map((part, index) => partPod(spec, part, index === 0));
}

function partPod(spec: JsonObject, part: string, carriesImage: boolean): PodSource {
  const path = ["spec", part];
  const own = objectOf(spec[part]);
  const entrypoint = textOf(own.entrypoint);
  const image = textOf(spec.image);
  const mountsKey = spec.volumeMounts === undefined ? "VolumeMounts" : "volumeMounts";
  return {
    name: part,
    path: ["spec"],
    spec: {
      volumes: listOf(spec.volumes),
      ...(spec.hostNetwork === undefined ? {} : { hostNetwork: spec.hostNetwork }),
    },
    metadata: {},
    labelsPath: null,
    containers: [
      {
        path,
        name: part,
        role: part,
        raw: {
          name: part,
          ...(entrypoint === null ? {} : { command: ["/bin/bash", "-c"], args: [entrypoint] }),
          ...(own.workspace === undefined ? {} : { workingDir: own.workspace }),
          ...(own.resources === undefined ? {} : { resources: own.resources }),
          ...(spec[mountsKey] === undefined ? {} : { volumeMounts: spec[mountsKey] }),
        },
        // The parts share one field: the image is judged once, with the first of them.
        image:
          image === null || !carriesImage ? null : { path: ["spec", "image"], reference: image, hasRepository: true },
      },
    ],
    labels: { "paddle-job": null, "paddle-job-pserver": null, "paddle-job-master": null, "job-name": null },
    cannotExpress: ["securityContext", "probes"],
    aliases: [
      { model: [...path, "args"], object: [...path, "entrypoint"] },
      { model: [...path, "command"], object: [...path, "entrypoint"] },
      { model: [...path, "workingDir"], object: [...path, "workspace"] },
      { model: [...path, "volumeMounts"], object: ["spec", mountsKey] },
    ],
  };
}
