import { isObject } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { isTemplate } from "./quantity.ts";

/**
 * Why nobody can say whether a selector matches: the value is a template, the selector is none that Kubernetes takes,
 * the controller sets a label to a value that cannot be derived, the labels of the namespace are not in the set, or an
 * object names no namespace.
 */
export type DoubtReason = "template" | "selector" | "controller-label" | "namespace-labels" | "namespace-option";

/** An answer that nobody can give. `detail` is the label, the namespace or the option behind it; "" for the object itself. */
export interface Doubt {
  readonly reason: DoubtReason;
  readonly detail: string;
}

/** Yes, no, or a doubt. */
export type SelectorVerdict = boolean | Doubt;

/** A label that is there, or may be, with a value that is not known. */
export interface UnknownLabel extends Doubt {
  /** False where not even the key is sure to be there. */
  readonly present: boolean;
}

/** The labels that a requirement is held against. Undefined: the label is not there. */
export interface Labels {
  get(key: string): string | UnknownLabel | undefined;
}

/** What a label must be. The last three operators are Calico's. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Contains" | "StartsWith" | "EndsWith";
  readonly values: readonly string[];
  /** One of the values is a template, and is left out of them. */
  readonly template?: true;
  /** Speaks of the labels of the namespace, not of the pod. */
  readonly namespace?: true;
}

/** All requirements together; none matches everything. With a doubt it matches nothing for sure. */
export interface Selector {
  readonly requirements: readonly LabelRequirement[];
  readonly doubt?: Doubt;
}

export const malformed: Doubt = { reason: "selector", detail: "" };
export const templated: Doubt = { reason: "template", detail: "" };

/**
 * Reads a label selector (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/): `matchLabels` and
 * `matchExpressions`, all of which must hold. An absent or null selector is an empty one, as for a policy's podSelector.
 */
export function labelSelector(value: JsonValue | undefined): Selector {
  if (value === undefined || value === null) return { requirements: [] };
  if (!isObject(value)) return { requirements: [], doubt: doubtOf(value) };
  const requirements: LabelRequirement[] = [];
  const doubt = matchLabels(value.matchLabels, requirements) ?? matchExpressions(value.matchExpressions, requirements);
  if (requirements.length > 1) requirements.sort(byKey);
  return doubt === undefined ? { requirements } : { requirements, doubt };
}

/** Reads a mapping of labels that must all be there, as a Service's `selector` is one. */
export function labelMap(value: JsonValue | undefined): Selector {
  const requirements: LabelRequirement[] = [];
  const doubt = matchLabels(value, requirements);
  return doubt === undefined ? { requirements } : { requirements, doubt };
}

/** Whether a selector holds for labels; a requirement that surely fails outweighs one in doubt. */
export function selects(selector: Selector, labels: Labels): SelectorVerdict {
  let verdict: SelectorVerdict = selector.doubt ?? true;
  for (const requirement of selector.requirements) {
    const met = meets(requirement, labels);
    if (met === false) return false;
    if (met !== true && verdict === true) verdict = met;
  }
  return verdict;
}

/** Whether labels meet one requirement. `NotIn` holds for a label that is not there. */
export function meets(requirement: LabelRequirement, labels: Labels): SelectorVerdict {
  const value = labels.get(requirement.key);
  switch (requirement.operator) {
    case "Exists":
      return isPresent(value);
    case "DoesNotExist":
      return not(isPresent(value));
    case "In":
      return isIn(requirement, value);
    case "NotIn":
      return not(isIn(requirement, value));
    default:
      return resembles(requirement, value);
  }
}

/** The opposite; a doubt stays one. */
export function not(verdict: SelectorVerdict): SelectorVerdict {
  return typeof verdict === "boolean" ? !verdict : verdict;
}

function isPresent(value: string | UnknownLabel | undefined): SelectorVerdict {
  if (value === undefined) return false;
  return typeof value === "string" || value.present || value;
}

function isIn(requirement: LabelRequirement, value: string | UnknownLabel | undefined): SelectorVerdict {
  if (value === undefined) return false;
  if (typeof value !== "string")
    return requirement.values.length === 0 && requirement.template !== true ? false : value;
  if (isAmong(requirement.values, value)) return true;
  return requirement.template === true ? templated : false;
}

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

/** A list that is long is searched once, however many pods are held against it. */
function isAmong(values: readonly string[], value: string): boolean {
  if (values.length < 32) return values.includes(value);
  let set = sets.get(values);
  if (set === undefined) {
    set = new Set(values);
    sets.set(values, set);
  }
  return set.has(value);
}

function resembles(requirement: LabelRequirement, value: string | UnknownLabel | undefined): SelectorVerdict {
  if (value === undefined) return false;
  if (typeof value !== "string") return value;
  const [part = ""] = requirement.values;
  if (requirement.operator === "StartsWith") return value.startsWith(part);
  return requirement.operator === "EndsWith" ? value.endsWith(part) : value.includes(part);
}

/** Why a value that should have been something else is in doubt. */
export function doubtOf(value: JsonValue | undefined): Doubt {
  return typeof value === "string" && isTemplate(value) ? templated : malformed;
}

function matchLabels(value: JsonValue | undefined, requirements: LabelRequirement[]): Doubt | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return doubtOf(value);
  let doubt: Doubt | undefined;
  for (const key of Object.keys(value)) {
    doubt = add(key, "In", [value[key] ?? null], requirements) ?? doubt;
  }
  return doubt;
}

function matchExpressions(value: JsonValue | undefined, requirements: LabelRequirement[]): Doubt | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return doubtOf(value);
  let doubt: Doubt | undefined;
  for (const expression of value) doubt = matchExpression(expression, requirements) ?? doubt;
  return doubt;
}

function matchExpression(expression: JsonValue, requirements: LabelRequirement[]): Doubt | undefined {
  if (!isObject(expression)) return doubtOf(expression);
  const { key, operator, values = null } = expression;
  if (typeof key !== "string") return malformed;
  const list = values === null ? [] : values;
  if (!Array.isArray(list)) return doubtOf(list);
  if (operator === "In" || operator === "NotIn") {
    return list.length === 0 ? malformed : add(key, operator, list, requirements);
  }
  if (operator === "Exists" || operator === "DoesNotExist") {
    return list.length > 0 ? malformed : add(key, operator, [], requirements);
  }
  return doubtOf(operator);
}

function add(
  key: string,
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist",
  given: readonly JsonValue[],
  requirements: LabelRequirement[],
): Doubt | undefined {
  if (isTemplate(key)) return templated;
  if (key === "") return malformed;
  const values: string[] = [];
  let template = false;
  for (const value of given) {
    // Kubernetes reads a null where a text belongs as the empty one.
    if (value !== null && typeof value !== "string") return malformed;
    if (value !== null && isTemplate(value)) template = true;
    else if (isLabelValue(value ?? "")) values.push(value ?? "");
    else return malformed;
  }
  requirements.push(template ? { key, operator, values, template } : { key, operator, values });
  return undefined;
}

const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?$/;

/** The syntax that Kubernetes asks of a label's value; with any other, the API server refuses the object. */
function isLabelValue(value: string): boolean {
  return value.length <= 63 && LABEL_VALUE.test(value);
}

function byKey(a: LabelRequirement, b: LabelRequirement): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/**
 * The labels of an object, as far as the manifest tells. A null is the empty text, as Kubernetes reads it; another value
 * that is no text is refused by the API server, so nothing can be said of it.
 */
export class LabelSet implements Labels {
  readonly #known: Map<string, string | UnknownLabel> = new Map();
  /** Keys that are only known to begin like this; "" when any key may be there. */
  readonly #prefixes: UnknownLabel[] = [];
  readonly #prefixTexts: string[] = [];

  constructor(labels: JsonObject) {
    for (const key of Object.keys(labels)) this.#addWritten(key, labels[key] ?? "");
  }

  /** A label with this value; null where neither the value nor, in every case, the label itself can be known. A key that ends with `*` stands for all that begin so. */
  setByController(key: string, value: string | null): void {
    if (key.endsWith("*"))
      this.#addPrefix(key.slice(0, -1), { reason: "controller-label", detail: key, present: false });
    else this.#known.set(key, value ?? { reason: "controller-label", detail: key, present: false });
  }

  get(key: string): string | UnknownLabel | undefined {
    const value = this.#known.get(key);
    if (value !== undefined || this.#prefixes.length === 0) return value;
    const at = this.#prefixTexts.findIndex((prefix) => key.startsWith(prefix));
    const prefix = this.#prefixes[at];
    return prefix?.reason === "controller-label" ? { ...prefix, detail: key } : prefix;
  }

  entries(): IterableIterator<[string, string | UnknownLabel]> {
    return this.#known.entries();
  }

  /** The beginnings of keys that may be there. */
  get prefixes(): readonly string[] {
    return this.#prefixTexts;
  }

  #addWritten(key: string, value: JsonValue): void {
    if (isTemplate(key)) this.#addPrefix("", { reason: "template", detail: key, present: false });
    else if (typeof value !== "string") this.#known.set(key, { reason: "selector", detail: key, present: true });
    else if (isTemplate(value)) this.#known.set(key, { reason: "template", detail: key, present: true });
    else this.#known.set(key, value);
  }

  /** Of the same beginnings the first says enough: there may be as many as there are labels. */
  #addPrefix(prefix: string, label: UnknownLabel): void {
    if (this.#prefixTexts.includes(prefix)) return;
    this.#prefixTexts.push(prefix);
    this.#prefixes.push(label);
  }
}
