import { isObject, listOf, objectOf, textOf } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import type { PodModel } from "./workload-model.ts";

/** What each option may have as its value; null: it is a switch. */
export interface OptionValues {
  readonly [option: string]: RegExp | null;
}

/** All arguments that there may be. */
export interface InjectedArguments {
  /** What the first are, one each. */
  readonly first: readonly RegExp[];
  /** Then these, as `--option value` and as `--option=value`. */
  readonly options: OptionValues;
  /** Or else one or more pairs of these. */
  readonly pairs?: readonly [RegExp, RegExp];
}

/** The kinds of volumes: of config maps and of projections, those that a cluster or a mesh publishes. */
export type InjectedVolume =
  | "emptyDir"
  | "projected"
  | "downwardAPI"
  | "secret"
  | "configMap"
  | "persistentVolumeClaim";

/** A place where a volume may be mounted, and what the volume may be. */
export interface InjectedMount {
  readonly at: RegExp;
  readonly volumes: readonly InjectedVolume[];
  /** Whether other containers may mount the same empty folder: what they write there is theirs. */
  readonly shared?: true;
}

/** Config maps that hold certificates and that their controller writes into every namespace, over anybody's changes. */
const PUBLISHED = new Set(["kube-root-ca.crt", "istio-ca-root-cert", "istio-ca-crl", "linkerd-identity-trust-roots"]);
const MOUNT_FIELDS = new Set(["name", "mountPath", "readOnly", "recursiveReadOnly"]);

/** The texts of a list, none where there is no list; null where it holds anything else. */
export function textsOf(value: JsonValue | undefined): readonly string[] | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return null;
  const texts = value.filter((item) => typeof item === "string");
  return texts.length === value.length ? texts : null;
}

/** Whether all arguments of a container are those that are told. */
export function hasArguments(value: JsonValue | undefined, { first, options, pairs }: InjectedArguments): boolean {
  const args = textsOf(value);
  if (args === null || !first.every((wanted, index) => wanted.test(args[index] ?? ""))) return false;
  const rest = args.slice(first.length);
  if (pairs !== undefined) {
    const [one, other] = pairs;
    return (
      rest.length > 0 && rest.length % 2 === 0 && rest.every((arg, index) => (index % 2 === 0 ? one : other).test(arg))
    );
  }
  for (let index = 0; index < rest.length; index++) {
    const arg = rest[index] ?? "";
    const at = arg.startsWith("--") ? arg.indexOf("=") : -1;
    const option = at < 0 ? arg : arg.slice(0, at);
    const wanted = Object.hasOwn(options, option) ? options[option] : undefined;
    if (wanted === undefined) return false;
    if (wanted === null) {
      if (at >= 0 && !/^(?:true|false)$/.test(arg.slice(at + 1))) return false;
    } else {
      const given = at < 0 ? rest[++index] : arg.slice(at + 1);
      if (given === undefined || !wanted.test(given)) return false;
    }
  }
  return true;
}

/**
 * Whether each volume that a container mounts is of its injector's making, in its place, and nobody else's. Claims that the
 * workload makes win over volumes of their name.
 */
export function hasMounts(
  container: JsonObject,
  { raw: pod, claimTemplates }: Pick<PodModel, "raw" | "claimTemplates">,
  allowed: readonly InjectedMount[],
): boolean {
  const { volumeMounts } = container;
  if (volumeMounts === undefined || volumeMounts === null) return true;
  if (!Array.isArray(volumeMounts)) return false;
  return volumeMounts.every((value) => {
    if (!isObject(value) || Object.keys(value).some((key) => !MOUNT_FIELDS.has(key))) return false;
    const path = textOf(value.mountPath);
    const mount = path === null ? undefined : allowed.find(({ at }) => at.test(path));
    const volumes = listOf(pod.volumes)
      .map(objectOf)
      .filter(({ name }) => name === value.name);
    const [volume] = volumes;
    if (mount === undefined || volume === undefined || volumes.length > 1) return false;
    if (claimTemplates.some((name) => name === value.name)) return false;
    const kinds = Object.keys(volume).filter((key) => key !== "name");
    const kind = mount.volumes.find((each) => each === kinds[0]);
    if (kind === undefined || kinds.length > 1 || !isPublished(kind, objectOf(volume[kind]))) return false;
    return kind !== "emptyDir" || mount.shared === true || isAlone(String(value.name), pod);
  });
}

function isPublished(kind: InjectedVolume, source: JsonObject): boolean {
  if (kind === "configMap") return PUBLISHED.has(textOf(source.name) ?? "");
  if (kind !== "projected") return true;
  return listOf(source.sources).every((value) => {
    const entries = Object.entries(objectOf(value));
    return entries.every(([key, from]) => {
      if (key === "serviceAccountToken") return true;
      if (key === "configMap") return PUBLISHED.has(textOf(objectOf(from).name) ?? "");
      if (key !== "downwardAPI") return false;
      const fields = listOf(objectOf(from).items).map((item) => objectOf(objectOf(item).fieldRef).fieldPath);
      return fields.every((field) => field === "metadata.namespace");
    });
  });
}

/** Whether one container alone mounts a volume. */
function isAlone(name: string, pod: JsonObject): boolean {
  const lists = [pod.containers, pod.initContainers, pod.ephemeralContainers];
  const mounting = lists
    .flatMap(listOf)
    .filter((container) => listOf(objectOf(container).volumeMounts).some((mount) => objectOf(mount).name === name));
  return mounting.length === 1;
}
