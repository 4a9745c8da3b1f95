import { spend, within } from "../budget/budget.ts";
import { isObject, listOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { longestName, longestWord } from "../resources/limits.ts";
import { isOpen, type Variables } from "./shell.ts";

/** A variable of a container's `env`. */
export interface Variable {
  readonly name: string;
  /** Null where the value comes from elsewhere (`valueFrom`) or is a template. */
  readonly value: string | null;
  /** Its index in `env`. */
  readonly index: number;
}

/** What a container's manifest sets in its environment. */
export interface Environment extends Variables {
  readonly variables: readonly Variable[];
}

/** How many characters the expansions of one container may come to: eight times what Linux takes for one word. */
const mostExpanded = 1_048_576;

/**
 * The environment of a container, Kubernetes' `$(NAME)` references between variables resolved as kubelet does: a
 * reference sees the variables above it.
 * Source: Kubernetes, "Define Dependent Environment Variables".
 */
export function environmentOf(container: JsonObject): Environment {
  const list = listOf(container.env);
  const values = new Map<string, string | null>();
  let expanded = 0;
  const get = (name: string): string | null | undefined => values.get(name);
  const take = (length: number): void => {
    spend(length);
    expanded += length;
    within(expanded, mostExpanded, "expansion");
  };
  const variables: Variable[] = [];
  for (let index = 0; index < list.length; index++) {
    const entry = list[index];
    if (!isObject(entry) || typeof entry.name !== "string") continue;
    const value = literal(entry, { get, spend: take });
    values.set(entry.name, value);
    variables.push({ name: entry.name, value, index });
  }
  return { variables, get, spend: take };
}

function literal(entry: JsonObject, earlier: Variables): string | null {
  const { value, valueFrom } = entry;
  if (isObject(valueFrom)) return null;
  if (value === undefined || value === null) return "";
  if (typeof value === "object") return null;
  const written = String(value);
  within(written.length, longestWord, "variable");
  spend(1 + written.length);
  const text = expandReferences(written, earlier);
  return isOpen(text) ? null : text;
}

/**
 * Kubernetes' own expansion in command, args and env: `$(NAME)` becomes the variable's value, `$$` one dollar sign;
 * a reference that cannot be resolved stays as it is written.
 */
export function expandReferences(text: string, variables: Variables): string {
  let at = text.indexOf("$");
  if (at < 0 || at === text.length - 1) return text;
  let result = text.slice(0, at);
  // The first closing bracket from here on: looked for once, however many references begin before it.
  let end = -1;
  while (at < text.length) {
    const next = text.charAt(at + 1);
    if (next === "$") {
      result += "$";
      at += 2;
    } else if (next === "(") {
      if (end < at + 2) end = indexFrom(text, ")", at + 2);
      const named = end < text.length && end - at - 2 <= longestName;
      const value = named ? variables.get(text.slice(at + 2, end)) : undefined;
      if (typeof value === "string") {
        variables.spend(value.length);
        result += value;
        at = end + 1;
      } else {
        result += "$(";
        at += 2;
      }
    } else {
      result += "$";
      at += 1;
    }
    const following = text.indexOf("$", at);
    result += text.slice(at, following < 0 ? undefined : following);
    if (following < 0) break;
    at = following;
  }
  return result;
}

/** As `indexOf`, but the text's length where there is none. */
function indexFrom(text: string, what: string, start: number): number {
  const found = text.indexOf(what, start);
  return found < 0 ? text.length : found;
}
