/**
 * Plain scalars as Kubernetes reads them: sigs.k8s.io/yaml hands the text to go-yaml v2, whose YAML 1.1 differs from
 * the specification in details (no sexagesimal numbers, `0o17` beside `017`, `0b-1`, Go's own number grammar).
 */

/** What the first character of a plain scalar says about it. */
const WORD = 1;
const SIGN_OR_DIGIT = 2;
const POINT = 3;

const hints = new Uint8Array(128);
for (const c of "yYnNtTfFoO~") hints[c.charCodeAt(0)] = WORD;
for (const c of "+-0123456789") hints[c.charCodeAt(0)] = SIGN_OR_DIGIT;
hints[".".charCodeAt(0)] = POINT;

const words = new Map<string, boolean | null | number>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, false] as const),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, Number.NaN] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const LONGEST_WORD = 5;
const UINT64_MAX = 0xffff_ffff_ffff_ffffn;
const INT64_MAX = 0x7fff_ffff_ffff_ffffn;
const INT64_MIN = -0x8000_0000_0000_0000n;

/** Digits that are certainly below 2^53. */
const SAFE_DIGITS = 15;

/** Whether a plain scalar that begins with this UTF-16 unit is text whatever follows. */
export function isCertainlyText(first: number): boolean {
  return first > 127 || hints[first] === 0;
}

/**
 * The value of a plain scalar without a tag. Integers beyond 2^53 become the nearest double, as JSON.parse makes them;
 * `.inf` and `.nan` become what JSON cannot express, and it is for the caller to refuse them.
 */
export function resolvePlain(text: string): string | number | boolean | null {
  if (text === "") return null;
  const first = text.charCodeAt(0);
  if (isCertainlyText(first)) return text;
  if (text.length <= LONGEST_WORD) {
    const word = words.get(text);
    if (word !== undefined) return word;
  }
  switch (hints[first]) {
    case SIGN_OR_DIGIT:
      return readNumber(text);
    case POINT:
      // Go's own grammar takes an underscore between digits here.
      return readFloat(text.replace(/(?<=[0-9])_(?=[0-9])/g, ""), text);
    default:
      return text;
  }
}

/** The value of a JSON literal: a number, `true`, `false` or `null`. */
export function resolveJson(text: string): number | boolean | null {
  switch (text) {
    case "true":
      return true;
    case "false":
      return false;
    case "null":
      return null;
    default:
      return Number(text);
  }
}

function readNumber(text: string): number | string {
  const decimal = readShortDecimal(text);
  if (decimal >= 0) return decimal;
  const plain = text.includes("_") ? text.replaceAll("_", "") : text;
  const integer = readInteger(plain);
  if (integer !== undefined) return integer;
  return readFloat(plain, text);
}

/** The everyday case, ports and replicas, without a regular expression; -1 for anything else. */
function readShortDecimal(text: string): number {
  const length = text.length;
  if (length > SAFE_DIGITS || (length > 1 && text.charCodeAt(0) === 48)) return -1;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Go's strconv.ParseInt(text, 0, 64), then ParseUint; and go-yaml's own `0b` with a sign behind it. */
function readInteger(plain: string): number | undefined {
  const match =
    /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]+)|(0|[1-9][0-9]*))$/.exec(plain) ??
    /^0b(?:([-+])())([01]+)$/.exec(plain);
  if (match === null) return undefined;
  const [, sign, hex, binary, octal, oldOctal, decimal] = match;
  let magnitude: bigint;
  if (hex) magnitude = BigInt(`0x${hex}`);
  else if (binary) magnitude = BigInt(`0b${binary}`);
  else if (octal) magnitude = BigInt(`0o${octal}`);
  else if (oldOctal) magnitude = BigInt(`0o${oldOctal}`);
  else magnitude = decimal !== undefined && decimal.length <= 20 ? BigInt(decimal) : UINT64_MAX + 1n;
  const value = sign === "-" ? -magnitude : magnitude;
  // ParseUint takes no sign, so `+` reaches only as far as int64 does.
  if (value < INT64_MIN || value > (sign === "" ? UINT64_MAX : INT64_MAX)) return undefined;
  return Number(value);
}

/** Decimal floats of Go's grammar; one that overflows stays the text it was. */
function readFloat(plain: string, original: string): number | string {
  if (!/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(plain)) return original;
  const value = Number(plain);
  return Number.isFinite(value) ? value : original;
}

const TAG_PREFIX = "tag:yaml.org,2002:";

/**
 * The value of a scalar with an explicit tag, written out in full (`tag:yaml.org,2002:int`), quoted or not; undefined
 * when the text does not fit the tag. Tags that go-yaml does not know leave the text as it is.
 */
export function resolveTagged(tag: string, text: string): string | number | boolean | null | undefined {
  const name = tag.startsWith(TAG_PREFIX) ? tag.slice(TAG_PREFIX.length) : undefined;
  switch (name) {
    case "null":
    case "bool":
    case "int":
    case "float": {
      const value = resolvePlain(text);
      return fits(name, value, text) ? value : undefined;
    }
    case "binary":
      return readBinary(text);
    default:
      return text;
  }
}

function fits(tag: "null" | "bool" | "int" | "float", value: string | number | boolean | null, text: string): boolean {
  switch (tag) {
    case "null":
      return value === null;
    case "bool":
      return typeof value === "boolean";
    case "float":
      return typeof value === "number";
    case "int":
      // 1.0 and 1e3 are floats to go-yaml though their value is whole; 08 and 99999999999999999999 are, too.
      return typeof value === "number" && isIntegerText(text);
  }
}

/** Whether go-yaml makes an integer of a text that is a number. */
function isIntegerText(text: string): boolean {
  return readInteger(text.replaceAll("_", "")) !== undefined;
}

function readBinary(text: string): string | undefined {
  const packed = text.replace(/[\r\n]/g, "");
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined;
  return Buffer.from(packed, "base64").toString("utf8");
}

/**
 * The key that a non-string key becomes, undefined for those that become none: null, and integers beyond int64. Floats
 * are written as Go's FormatFloat(key, 'g', -1, 32) writes them.
 */
export function keyText(value: string | number | boolean | null, text: string): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value === null) return undefined;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
  if (!isIntegerText(text)) return formatFloat32(value);
  const integer = Number.isSafeInteger(value) ? BigInt(value) : exactInteger(text);
  return integer > INT64_MAX ? undefined : integer.toString();
}

function exactInteger(text: string): bigint {
  const plain = text.replaceAll("_", "");
  const negative = plain.startsWith("-");
  const digits = plain.replace(/^[-+]/, "");
  const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
  return negative ? -magnitude : magnitude;
}

function formatFloat32(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? ".inf" : "-.inf";
  if (single === 0) return Object.is(single, -0) ? "-0" : "0";
  let digits = 1;
  while (digits < 9 && Math.fround(Number(single.toPrecision(digits))) !== single) digits++;
  const [mantissa = "", power = "0"] = single.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 6) {
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return Number(single.toPrecision(digits)).toString();
}
