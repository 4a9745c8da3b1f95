import { posix } from "node:path";
import type { JsonObject, Path } from "../documents/document.ts";
import { isObject, listOf, objectOf, textOf } from "../resources/json.ts";
import { isOpen } from "../resources/shell.ts";

/** A volume that a container mounts, and what is behind it. */
export interface Mount {
  /** Where the container sees it, normalised; null where it is a template. */
  readonly mountPath: string | null;
  /** The mount's own place in the object. */
  readonly path: Path;
  readonly volume: string;
  readonly kind: VolumeKind;
  /** The field that says what the volume is: `…persistentVolumeClaim.claimName`, `…hostPath`. */
  readonly volumePath: Path;
  readonly claim: string | null;
  readonly readOnly: boolean;
  /** The host's path of a hostPath volume. */
  readonly hostPath: string | null;
}

export type VolumeKind =
  | "claim"
  | "claimTemplate"
  | "hostPath"
  | "emptyDir"
  | "memory"
  | "csi"
  | "nfs"
  | "ephemeral"
  | "image"
  | "configuration"
  | "other"
  | "template";

/** What of a pod the resolution of paths needs. */
export interface MountingPod {
  readonly raw: JsonObject;
  readonly path: Path;
  /** Names of the workload's own claims (volumeClaimTemplates): they win over volumes of the same name. */
  readonly claimTemplates: readonly string[];
}

const CONFIGURATION = ["configMap", "secret", "projected", "downwardAPI"];

/** The mounts of a container, in the order in which they are written. `holder` is where the list `volumeMounts` is. */
export function mountsOf(pod: MountingPod, holder: JsonObject, path: Path): Mount[] {
  const mounts: Mount[] = [];
  const list = listOf(holder.volumeMounts);
  for (let index = 0; index < list.length; index++) {
    const mount = list[index];
    if (!isObject(mount)) continue;
    const name = textOf(mount.name) ?? "";
    const written = textOf(mount.mountPath);
    if (written === null) continue;
    mounts.push({
      mountPath: isOpen(written) ? null : withoutSlash(posix.normalize(`/${written}`)),
      path: [...path, "volumeMounts", index],
      ...volumeOf(pod, name, mount.readOnly === true || mount.recursiveReadOnly === "Enabled"),
    });
  }
  return mounts;
}

type VolumePart = Omit<Mount, "mountPath" | "path">;

function volumeOf(pod: MountingPod, name: string, readOnly: boolean): VolumePart {
  const part = { volume: name, claim: null, hostPath: null, readOnly };
  const own = pod.claimTemplates.indexOf(name);
  if (own >= 0) return { ...part, kind: "claimTemplate", volumePath: ["spec", "volumeClaimTemplates", own] };
  const volumes = listOf(pod.raw.volumes);
  const index = volumes.findIndex((volume) => isObject(volume) && volume.name === name);
  const at = [...pod.path, "volumes"];
  if (index < 0) return { ...part, kind: isOpen(name) ? "template" : "other", volumePath: at };
  const volume = objectOf(volumes[index]);
  return { ...part, ...sourceOf(volume, [...at, index], readOnly) };
}

/** What a volume is. One without a source is an emptyDir, as the API server's defaults say. */
function sourceOf(
  volume: JsonObject,
  at: Path,
  readOnly: boolean,
): Partial<VolumePart> & Pick<VolumePart, "kind" | "volumePath"> {
  for (const key of Object.keys(volume)) {
    if (key === "name") continue;
    const source = volume[key];
    if (source === null || source === undefined) continue;
    const volumePath = [...at, key];
    const fields = objectOf(source);
    switch (key) {
      case "persistentVolumeClaim": {
        const claim = textOf(fields.claimName);
        const kind = claim !== null && isOpen(claim) ? "template" : "claim";
        return {
          kind,
          claim,
          volumePath: [...volumePath, "claimName"],
          readOnly: readOnly || fields.readOnly === true,
        };
      }
      case "hostPath":
        return { kind: "hostPath", volumePath, hostPath: textOf(fields.path) };
      case "emptyDir":
        return { kind: fields.medium === "Memory" ? "memory" : "emptyDir", volumePath };
      case "csi":
      case "nfs":
        return { kind: key, volumePath, readOnly: readOnly || fields.readOnly === true };
      case "ephemeral":
        return { kind: "ephemeral", volumePath };
      case "image":
        return { kind: "image", volumePath, readOnly: true };
      default:
        if (CONFIGURATION.includes(key)) return { kind: "configuration", volumePath, readOnly: true };
        return { kind: "other", volumePath, readOnly: readOnly || fields.readOnly === true };
    }
  }
  return { kind: "emptyDir", volumePath: at };
}

/** The mount under which a path lies: the longest one, by whole path components. */
export function mountUnder(mounts: readonly Mount[], path: string): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const { mountPath } = mount;
    if (mountPath === null || !isUnder(path, mountPath)) continue;
    // of two mounts at one place the later one lies on top
    if (best?.mountPath == null || mountPath.length >= best.mountPath.length) best = mount;
  }
  return best;
}

/** Whether a path is a directory or lies in it. Both are normal and absolute. */
export function isUnder(path: string, directory: string): boolean {
  if (directory === "/") return true;
  return path.startsWith(directory) && (path.length === directory.length || path.charAt(directory.length) === "/");
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}
