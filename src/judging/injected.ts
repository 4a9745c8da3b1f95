import { isDeepStrictEqual } from "node:util";
import type { GlobCompiler, GlobTest } from "../config/glob-compiler.ts";
import type { JsonObject, JsonValue, Path } from "../documents/document.ts";
import type { Violation } from "../evaluation/violation.ts";
import { imageReference } from "../registry/repository.ts";
import { type Excuse, INJECTED_CONTAINERS, type InjectedContainer } from "../resources/injected-containers.ts";
import { listOf, objectOf, textOf, valueAt } from "../resources/json.ts";
import type { ContainerModel, WorkloadModel } from "../resources/workload-model.ts";

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
    for (const { containers } of workload.pods) {
      for (const container of containers) {
        const known = this.#byName.get(container.name)?.find((each) => fits(container, each));
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

function fits({ role, raw, imageFact }: ContainerModel, { row, isImage }: Known): boolean {
  if (!row.roles.some((each) => each === role) || imageFact === null) return false;
  const image = imageReference(imageFact.reference);
  if (typeof image === "string" || !isImage(`${image.repository.host}/${image.repository.path}`)) return false;
  const command = textsOf(raw.command);
  if (!isDeepStrictEqual(command, row.command ?? [])) return false;
  const args = textsOf(raw.args);
  if (args === null || !row.args.every((wanted, index) => wanted.test(args[index] ?? ""))) return false;
  return hasPrograms(args, row) && hasMounts(raw, row) && hasEnvironment(raw, row);
}

/** The texts of a list, none where there is no list; null where it holds anything else. */
function textsOf(value: JsonValue | undefined): readonly string[] | null {
  const items = listOf(value);
  const texts = items.filter((item) => typeof item === "string");
  return texts.length === items.length ? texts : null;
}

/** Both as `--option value` and as `--option=value`. */
function hasPrograms(args: readonly string[], { programs = {} }: InjectedContainer): boolean {
  return args.every((arg, index) => {
    const at = arg.indexOf("=");
    const option = at < 0 ? arg : arg.slice(0, at);
    const allowed = Object.hasOwn(programs, option) ? programs[option] : undefined;
    return allowed === undefined || allowed.includes(at < 0 ? (args[index + 1] ?? "") : arg.slice(at + 1));
  });
}

function hasMounts(raw: JsonObject, { mounts }: InjectedContainer): boolean {
  if (mounts === undefined) return true;
  const paths = listOf(raw.volumeMounts).map((mount) => textOf(objectOf(mount).mountPath));
  return paths.every((path) => path !== null && mounts.includes(path)) && listOf(raw.volumeDevices).length === 0;
}

function hasEnvironment(raw: JsonObject, { environment }: InjectedContainer): boolean {
  if (environment === undefined) return true;
  const names = listOf(raw.env).map((each) => textOf(objectOf(each).name));
  return names.every((name) => name !== null && environment.test(name)) && listOf(raw.envFrom).length === 0;
}

function isExcused(violation: Violation, { raw, path, imageFact }: ContainerModel, row: InjectedContainer): boolean {
  const { rule, outcome } = violation;
  if (outcome === "not-judged") return false;
  const field = violation.path.slice(path.length);
  if (rule === "pinned-image" && imageFact !== null) {
    return imageFact.class === "version" || (row.versions?.test(imageFact.tag ?? "") ?? false);
  }
  return row.excuses.some((excuse) => excuse.rule === rule && isMet(excuse, field, raw, violation));
}

function isMet({ field, values }: Excuse, found: Path, raw: JsonObject, violation: Violation): boolean {
  // Nothing is said of the user, neither here nor in the pod: the image's own it is.
  if (field.length === 0) return found.length === 0 && violation.case === "unset";
  const value = valueAt(raw, found);
  const place = Array.isArray(valueAt(raw, field)) ? found.slice(0, -1) : found;
  return isDeepStrictEqual(place, field) && values.some((each) => isDeepStrictEqual(each, value ?? undefined));
}
