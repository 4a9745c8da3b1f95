import { posix } from "node:path";
import { spend, within } from "../../budget/budget.ts";
import type { ModelSource } from "../../contract/input.generated.ts";
import { isObject, objectOf } from "../../json/json.ts";
import type { JsonObject, Path } from "../../json/value.ts";
import { longestUri } from "../../resources/limits.ts";
import type { Resource } from "../../resources/resource.ts";
import { type Command, commandsOf, resolved, workingDirectory } from "../../shell/command.ts";
import { type Environment, environmentOf } from "../../shell/environment.ts";
import { isOpen } from "../../shell/shell.ts";
import type { ContainerModel, PodModel } from "../../workloads/workload-model.ts";
import { downloadsOf } from "./downloads.ts";
import { isUnder, type Mount, mountsOf, mountUnder, mountWithTail } from "./mounts.ts";
import { fetchingVariablesOf, flagsOf, type NamedModel, variablesOf } from "./named.ts";
import { isOffline, type Stack, stackOf } from "./stacks.ts";
import { KSERVE_MODELS, kserveSources, schemeOf, sourceOfUri } from "./storage.ts";

/** What of an object decides where its models come from. */
export type ModelOwner = Pick<Resource, "group" | "identity" | "object">;
export type ModelPod = Pick<PodModel, "raw" | "path" | "name" | "serving" | "claimTemplates">;
export type ModelContainer = Pick<ContainerModel, "raw" | "path" | "role" | "imageFact">;

/** Programs that are told of more are none. */
const mostModels = 256;

const KSERVE_GROUP = "serving.kserve.io";
const NOTHING: readonly ModelSource[] = Object.freeze([]);

/**
 * Where the models of a container come from, as far as its manifest tells.
 *
 * A container that serves: what its controller brings (KServe's `storageUri`), else the path that a flag or a variable
 * names, else the mounts that have `model` in their path, volume or claim, else where its stack looks by default; and
 * what it downloads when it starts. A container that runs before it: its downloads. A container that trains: the paths
 * that it names, and nothing else. Paths are those of the pod's model.
 */
export function modelSourcesOf(owner: ModelOwner, pod: ModelPod, container: ModelContainer): readonly ModelSource[] {
  const { raw, role } = container;
  if (role === "ephemeralContainer") return NOTHING;
  const helper = role === "initContainer" || role === "sidecar";
  if (helper && (!pod.serving || (raw.command === undefined && raw.args === undefined))) return NOTHING;
  return new Resolution(owner, pod, container).sources(helper);
}

class Resolution {
  readonly #owner: ModelOwner;
  readonly #pod: ModelPod;
  readonly #path: Path;
  readonly #raw: JsonObject;
  readonly #role: string;
  readonly #image: string;
  readonly #environment: Environment;
  readonly #commands: readonly Command[];
  readonly #mounts: readonly Mount[];
  readonly #hasOpenMount: boolean;
  readonly #found: ModelSource[] = [];
  /** By the index of a mount, the place in `#found` of its source. */
  readonly #foundMounts = new Map<string | number | undefined, number>();

  constructor(owner: ModelOwner, pod: ModelPod, container: ModelContainer) {
    const { raw, path, role, imageFact } = container;
    this.#owner = owner;
    this.#pod = pod;
    this.#raw = raw;
    this.#path = path;
    this.#role = role;
    this.#image = imageFact?.reference ?? "";
    this.#environment = environmentOf(raw);
    this.#commands = commandsOf(raw, path, this.#environment);
    this.#mounts = mountsOf(pod, raw, path);
    this.#hasOpenMount = this.#mounts.some(({ mountPath }) => mountPath === null);
  }

  sources(helper: boolean): readonly ModelSource[] {
    if (helper) {
      this.#addDownloads();
      return this.#found;
    }
    const training = !this.#pod.serving;
    if (!training && this.#addBrought()) return this.#found;
    const flags = flagsOf(this.#commands, this.#environment, training);
    const variables = variablesOf(this.#environment, this.#path);
    within(flags.length + variables.length, mostModels, "model");
    for (const model of flags) this.#addNamed(model, training);
    for (const model of variables) {
      if (model.cache ? flags.length === 0 && !training : true) this.#addNamed(model, training);
    }
    if (training) return withoutEchoes(this.#found);
    this.#addDownloads();
    const stack = stackOf(this.#image, this.#commands, this.#isModelForm, this.#owner.identity.kind);
    if (flags.length === 0) {
      for (const model of fetchingVariablesOf(this.#environment, this.#path, stack.name === "PaddleNLP")) {
        this.#addPlace(model, resolved(model.value, null, this.#environment), true);
      }
      if (variables.length === 0 && !this.#isBeforeModels) this.#addImplied(stack);
    }
    return withoutEchoes(this.#found);
  }

  /** A model server that KServe completes from a runtime, or such a runtime. */
  get #isModelForm(): boolean {
    const { group, identity } = this.#owner;
    return group === KSERVE_GROUP && (this.#role !== "container" || identity.kind.endsWith("ServingRuntime"));
  }

  /** KServe's transformer and explainer work before and behind the model, and have none. */
  get #isBeforeModels(): boolean {
    const { name } = this.#pod;
    return this.#owner.group === KSERVE_GROUP && (name === "transformer" || name === "explainer");
  }

  /** What KServe brings. True where that settles the question. */
  #addBrought(): boolean {
    if (this.#owner.group !== KSERVE_GROUP) return false;
    const { raw, path } = this.#pod;
    const own = objectOf(objectOf(this.#owner.object.metadata).annotations);
    for (const source of kserveSources(this.#raw, this.#path, own)) this.#found.push(source);
    for (const source of kserveSources(raw, path, own)) this.#found.push(source);
    const uri = this.#environment.get("STORAGE_URI");
    if (typeof uri === "string" && schemeOf(uri) !== null) {
      const index = this.#environment.variables.findLast((variable) => variable.name === "STORAGE_URI")?.index ?? 0;
      const at = [...this.#path, "env", index, "value"];
      this.#found.push(sourceOfUri(uri, { how: "env", evidence: "STORAGE_URI", path: at }));
    }
    return this.#found.length > 0;
  }

  #addNamed(model: NamedModel, training: boolean): void {
    const { value, repositoryCache } = model;
    within(value.length, longestUri, "place");
    spend(value.length);
    if (repositoryCache !== undefined) {
      const local = resolved(value, model.directory, this.#environment);
      if (local === null || mountUnder(this.#mounts, local) === undefined) {
        // a training's repository is no path that it names
        if (!training) this.#addRepository(model, repositoryCache);
        return;
      }
    }
    if (schemeOf(value) !== null) {
      this.#found.push(sourceOfUri(value, { how: model.how, evidence: model.evidence, path: model.path() }));
      return;
    }
    if (!isOpen(value)) {
      const place = resolved(value, model.directory, this.#environment);
      if (place === null && value.startsWith("~")) this.#add("template", model, value);
      else this.#addPlace(model, place, model.cache);
      return;
    }
    // what is written out before the unknown part may settle it: `/models/${NAME}` with a mount at /models
    const open = value.search(/\$\{|\$\(|\{\{/);
    const prefix = posix.normalize(value.slice(0, Math.max(0, value.lastIndexOf("/", open))) || ".");
    const mount = prefix.startsWith("/") ? mountUnder(this.#mounts, prefix) : undefined;
    spend(this.#mounts.length);
    const nested = this.#mounts.some(
      (other) => other.mountPath === null || (other !== mount && isUnder(other.mountPath, prefix)),
    );
    if (mount === undefined || nested) this.#add("template", model, value);
    else this.#addMount(mount, model, value, false);
  }

  #addRepository(model: NamedModel, cache: string): void {
    const evidence = `${model.evidence} ${model.value}`;
    const place = resolved(cache, model.directory, this.#environment);
    const fetched: NamedModel = { ...model, how: "download", evidence, value: cache };
    if (place === null && (isOpen(cache) || cache.startsWith("~"))) this.#add("template", fetched, cache);
    else this.#addPlace(fetched, place, true);
  }

  /** A place in the container's file system: the volume behind it, or none. */
  #addPlace(model: NamedModel, place: string | null, download: boolean): void {
    // where only the image knows the working directory, the end of a mount may be the beginning of a relative path
    const mount = place === null ? mountWithTail(this.#mounts, model.value) : mountUnder(this.#mounts, place);
    const at = place ?? (model.value === "" ? null : model.value);
    if (mount !== undefined) this.#addMount(mount, model, at, download);
    else if (this.#hasOpenMount) this.#add("template", model, at);
    else if (this.#isLentByService(place)) this.#add("inferenceService", model, at ?? KSERVE_MODELS);
    else this.#add("none", model, at, model.how === "download" && download);
  }

  /** A runtime of KServe serves the models that the InferenceServices which use it bring. */
  #isLentByService(place: string | null): boolean {
    if (this.#owner.group !== KSERVE_GROUP || !this.#owner.identity.kind.endsWith("ServingRuntime")) return false;
    return place === null || isUnder(place, KSERVE_MODELS);
  }

  #addDownloads(): void {
    if (this.#commands.length === 0) return;
    for (const { evidence, path, destination, open } of downloadsOf(this.#commands, this.#environment)) {
      const model = { ...implied("download", evidence, path), value: destination ?? "" };
      if (open) this.#add("template", model, destination);
      else this.#addPlace(model, destination, true);
    }
  }

  /** Nobody names a path: mounts that look like models, else the stack's own directory. */
  #addImplied(stack: Stack): void {
    const offline = isOffline(this.#image);
    let seen = false;
    for (const mount of this.#mounts) {
      if (!looksLikeModels(mount)) continue;
      const fetches = this.#isNim || (stack.fetches && !offline && this.#isCache(mount, stack));
      this.#addMount(mount, implied("mount", mount.mountPath ?? mount.volume, mount.path), mount.mountPath, fetches);
      seen = true;
    }
    if (seen || this.#found.length > 0) return;
    const model = implied("default", offline ? "offline" : stack.name, this.#mountsPath);
    let first: string | null = null;
    for (const directory of stack.directories) {
      const place = this.#stackPlace(directory);
      const mount = place === null ? undefined : mountUnder(this.#mounts, place);
      if (mount !== undefined) {
        this.#addMount(mount, model, place, stack.fetches && !offline);
        return;
      }
      if (stack.certain) first ??= place;
    }
    this.#addPlace(model, first, false);
  }

  /** The list that lacks a mount; where there is none at all, the container. */
  get #mountsPath(): Path {
    return this.#mounts.length > 0 ? [...this.#path, "volumeMounts"] : this.#path;
  }

  #stackPlace(directory: string): string | null {
    return directory === "."
      ? workingDirectory(this.#raw, this.#environment)
      : resolved(directory, null, this.#environment);
  }

  /** Whether a stack finds its own directory for downloads at a mount. */
  #isCache({ mountPath }: Mount, stack: Stack): boolean {
    if (mountPath === null) return false;
    return stack.directories.some((directory) => {
      const place = this.#stackPlace(directory);
      return place !== null && directory.startsWith("~") && isUnder(place, mountPath);
    });
  }

  #addMount(mount: Mount, model: NamedModel, at: string | null, download: boolean): void {
    const made = mount.kind === "claim" && this.#isMadeByOperator();
    const source: ModelSource = {
      kind: made ? "claimTemplate" : mount.kind === "configuration" ? "other" : mount.kind,
      how: model.how,
      evidence: model.evidence,
      at,
      path: [...model.path()],
      mountPath: [...mount.path],
      volume: mount.volume,
      volumePath: [...mount.volumePath],
      readOnly: mount.readOnly,
      download,
    };
    if (mount.claim !== null) source.claim = mount.claim;
    // several flags under one mount are one source; that something is fetched to it weighs more than who names it
    const index = mount.path.at(-1);
    const same = this.#foundMounts.get(index);
    if (same === undefined) {
      this.#foundMounts.set(index, this.#found.length);
      this.#found.push(source);
    } else if (download && this.#found[same]?.download === false) this.#found[same] = source;
  }

  get #isNim(): boolean {
    return this.#owner.identity.kind === "NIMService";
  }

  /** The NIM operator makes the claim itself, unless one is named that it shall not create. */
  #isMadeByOperator(): boolean {
    if (!this.#isNim) return false;
    const { pvc } = objectOf(objectOf(this.#owner.object.spec).storage);
    return !isObject(pvc) || pvc.create === true || pvc.name === undefined;
  }

  #add(kind: string, model: NamedModel, at: string | null, download = false): void {
    const { how, evidence } = model;
    this.#found.push({ kind, how, evidence, at, path: [...model.path()], readOnly: false, download });
  }
}

function implied(how: NamedModel["how"], evidence: string, path: Path): NamedModel {
  return { how, evidence, value: "", directory: null, path: () => path, cache: false };
}

/** A mount with `model` in its path, volume or claim; not the files of a ConfigMap, not a device's or driver's path. */
function looksLikeModels(mount: Mount): boolean {
  const { kind, mountPath, volume, claim, hostPath } = mount;
  if (kind === "configuration" || mountPath === "/dev/shm") return false;
  if (hostPath !== null && DEVICES.some((directory) => isUnder(hostPath, directory))) return false;
  return hasModel(mountPath) || hasModel(volume) || hasModel(claim);
}

/** Where hosts keep devices, drivers and their tools. */
const DEVICES = [
  "/dev",
  "/sys",
  "/proc",
  "/etc",
  "/usr/bin",
  "/usr/lib",
  "/usr/lib64",
  "/usr/sbin",
  "/usr/local/nvidia",
  "/usr/local/cuda",
  "/usr/local/Ascend",
  "/usr/local/dcmi",
  "/usr/local/xpu",
  "/opt/hyhal",
];

function hasModel(text: string | null): boolean {
  return text?.toLowerCase().includes("model") === true;
}

/** One word a container about models that no mount holds: a download into nowhere says it all. */
function withoutEchoes(sources: readonly ModelSource[]): readonly ModelSource[] {
  if (sources.length < 2) return sources;
  const said = new Set<string>();
  const fetched = sources.some(({ kind, download }) => kind === "none" && download);
  const flagged = sources.some(({ how }) => how === "flag");
  return sources.filter(({ kind, download, how, path }) => {
    if (how === "env" && flagged && (kind === "none" || kind === "template")) return false;
    if (kind !== "none" && kind !== "template") return true;
    if (kind === "none" && !download && fetched) return false;
    const key = kind === "none" ? String(download) : path.join();
    return !said.has(key) && said.add(key) !== undefined;
  });
}
