import { posix } from "node:path";
import { spend, within } from "../../budget/budget.ts";
import { isObject, listOf, objectOf, textOf } from "../../json/json.ts";
import type { JsonObject, Path } from "../../json/value.ts";
import { longestName, longestPath } from "../../resources/limits.ts";
import { isOpen } from "../../shell/shell.ts";

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

/** A container with more could not be started: each is a mount of the kernel's. */
const mostMounts = 1_000;

const CONFIGURATION = ["configMap", "secret", "projected", "downwardAPI"];

/** The mounts of a container, in the order in which they are written. `holder` is where the list `volumeMounts` is. */
export function mountsOf(pod: MountingPod, holder: JsonObject, path: Path): Mount[] {
  const mounts: Mount[] = [];
  const list = listOf(holder.volumeMounts);
  within(list.length, mostMounts, "mount");
  if (list.length === 0) return mounts;
  const volumes = volumesOf(pod);
  for (let index = 0; index < list.length; index++) {
    const mount = list[index];
    if (!isObject(mount)) continue;
    const name = textOf(mount.name) ?? "";
    const written = textOf(mount.mountPath);
    if (written === null) continue;
    within(written.length, longestPath, "path");
    mounts.push({
      mountPath: isOpen(written) ? null : withoutSlash(posix.normalize(`/${written}`)),
      path: [...path, "volumeMounts", index],
      ...volumeOf(volumes, name, mount.readOnly === true || mount.recursiveReadOnly === "Enabled"),
    });
  }
  return mounts;
}

type VolumePart = Omit<Mount, "mountPath" | "path">;

/** The volumes that a pod's containers mount, by name. */
interface Volumes {
  readonly claimTemplates: ReadonlyMap<string, number>;
  readonly own: ReadonlyMap<string, { readonly volume: JsonObject; readonly index: number }>;
  /** The list that they are in. */
  readonly path: Path;
}

/** A pod has many containers, and each of them many mounts. */
const known = new WeakMap<MountingPod, Volumes>();

function volumesOf(pod: MountingPod): Volumes {
  let volumes = known.get(pod);
  if (volumes === undefined) {
    const claimTemplates = new Map<string, number>();
    for (const [index, name] of pod.claimTemplates.entries()) {
      if (!claimTemplates.has(name)) claimTemplates.set(name, index);
    }
    const own = new Map<string, { volume: JsonObject; index: number }>();
    for (const [index, volume] of listOf(pod.raw.volumes).entries()) {
      if (!isObject(volume) || typeof volume.name !== "string") continue;
      if (!own.has(volume.name)) own.set(volume.name, { volume, index });
    }
    volumes = { claimTemplates, own, path: [...pod.path, "volumes"] };
    known.set(pod, volumes);
  }
  return volumes;
}

function volumeOf({ claimTemplates, own, path }: Volumes, name: string, readOnly: boolean): VolumePart {
  const part = { volume: name, claim: null, hostPath: null, readOnly };
  const template = claimTemplates.get(name);
  if (template !== undefined) {
    return { ...part, kind: "claimTemplate", volumePath: ["spec", "volumeClaimTemplates", template] };
  }
  const found = own.get(name);
  if (found === undefined) return { ...part, kind: isOpen(name) ? "template" : "other", volumePath: path };
  return { ...part, ...sourceOf(found.volume, [...path, found.index], readOnly) };
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
        within(claim?.length ?? 0, longestName, "name");
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
  spend(mounts.length);
  let best: Mount | undefined;
  for (const mount of mounts) {
    const { mountPath } = mount;
    if (mountPath === null || !isUnder(path, mountPath)) continue;
    // of two mounts at one place the later one lies on top
    if (best?.mountPath == null || mountPath.length >= best.mountPath.length) best = mount;
  }
  return best;
}

/**
 * The mount whose path ends with as many of the first components of a relative path as any does: of several the first.
 * Each mount is gone through once, as Knuth, Morris and Pratt search for a word.
 */
export function mountWithTail(mounts: readonly Mount[], path: string): Mount | undefined {
  const components = posix
    .normalize(path)
    .split("/")
    .filter((part) => part !== "." && part !== "");
  if (components.length === 0 || components[0] === ".." || path.startsWith("/")) return undefined;
  // By a number of components: how many at their end are those at the beginning again.
  const fallback = [0, 0];
  for (let length = 2; length <= components.length; length++) {
    fallback.push(advanced(components, fallback, fallback[length - 1] ?? 0, components[length - 1] ?? ""));
  }
  let best: Mount | undefined;
  let most = 0;
  for (const mount of mounts) {
    const parts = mount.mountPath === null ? [] : mount.mountPath.split("/");
    spend(1 + parts.length);
    let matched = 0;
    for (const part of parts) matched = advanced(components, fallback, matched, part);
    if (matched <= most) continue;
    best = mount;
    most = matched;
  }
  return best;
}

/** How many components are matched behind one more part, where `matched` were before it. */
function advanced(components: readonly string[], fallback: readonly number[], matched: number, part: string): number {
  let length = matched;
  while (length > 0 && components[length] !== part) length = fallback[length] ?? 0;
  return components[length] === part ? length + 1 : 0;
}

/** Whether a path is a directory or lies in it. Both are normal and absolute. */
export function isUnder(path: string, directory: string): boolean {
  if (directory === "/") return true;
  return path.startsWith(directory) && (path.length === directory.length || path.charAt(directory.length) === "/");
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}
