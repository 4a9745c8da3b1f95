import { within } from "../../budget/budget.ts";
import type { SchemaError } from "../../contract/input.generated.ts";
import { typeName } from "../../json/type-name.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { nearest } from "../../messages/nearest.ts";
import { isTemplate } from "../../resources/quantity.ts";
import type { RawError } from "./compiled.ts";
import { placeOf } from "./misplaced.ts";

/** More errors than this in one object say no more than that it is another thing altogether. */
const MOST_ERRORS = 100;
const LONGEST_VALUE = 120;
/** Each error repeats the path to it. */
const LONGEST_POINTER = 8_192;

type Path = (string | number)[];

/**
 * The errors of a compiled validator in the rule's words, each place once: a misspelled field that had to be there is
 * not also missing, and what a template will fill in is not judged.
 */
export function explain(object: JsonObject, chunk: string, raw: readonly RawError[]): SchemaError[] {
  const errors: SchemaError[] = [];
  const excused = excusedPaths(raw);
  for (const error of raw) {
    if (isExcused(error, excused)) continue;
    if (errors.length === MOST_ERRORS - 1 && raw.length > MOST_ERRORS) {
      errors.push({ problem: "more", path: ["kind"], args: { count: raw.length - errors.length } });
      break;
    }
    errors.push(explainOne(object, chunk, error));
  }
  return errors;
}

/** The missing fields that unknown ones stand for: those that they resemble, or all where a template is a key. */
function excusedPaths(raw: readonly RawError[]): ReadonlySet<string> {
  const excused = new Set<string>();
  const unknown = raw.filter((error) => error.keyword === "known");
  for (const { path, params } of unknown.slice(0, MOST_ERRORS)) {
    const key = String(params.key);
    if (isTemplate(key)) excused.add(path);
    const suggestion = nearest(key, params.known as Iterable<string>);
    if (suggestion !== undefined) excused.add(`${path}/${suggestion}`);
  }
  return excused;
}

function isExcused({ keyword, path, params }: RawError, excused: ReadonlySet<string>): boolean {
  if (keyword === "needs") return excused.has(path) || excused.has(`${path}/${params.key}`);
  return keyword === "named" && NAMES.some((name) => excused.has(path + name));
}

const NAMES = ["", "/metadata", "/metadata/name", "/metadata/generateName"] as const;

function explainOne(object: JsonObject, chunk: string, error: RawError): SchemaError {
  within(error.path.length, LONGEST_POINTER, "key");
  const { path, value } = follow(object, error.path);
  switch (error.keyword) {
    case "known":
      return unknownField(chunk, path, String(error.params.key), error.params.known as ReadonlySet<string>);
    case "needs":
      return missing(path, String(error.params.key));
    case "named":
      return { problem: "unnamed", path: [...path, "metadata", "name"], args: {} };
    case "minItems":
      return { problem: "empty-list", path, args: { field: lastOf(path) } };
    default:
      if (typeof value === "string" && isTemplate(value))
        return { problem: "template", path, args: { value: short(value) } };
      return wrongValue(error, path, value);
  }
}

function unknownField(chunk: string, parent: Path, field: string, known: ReadonlySet<string>): SchemaError {
  const path = [...parent, field];
  if (isTemplate(field)) return { problem: "template", path, args: { value: short(field) } };
  const near = nearest(field, known, 2);
  if (near !== undefined) return { problem: "misspelled-field", path, args: { field, suggestion: near } };
  const place = placeOf(chunk, parent, field);
  if (place !== undefined) return { problem: "misplaced-field", path, args: { field, place } };
  const suggestion = nearest(field, known);
  if (suggestion !== undefined) return { problem: "misspelled-field", path, args: { field, suggestion } };
  return { problem: "unknown-field", path, args: { field } };
}

function missing(parent: Path, field: string): SchemaError {
  return { problem: "missing-field", path: [...parent, field], args: { field } };
}

function wrongValue({ keyword, params }: RawError, path: Path, value: JsonValue | undefined): SchemaError {
  switch (keyword) {
    case "type":
      return wrongType(String(params.type), path, value);
    case "intOrString":
      if (typeof value === "number" && Number.isInteger(value)) return range(path, value, -(2 ** 31), 2 ** 31 - 1);
      return wrongType("integer or string", path, value);
    case "quantity":
      if (typeof value === "string") return { problem: "quantity", path, args: { value: short(value) } };
      return wrongType("quantity", path, value);
    case "notNull":
      return { problem: "null-item", path, args: {} };
    case "choice":
      return wrongChoice(params.allowed as ReadonlySet<string>, path, String(value));
    case "minimum":
    case "maximum":
      return range(path, value, params.limit as number, params.limit as number);
    case "format":
      return { problem: params.format === "byte" ? "base64" : "date-time", path, args: {} };
    default:
      return { problem: "invalid", path, args: { keyword } };
  }
}

function wrongType(expected: string, path: Path, value: JsonValue | undefined): SchemaError {
  const actual = typeName(value);
  // Without the value, which may be a Secret's.
  const args = { expected, actual };
  if (expected === "string" && (typeof value === "number" || typeof value === "boolean")) {
    return { problem: "unquoted", path, args };
  }
  if (typeof value === "string" && isQuoted(expected, value)) return { problem: "quoted", path, args };
  return { problem: "type", path, args };
}

/** Whether a string would be of the expected type without its quotes. */
function isQuoted(expected: string, value: string): boolean {
  if (expected === "boolean") return value === "true" || value === "false";
  return (
    (expected === "integer" && /^-?\d{1,15}$/.test(value)) ||
    (expected === "number" && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value))
  );
}

function wrongChoice(choices: ReadonlySet<string>, path: Path, value: string): SchemaError {
  const allowed = [...choices].filter((choice) => choice !== "");
  const begun = allowed.filter((choice) => choice.toLowerCase().startsWith(value.toLowerCase()));
  const suggestion = value !== "" && begun.length === 1 ? begun[0] : nearest(value, allowed);
  if (suggestion === undefined) return { problem: "enum", path, args: { value: short(value), allowed } };
  return { problem: "misspelled-value", path, args: { value, allowed, suggestion } };
}

function range(path: Path, value: JsonValue | undefined, minimum: number, maximum: number): SchemaError {
  const limit = typeof value === "number" && value < minimum ? minimum : maximum;
  return { problem: "range", path, args: { limit, value: value ?? null } };
}

/** A value as a message repeats it. */
function short(value: string): string {
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
}

function lastOf(path: Path): string {
  return String(path.at(-1) ?? "");
}

/** The path that a JSON pointer means in this very object, and what is there. */
function follow(object: JsonObject, pointer: string): { path: Path; value: JsonValue | undefined } {
  const path: Path = [];
  let value: JsonValue | undefined = object;
  if (pointer === "") return { path, value };
  for (const token of pointer.slice(1).split("/")) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) {
      path.push(Number(key));
      value = value[Number(key)];
    } else {
      path.push(key);
      value = typeof value === "object" && value !== null ? (value as JsonObject)[key] : undefined;
    }
  }
  return { path, value };
}
