import { isObject, listOf, objectOf, textOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import { paddleJobLabels } from "./controller-labels.ts";
import type { KindRow } from "./kind-row.ts";
import { podsAtPlaces } from "./pod-places.ts";
import type { Alias, PodSource } from "./pod-source.ts";

const PARTS: Pick<KindRow, "pods" | "labels"> = {
  pods: [
    { at: "spec.ps.template.spec", name: "ps" },
    { at: "spec.worker.template.spec", name: "worker" },
    { at: "spec.heter.template.spec", name: "heter" },
  ],
  labels: (_resource, pod) => paddleJobLabels(pod),
};

/**
 * The pods of a PaddleJob of the group batch.paddlepaddle.org, with what its operator adds to every one of them: the
 * host's network for `intranet: Host`, and for `sampleSetRef` the claim of that name in the first container.
 */
export function paddleJobPods(resource: Resource, row: KindRow): readonly PodSource[] {
  const spec = objectOf(resource.object.spec);
  const pods = podsAtPlaces(resource, { ...row, ...PARTS });
  const usesHostNetwork = spec.intranet === "Host";
  const sampleSet = isObject(spec.sampleSetRef) ? spec.sampleSetRef : null;
  if (!usesHostNetwork && sampleSet === null) return pods;
  return pods.map((pod) => {
    const aliases: Alias[] = [];
    let podSpec = pod.spec;
    if (usesHostNetwork && podSpec.hostNetwork !== true) {
      podSpec = { ...podSpec, hostNetwork: true };
      aliases.push({ model: [...pod.path, "hostNetwork"], object: ["spec", "intranet"] });
    }
    if (sampleSet !== null) podSpec = withSampleSet(podSpec, sampleSet, pod, aliases);
    return { ...pod, spec: podSpec, aliases };
  });
}

const SAMPLE_SET_PATH = ["spec", "sampleSetRef"] as const;

function withSampleSet(podSpec: JsonObject, sampleSet: JsonObject, pod: PodSource, aliases: Alias[]): JsonObject {
  const claimName = textOf(sampleSet.name);
  const mountPath = textOf(sampleSet.mountPath);
  if (claimName === null) return podSpec;
  const volumes = listOf(podSpec.volumes);
  const volumePath = [...pod.path, "volumes", volumes.length];
  aliases.push(
    { model: [...volumePath, "persistentVolumeClaim", "claimName"], object: [...SAMPLE_SET_PATH, "name"] },
    { model: [...volumePath, "name"], object: [...SAMPLE_SET_PATH, "name"] },
    { model: volumePath, object: SAMPLE_SET_PATH },
  );
  const [first, ...others] = listOf(podSpec.containers);
  let containers = podSpec.containers;
  if (mountPath !== null && isObject(first)) {
    const mounts = listOf(first.volumeMounts);
    aliases.push({ model: [...pod.path, "containers", 0, "volumeMounts", mounts.length], object: SAMPLE_SET_PATH });
    containers = [{ ...first, volumeMounts: [...mounts, { name: claimName, mountPath }] }, ...others];
  }
  return {
    ...podSpec,
    volumes: [...volumes, { name: claimName, persistentVolumeClaim: { claimName } }],
    containers,
  };
}
