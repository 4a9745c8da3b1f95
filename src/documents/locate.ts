import type { JsonValue, Path } from "../json/value.ts";
import type { Region } from "./document.ts";
import type { Locator } from "./locator.ts";
import type { SourceText } from "./source-text.ts";

/** How many steps of a path are there; null and a step into the wrong kind of collection count as absent. */
function depthOf(value: JsonValue, path: Path): number {
  let current: JsonValue = value;
  for (let depth = 0; depth < path.length; depth++) {
    const step = path[depth];
    let next: JsonValue | undefined;
    if (Array.isArray(current)) next = typeof step === "number" ? current[step] : undefined;
    else if (
      typeof current === "object" &&
      current !== null &&
      typeof step === "string" &&
      Object.hasOwn(current, step)
    ) {
      next = (current as { readonly [key: string]: JsonValue | undefined })[step];
    }
    if (next === undefined || next === null) return depth;
    current = next;
  }
  return path.length;
}

/** The deepest part of a path that is there, and whether it stands for what is absent below it. */
export function presentField(
  value: JsonValue,
  path: Path,
  root: Path,
): { readonly field: Path; readonly isParent: boolean } {
  const depth = depthOf(value, path);
  if (depth > root.length) {
    return { field: depth === path.length ? path : path.slice(0, depth), isParent: depth < path.length };
  }
  const name = [...root, "metadata", "name"];
  if (depthOf(value, name) === name.length) return { field: name, isParent: false };
  return { field: depth === path.length ? path : path.slice(0, depth), isParent: true };
}

/** What `Document.locate` answers. */
export function locate(
  locator: Locator,
  source: SourceText,
  base: number,
  value: JsonValue,
  path: Path,
  root: Path,
): { readonly field: Path; readonly region: Region } {
  const { field, isParent } = presentField(value, path, root);
  const span = locator.span(field, isParent);
  return { field, region: source.region(base + span.start, base + span.end) };
}
