import { isObject } from "../../../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../../../src/json/value.ts";
import type { Random } from "../random.ts";

type Path = readonly (string | number)[];

/** A way in which an object can be made as large as is wanted. Plain data, so that a case can be kept. */
export type Growth =
  /** A text is begun, repeated, and ended. */
  | { readonly kind: "text"; readonly path: Path; readonly unit: string; readonly end: string }
  /** A list's item comes again and again; `distinct`: under another name each time. */
  | { readonly kind: "items"; readonly path: Path; readonly distinct: boolean }
  /** A mapping gets many keys, each with the value of its first. */
  | { readonly kind: "keys"; readonly path: Path; readonly key: string }
  /** A key of a mapping becomes a long one. */
  | { readonly kind: "key"; readonly path: Path; readonly unit: string };

/** What is repeated in texts: separators, quotes and brackets that nest, what a grammar begins and does not end. */
export const units: readonly string[] = [
  ..."a A 0 / . - _ = : @ , ; $ ~ ` ' \" \\ { } ( ) [ ] < > | & ! * ? %".split(" "),
  ...[
    " ",
    "\t",
    "\n",
    " \n",
    "é",
    "模",
    "\u0000",
    "a/",
    "../",
    "./a/",
    "//",
    "a.",
    "a-",
    "-a",
    "a_",
    "a:",
    "a=b ",
    "a=b;",
  ],
  ...[
    "$(",
    "$(A",
    "$(A)",
    "$(MODEL_DIR)",
    "${",
    "${A}",
    "${A:-",
    "${A:-}",
    "$A",
    "$$",
    "{{",
    "{{ a }}",
    "`a`",
    "\"'",
    '\\"',
  ],
  ...[
    "--model=a/b ",
    "--model a ",
    "--model_dir=/models ",
    "-m ",
    "cd a\n",
    "A=$A$A;",
    "export A=b\n",
    "<<A ",
    "<<A\n",
    "a|",
  ],
  ...[
    "wget http://a/model.tar -O /m;",
    "git clone http://a/b/;",
    "tar -xf a.tar;",
    "mv a b;",
    "sh -c '",
    "exec ",
    "# a\n",
  ],
  ...[
    ".tar?",
    ".tar#",
    ".tar.a",
    "s3://a ",
    "snapshot_download(",
    "local_dir='",
    "1e9",
    "1.",
    "9",
    "x-",
    "sha256:",
    "/model",
    "models/",
  ],
];
const ends: readonly string[] = ["", "!", "\n", ")", "}", "'"];
const keyUnits: readonly string[] = ["a", "a/", "a.", "a-", " ", "{{", "nvidia.com/gpu"];

/** Every growth of an object. */
export function growthsOf(object: JsonObject): Growth[] {
  const growths: Growth[] = [];
  for (const [path, value] of placesOf(object, [])) {
    if (typeof value === "string") {
      for (const unit of units) growths.push({ kind: "text", path, unit, end: "" });
    } else if (Array.isArray(value)) {
      if (value.length > 0) for (const distinct of [true, false]) growths.push({ kind: "items", path, distinct });
    } else if (isObject(value)) {
      growths.push({ kind: "keys", path, key: "k" });
      if (Object.keys(value).length > 0) for (const unit of keyUnits) growths.push({ kind: "key", path, unit });
    }
  }
  return growths;
}

/** A growth that is like another: a unit more, another end, another key. */
export function mutated(growth: Growth, random: Random): Growth {
  switch (growth.kind) {
    case "text": {
      if (random.chance(0.3)) return { ...growth, end: random.pick(ends) };
      const unit = random.chance(0.5) ? growth.unit + random.pick(units) : random.pick(units) + random.pick(units);
      return { ...growth, unit: unit.slice(0, 80) };
    }
    case "items":
      return { ...growth, distinct: !growth.distinct };
    case "keys":
      return { ...growth, key: random.pick(["k", "nvidia.com/gpu", "a.b/c", "{{k}}", "paddlock.dev/waive.k", " "]) };
    case "key":
      return { ...growth, unit: random.pick(keyUnits) + random.pick(keyUnits) };
  }
}

/** The object, with so many bytes added by each of the growths. */
export function grown(object: JsonObject, growths: readonly Growth[], bytes: number): JsonObject {
  let whole: JsonValue = object;
  for (const growth of growths) whole = at(whole, growth.path, 0, (value) => grow(value, growth, bytes));
  return whole as JsonObject;
}

function grow(value: JsonValue, growth: Growth, bytes: number): JsonValue {
  if (growth.kind === "text") {
    if (typeof value !== "string") return value;
    return value + growth.unit.repeat(Math.ceil(bytes / Buffer.byteLength(growth.unit))) + growth.end;
  }
  if (growth.kind === "items") {
    if (!Array.isArray(value) || value.length === 0) return value;
    const [item = null] = value;
    const count = Math.ceil(bytes / (JSON.stringify(item).length + 1));
    return [...value, ...Array.from({ length: count }, (_, index) => (growth.distinct ? named(item, index) : item))];
  }
  if (!isObject(value)) return value;
  const [first = ""] = Object.keys(value);
  if (growth.kind === "key") {
    const { [first]: own = null, ...others } = value;
    return { [first + growth.unit.repeat(Math.ceil(bytes / growth.unit.length))]: own, ...others };
  }
  const own = value[first] ?? "x";
  const count = Math.ceil(bytes / (JSON.stringify(own).length + growth.key.length + 8));
  return { ...value, ...Object.fromEntries(Array.from({ length: count }, (_, index) => [growth.key + index, own])) };
}

/** The same under another name, in each of the fields that name things. */
function named(item: JsonValue, index: number): JsonValue {
  if (typeof item === "string") return `${item}${index}`;
  if (typeof item === "number") return item + index;
  if (!isObject(item)) return item;
  const changed: { [key: string]: JsonValue | undefined } = { ...item };
  for (const key of ["name", "mountPath", "image", "key"]) {
    const own = changed[key];
    if (typeof own === "string") changed[key] = `${own}${index}`;
  }
  return changed;
}

function at(value: JsonValue, path: Path, depth: number, change: (value: JsonValue) => JsonValue): JsonValue {
  const step = path[depth];
  if (step === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item, index) => (index === step ? at(item, path, depth + 1, change) : item));
  if (!isObject(value)) return value;
  return { ...value, [step]: at(value[step] ?? null, path, depth + 1, change) };
}

function* placesOf(value: JsonValue, path: Path): Generator<[Path, JsonValue]> {
  yield [path, value];
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* placesOf(item, [...path, index]);
  else if (isObject(value)) {
    for (const [key, each] of Object.entries(value)) if (each !== undefined) yield* placesOf(each, [...path, key]);
  }
}
