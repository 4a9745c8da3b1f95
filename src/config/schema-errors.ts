import type { Path } from "../documents/document.ts";
import { nearest } from "./suggest.ts";
import type { ConfigurationValidator, SchemaError } from "./validator.ts";
import type { ConfigurationWords, Unknown } from "./words.ts";

/** Something wrong at a place of a configuration. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
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
  const problems: Problem[] = [];
  for (const error of validator.configuration.errors ?? []) {
    const path = pathOf(error.instancePath, value);
    const name = error.params.additionalProperty;
    const foreign = error.keyword === "additionalProperties" && path.at(-1) === "rules" && rules.has(String(name));
    if (!foreign) problems.push(...inWords(error, path, rules, words));
    else problems.push(...settingProblems([...path, String(name)], value, validator, rules, words));
  }
  return problems;
}

/** The setting of a rule from a bundle: its level and scope are checked, its parameters are the bundle's own. */
function settingProblems(
  at: Path,
  value: unknown,
  validator: ConfigurationValidator,
  rules: ReadonlySet<string>,
  words: ConfigurationWords,
): Problem[] {
  const setting = at.reduce<unknown>((each, key) => (isRecord(each) ? each[key] : undefined), value);
  if (validator.setting(setting)) return [];
  return (validator.setting.errors ?? []).flatMap((error) =>
    inWords(error, [...at, ...pathOf(error.instancePath, setting)], rules, words),
  );
}

function inWords(error: SchemaError, path: Path, rules: ReadonlySet<string>, words: ConfigurationWords): Problem[] {
  const { keyword, params, schema, data } = error;
  const name = written(path);
  const at = (message: string): Problem[] => [{ path, message }];
  switch (keyword) {
    case "if":
      return [];
    case "additionalProperties": {
      const key = String(params.additionalProperty);
      const what = unknownThing(path);
      const known =
        what === "rule"
          ? [...rules]
          : Object.keys(isRecord(error.parentSchema?.properties) ? error.parentSchema.properties : {});
      return [{ path: [...path, key], message: words.unknown(what, key, nearest(key, known), known) }];
    }
    case "required":
      // Inside an anyOf each branch complains; the anyOf itself says it once.
      return error.schemaPath.includes("/anyOf/") ? [] : at(words.missing(String(params.missingProperty)));
    case "anyOf": {
      const alternatives = texts(
        Array.isArray(schema) ? schema.flatMap((each) => (isRecord(each) ? each.required : [])) : [],
      );
      return alternatives.length === 0 ? [] : at(words.oneOf(alternatives));
    }
    case "type":
      if (path.at(-1) === "kubernetesVersion" && typeof data === "number") return at(words.version(String(data)));
      return at(words.type(name, texts(Array.isArray(params.type) ? params.type : [params.type])));
    case "enum": {
      const known = texts(Array.isArray(schema) ? schema : []);
      const near = typeof data === "string" ? nearest(data, known) : undefined;
      return at(words.choice(name, JSON.stringify(data), near, known));
    }
    case "minLength":
    case "minItems":
    case "minProperties":
      return at(words.blank(name));
    case "pattern": {
      if (typeof data === "string" && data.trim() === "") return at(words.blank(name));
      const examples = error.parentSchema?.examples;
      return at(words.form(name, JSON.stringify(data), texts(Array.isArray(examples) ? examples : [])[0]));
    }
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return at(words.number(name, `${params.comparison} ${params.limit}`));
    default:
      return at(words.other(name, error.message ?? keyword));
  }
}

/** Below `rules` are rules, below a rule its parameters. */
function unknownThing(path: Path): Unknown {
  if (path.at(-1) === "rules") return "rule";
  return path.at(-2) === "rules" ? "parameter" : "key";
}

/** A path as people write it: `overrides[0].rules`. */
export function written(path: Path): string {
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
