import { formatPath } from "../../json/path.ts";
import { loadPlaces, type Places } from "./compiled.ts";

type Path = readonly (string | number)[];

/** How far down a field is looked for: two steps lead from a Deployment's `spec` to its pod's. */
const DEEPEST = 2;

/**
 * Where a field belongs that does not belong where it is: in an object within the same object (`runAsNonRoot` of a
 * container: its `securityContext`), else in the nearest object around it (`nodeSelector` of a container: the pod's
 * spec). As a path from the root of the object, or undefined where no such place is near.
 */
export function placeOf(chunk: string, parent: Path, field: string): string | undefined {
  const { kinds, definitions } = loadPlaces();
  const around = [kinds[chunk] ?? -1];
  for (const step of parent) {
    const current = around.at(-1) ?? -1;
    // An item of a list has the definition that the list's field leads to, and so has a value of a map.
    around.push(typeof step === "number" ? current : (definitions[current]?.[step] ?? -1));
  }
  const below = placeBelow(definitions, around.at(-1) ?? -1, field);
  if (below !== undefined) return formatPath([...parent, ...below]);
  for (let depth = parent.length - 1; depth > 0; depth--) {
    if (Object.hasOwn(definitions[around[depth] ?? -1] ?? {}, field)) return formatPath(parent.slice(0, depth));
  }
  return undefined;
}

/** The fields that lead down to the nearest object which has the field. */
function placeBelow(definitions: Places["definitions"], start: number, field: string): Path | undefined {
  let level: (readonly [path: Path, definition: number])[] = [[[], start]];
  for (let depth = 0; depth < DEEPEST; depth++) {
    const next: typeof level = [];
    for (const [path, definition] of level) {
      for (const [child, number] of Object.entries(definitions[definition] ?? {})) {
        if (number < 0 || child === "status") continue;
        if (Object.hasOwn(definitions[number] ?? {}, field)) return [...path, child];
        next.push([[...path, child], number]);
      }
    }
    level = next;
  }
  return undefined;
}
