import type { Quantity } from "../contract/input.generated.ts";
import type { JsonValue } from "../json/value.ts";

// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
const GRAMMAR = /^([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?[0-9]+))?$/;
const BINARY: { readonly [suffix: string]: bigint } = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const DECIMAL: { readonly [suffix: string]: number } = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
/** Nothing finer than this many decimal places is kept: Kubernetes rounds it up, away from zero. */
const NANO = 9;
/** The cap on quantities with a binary suffix. */
const GREATEST_BINARY = 2n ** 63n - 1n;
/** Exponents fit into 32 bits, or Kubernetes refuses the quantity. */
const GREATEST_EXPONENT = 2 ** 31 - 1;
/** A number with more digits is an attack, not a quantity. */
const LONGEST = 400;
/** Beyond so many trailing zeros the canonical form uses an exponent, so that 1e2147483647 does not fill the memory. */
const MOST_ZEROS = 40;

/**
 * The canonical decimal of a Kubernetes quantity: equal quantities give equal strings (`1`, `1000m` and `1e0` are "1";
 * `1Gi` and `1024Mi` are "1073741824"; `100m` is "0.1"). Exact, but for what Kubernetes itself rounds or caps. Null
 * where the text is no quantity.
 */
export function canonicalQuantity(text: string): string | null {
  if (isPlainInteger(text)) return text;
  if (text.length > LONGEST) return null;
  const match = GRAMMAR.exec(text);
  if (match === null) return null;
  const [, sign, whole = "", fraction = match[4] ?? "", , binary, decimal, exponent] = match;
  let unscaled = BigInt(whole + fraction);
  if (unscaled === 0n) return "0";
  let scale = fraction.length;
  if (binary !== undefined) {
    unscaled <<= BINARY[binary] ?? 0n;
  } else if (decimal !== undefined) {
    scale -= DECIMAL[decimal] ?? 0;
  } else if (exponent !== undefined) {
    const power = Number(exponent);
    if (Math.abs(power) > GREATEST_EXPONENT) return null;
    scale -= power;
  }
  if (scale > NANO) {
    unscaled = scale - NANO > LONGEST + 20 ? 1n : divideUp(unscaled, 10n ** BigInt(scale - NANO));
    scale = NANO;
  }
  if (binary !== undefined && unscaled > GREATEST_BINARY * 10n ** BigInt(scale)) {
    unscaled = GREATEST_BINARY;
    scale = 0;
  }
  return (sign === "-" ? "-" : "") + decimalText(unscaled, scale);
}

const TEMPLATE_OPENINGS = ["{{", "${", "$("] as const;

/** Whether a text holds a template that some tool fills in later, so that it cannot be judged now. */
export function isTemplate(text: string): boolean {
  return TEMPLATE_OPENINGS.some((opening) => text.includes(opening));
}

const seen = new Map<string, Quantity>();
/** Manifests repeat the same few quantities; hostile ones must not fill the memory. */
const MOST_SEEN = 2048;

/** A value of `resources` as rules see it; whatever is no quantity has the value null. */
export function quantityOf(value: JsonValue): Quantity {
  const raw = typeof value === "string" ? value : typeof value === "number" ? String(value) : JSON.stringify(value);
  const known = seen.get(raw);
  if (known !== undefined && (typeof value === "string" || typeof value === "number")) return known;
  const isScalar = typeof value === "string" || typeof value === "number";
  const quantity: Quantity = {
    raw,
    value: isScalar ? canonicalQuantity(raw) : null,
    template: isScalar && isTemplate(raw),
  };
  if (isScalar && raw.length < 64 && seen.size < MOST_SEEN) seen.set(raw, quantity);
  return quantity;
}

function isPlainInteger(text: string): boolean {
  if (text.length === 0 || text.length > MOST_ZEROS) return false;
  const first = text.charCodeAt(0);
  if (first === 48) return text.length === 1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

function decimalText(unscaled: bigint, scale: number): string {
  let digits = unscaled.toString();
  if (scale <= 0) return wholeText(digits, -scale);
  digits = digits.padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = trimZeros(digits.slice(digits.length - scale));
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

function wholeText(digits: string, zeros: number): string {
  const significant = trimZeros(digits);
  const power = zeros + digits.length - significant.length;
  return power > MOST_ZEROS ? `${significant}e${power}` : significant + "0".repeat(power);
}

function trimZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 48) end--;
  return digits.slice(0, end);
}
