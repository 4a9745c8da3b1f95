import { itemsOf } from "../json/fields.ts";
import type { Path } from "../json/value.ts";
import { nearest } from "../messages/nearest.ts";
import { scopesNear } from "./scopes-near.ts";
import type { ConfigurationValidator, SchemaError } from "./validator.ts";
import type { ConfigurationWords, Unknown } from "./words.ts";

/** Something wrong at a place of a configuration. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** What a word is about decides which of several stay. */
interface Found extends Problem {
  readonly about: "keys" | "value" | "value, in general";
}

/**
 * Checks a configuration's value against the schema, and puts into words what the schema does not allow.
 * @param rules the catalogue's: the schema lacks those of a user's own bundle.
 */
export function schemaProblems(
  value: unknown,
  validator: ConfigurationValidator,
  rules: ReadonlySet<string>,
  words: ConfigurationWords,
): Problem[] {
  if (validator.configuration(value)) return [];
  const problems: Found[] = [];
  for (const error of validator.configuration.errors ?? []) {
    const path = pathOf(error.instancePath, value);
    const name = error.params.additionalProperty;
    const foreign = error.keyword === "additionalProperties" && path.at(-1) === "rules" && rules.has(String(name));
    if (foreign) problems.push(...settingProblems([...path, String(name)], value, validator, rules, words));
    else problems.push(...inWords(error, path, rules, words));
  }
  return onePerValue(problems);
}

/**
 * Schemas overlap: a number where a text is due also breaks the text's choices. Of a value, one word is enough, and a
 * particular one is better than a general one. What is said of a mapping's keys always stays.
 */
function onePerValue(problems: readonly Found[]): Problem[] {
  const best = new Map<string, Found>();
  for (const problem of problems) {
    const place = JSON.stringify(problem.path);
    const rival = best.get(place);
    if (problem.about === "keys") continue;
    if (rival === undefined || (rival.about === "value, in general" && problem.about === "value")) {
      best.set(place, problem);
    }
  }
  return problems
    .filter((problem) => problem.about === "keys" || best.get(JSON.stringify(problem.path)) === problem)
    .map(({ path, message }) => ({ path, message }));
}

/** The setting of a rule from a bundle: its level and scope are checked, its parameters are the bundle's own. */
function settingProblems(
  at: Path,
  value: unknown,
  validator: ConfigurationValidator,
  rules: ReadonlySet<string>,
  words: ConfigurationWords,
): Found[] {
  const setting = at.reduce<unknown>((each, key) => (isRecord(each) ? each[key] : undefined), value);
  if (validator.setting(setting)) return [];
  return (validator.setting.errors ?? []).flatMap((error) =>
    inWords(error, [...at, ...pathOf(error.instancePath, setting)], rules, words),
  );
}

function inWords(error: SchemaError, path: Path, rules: ReadonlySet<string>, words: ConfigurationWords): Found[] {
  const { keyword, params, schema, data } = error;
  const name = written(path);
  const example = texts(itemsOf(error.parentSchema?.examples))[0];
  // Each branch of a choice complains; the choice itself says it once.
  if (keyword === "if" || /\/(?:anyOf|oneOf)\/\d/.test(error.schemaPath)) return [];
  const keys = (message: string): Found[] => [{ path, message, about: "keys" }];
  const value = (message: string): Found[] => [{ path, message, about: "value" }];
  switch (keyword) {
    case "additionalProperties": {
      const key = String(params.additionalProperty);
      const what = unknownThing(path);
      const properties = error.parentSchema?.properties;
      const known = what === "rule" ? [...rules] : Object.keys(isRecord(properties) ? properties : {});
      return [{ path: [...path, key], message: words.unknown(what, key, nearest(key, known), known), about: "keys" }];
    }
    case "dependencies":
      // What the words for such a pair say is why.
      if (params.property === "until") {
        return [{ path: [...path, "until"], message: words.untilNeedsSince, about: "value" }];
      }
      return keys(words.missing(String(params.missingProperty)));
    case "required":
      return keys(words.missing(String(params.missingProperty)));
    case "anyOf": {
      const wanted = texts(itemsOf(schema).flatMap((each) => (isRecord(each) ? itemsOf(each.required) : [])));
      if (wanted.length > 0) return keys(words.oneOf(wanted));
      return [{ path, message: words.other(name, error.message ?? keyword), about: "value, in general" }];
    }
    case "type":
      if (path.at(-1) === "kubernetesVersion" && typeof data === "number") return value(words.version(String(data)));
      // A unit was forgotten, or the quotes.
      if (typeof data === "number" && /^\d/.test(example ?? "")) return value(words.form(name, String(data), example));
      return value(words.type(name, texts(Array.isArray(params.type) ? params.type : [params.type])));
    case "enum": {
      const known = texts(itemsOf(schema));
      const near = typeof data === "string" ? nearest(data, known) : undefined;
      return value(words.choice(name, JSON.stringify(data), near, known));
    }
    case "minLength":
    case "minItems":
    case "minProperties":
      return value(words.blank(name));
    case "pattern":
      if (typeof data === "string" && data.trim() === "") return value(words.blank(name));
      if (error.parentSchema?.format === "date-time") return value(words.moment(String(data)));
      if (path.includes("scope") && typeof data === "string") return value(words.scope(name, data, scopesNear(data)));
      return value(words.form(name, JSON.stringify(data), example));
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return value(words.number(name, `${params.comparison} ${params.limit}`));
    default:
      return [{ path, message: words.other(name, error.message ?? keyword), about: "value, in general" }];
  }
}

/** Below `rules` are rules, below a rule its parameters. */
function unknownThing(path: Path): Unknown {
  if (path.at(-1) === "rules") return "rule";
  return path.at(-2) === "rules" ? "parameter" : "key";
}

/** A path as people write it: `overrides[0].rules`. */
function written(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

/** JSON Pointer (RFC 6901) to path; a part is an index where the value there is a list. */
function pathOf(pointer: string, root: unknown): Path {
  const path: (string | number)[] = [];
  let value = root;
  for (const raw of pointer.split("/").slice(1)) {
    const part = raw.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) {
      path.push(Number(part));
      value = value[Number(part)];
    } else {
      path.push(part);
      value = isRecord(value) ? value[part] : undefined;
    }
  }
  return path;
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === "string");
}

function isRecord(value: unknown): value is { readonly [key: string | number]: unknown } {
  return typeof value === "object" && value !== null;
}
