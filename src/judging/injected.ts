import { isDeepStrictEqual } from "node:util";
import type { GlobCompiler, GlobTest } from "../config/glob-compiler.ts";
import { objectOf, valueAt } from "../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../json/value.ts";
import { imageReference } from "../registry/repository.ts";
import type { Violation } from "../rules/violation.ts";
import { type Excuse, INJECTED_CONTAINERS, type InjectedContainer } from "../workloads/injected-containers.ts";
import { hasArguments, hasMounts, textsOf } from "../workloads/injected-fields.ts";
import type { ContainerModel, PodModel, WorkloadModel } from "../workloads/workload-model.ts";

/** Another place of an injected container's image, as the configuration says: a mirror. */
export interface InjectedMirror {
  /** The container's name. */
  readonly name: string;
  /** Globs of repositories, with their registry. */
  readonly images: readonly string[];
  /** The name of the container in the table that it is like in all else. */
  readonly like: string;
}

/** A container as it must be, to be excused as a row says. */
interface Known {
  readonly row: InjectedContainer;
  readonly isImage: GlobTest;
}

/** Whether a container's violation is one that nobody wrote but an injector, and that is known to be so. */
export type IsExcused = (violation: Violation) => boolean;

/** Knows the containers that meshes and operators inject: those of the table, and the configuration's mirrors of them. */
export class InjectedContainers {
  readonly #byName = new Map<string, Known[]>();

  constructor(mirrors: readonly InjectedMirror[], compile: GlobCompiler | null) {
    for (const row of INJECTED_CONTAINERS) {
      const images = new Set(row.images);
      this.#add(row.name, { row, isImage: (repository) => images.has(repository) });
    }
    for (const { name, images, like } of mirrors) {
      const row = INJECTED_CONTAINERS.find((each) => each.name === like);
      if (row !== undefined && compile !== null) this.#add(name, { row, isImage: compile(images) });
    }
  }

  /** What is excused in a workload; null where none of its containers is known. */
  excused(workload: WorkloadModel): IsExcused | null {
    const fitting = new Map<string, { readonly container: ContainerModel; readonly row: InjectedContainer }>();
    for (const pod of workload.pods) {
      for (const container of pod.containers) {
        const known = this.#byName.get(container.name)?.find((each) => fits(container, pod, each));
        if (known !== undefined) fitting.set(container.path.join("\0"), { container, row: known.row });
      }
    }
    if (fitting.size === 0) return null;
    return (violation) => {
      for (let length = violation.path.length; length > 0; length--) {
        const found = fitting.get(violation.path.slice(0, length).join("\0"));
        if (found !== undefined) return isExcused(violation, found.container, found.row);
      }
      return false;
    };
  }

  #add(name: string, known: Known): void {
    this.#byName.set(name, [...(this.#byName.get(name) ?? []), known]);
  }
}

/** What says nothing of the program that runs; the other fields are held to what the row tells of them. */
const FIELDS = new Set([
  ...["name", "image", "imagePullPolicy", "command", "args", "env", "ports", "resources", "resizePolicy"],
  ...["restartPolicy", "securityContext", "volumeMounts", "lifecycle"],
  ...["livenessProbe", "readinessProbe", "startupProbe", "terminationMessagePath", "terminationMessagePolicy"],
]);

function fits({ role, raw, imageFact }: ContainerModel, pod: PodModel, { row, isImage }: Known): boolean {
  if (!row.roles.some((each) => each === role) || imageFact === null) return false;
  const image = imageReference(imageFact.reference);
  if (typeof image === "string" || !isImage(`${image.repository.host}/${image.repository.path}`)) return false;
  if (Object.keys(raw).some((field) => !FIELDS.has(field) && !isEmpty(raw[field]))) return false;
  if (!isDeepStrictEqual(textsOf(raw.command), row.command ?? []) || !hasArguments(raw.args, row.args)) return false;
  const { livenessProbe, readinessProbe, startupProbe, terminationMessagePath = null } = raw;
  if ([livenessProbe, readinessProbe, startupProbe].some((probe) => objectOf(probe).exec !== undefined)) return false;
  if (terminationMessagePath !== null && terminationMessagePath !== "/dev/termination-log") return false;
  return hasLifecycle(raw, row) && hasMounts(raw, pod, row.mounts) && hasEnvironment(raw, row);
}

/** What the API server writes of a field that is not there. */
function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === false || value === "" || isDeepStrictEqual(value, []);
}

function hasLifecycle(raw: JsonObject, { lifecycle }: InjectedContainer): boolean {
  const { postStart, preStop, ...others } = objectOf(raw.lifecycle);
  if (Object.keys(others).length > 0) return false;
  return [[postStart, lifecycle?.postStart] as const, [preStop, lifecycle?.preStop] as const].every(
    ([hook, wanted]) => {
      if (hook === undefined || hook === null) return true;
      const { exec, ...otherwise } = objectOf(hook);
      const command = textsOf(objectOf(exec).command)?.join(" ") ?? "";
      return Object.keys(otherwise).length === 0 && wanted !== undefined && wanted.test(command);
    },
  );
}

function hasEnvironment({ env }: JsonObject, { environment, values = {} }: InjectedContainer): boolean {
  if (env === undefined || env === null) return true;
  if (!Array.isArray(env)) return false;
  return env.every((each) => {
    const { name, value, valueFrom } = objectOf(each);
    if (typeof name !== "string" || !environment.test(name)) return false;
    const agrees = Object.hasOwn(values, name) ? values[name] : undefined;
    return agrees === undefined || (typeof value === "string" && valueFrom === undefined && agrees(value));
  });
}

function isExcused(violation: Violation, container: ContainerModel, row: InjectedContainer): boolean {
  const { path, imageFact } = container;
  const { rule, outcome } = violation;
  if (outcome === "not-judged") return false;
  const field = violation.path.slice(path.length);
  if (rule === "pinned-image" && imageFact !== null) {
    return imageFact.class === "version" || (row.versions?.test(imageFact.tag ?? "") ?? false);
  }
  return row.excuses.some((excuse) => excuse.rule === rule && isMet(excuse, field, violation, container, row));
}

function isMet(
  { field, values }: Excuse,
  found: Path,
  violation: Violation,
  { raw, imageFact }: ContainerModel,
  row: InjectedContainer,
): boolean {
  // Nothing is said of the user, neither here nor in the pod: the image's own it is.
  if (field.length === 0) return found.length === 0 && violation.case === "unset" && hasOwnUser(imageFact?.tag, row);
  const value = valueAt(raw, found);
  const place = Array.isArray(valueAt(raw, field)) ? found.slice(0, -1) : found;
  return isDeepStrictEqual(place, field) && values.some((each) => isDeepStrictEqual(each, value ?? undefined));
}

function hasOwnUser(tag: string | null | undefined, { ownUserSince }: InjectedContainer): boolean {
  const [, major, minor] = /^v?(\d{1,4})\.(\d{1,4})\.\d{1,4}$/.exec(tag ?? "") ?? [];
  if (ownUserSince === undefined || major === undefined || minor === undefined) return false;
  const [sinceMajor, sinceMinor] = ownUserSince;
  return Number(major) > sinceMajor || (Number(major) === sinceMajor && Number(minor) >= sinceMinor);
}
