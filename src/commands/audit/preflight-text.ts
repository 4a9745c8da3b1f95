import type { Need } from "../../cluster/preflight/needs.ts";
import type { OperatorAtWork } from "../../cluster/preflight/operators.ts";
import type { Preflight } from "../../cluster/preflight/preflight.ts";
import type { Language } from "../../messages/language.ts";
import { printable } from "../../reporters/printable.ts";
import type { Colour } from "../../reporters/reporter.ts";
import { textWidth } from "../../reporters/width.ts";
import { wrap } from "../../reporters/wrap.ts";
import { type PreflightWords, preflightWords } from "./preflight-words.ts";

export interface PreflightTextOptions {
  readonly language: Language;
  readonly colour: Colour | null;
  /** Of the terminal, in cells. */
  readonly columns: number;
  /** Null: all of them. */
  readonly namespaces: readonly string[] | null;
}

/** What a person reads of it: what is missing, what that costs, and the rules to give it. */
export function preflightText(found: Preflight, options: PreflightTextOptions): string {
  const { language, colour, columns, namespaces } = options;
  const say = preflightWords[language];
  const missing = found.permissions.filter(({ allowed }) => !allowed);
  const paint = (text: string, name: "red" | "yellow" | "green" | "bold"): string => colour?.[name](text) ?? text;
  const under = (text: string): string[] => wrap(printable(text), columns - 6).map((line) => `      ${line}`);
  const place = namespaces === null ? say.everywhere : say.in(namespaces);
  const lines = labelled([
    [say.account, printable(found.account ?? say.unknownAccount)],
    [say.cluster, say.list([printable(found.server), place])],
    [say.checked, say.counted(found.permissions.length, missing.length)],
  ]);
  if (missing.length > 0) {
    lines.push("", paint(say.missing, "bold"));
    for (const { title, purpose, rules, places } of grouped(missing)) {
      lines.push("", ...wrap(`${title}${say.where(places)}`, columns - 2).map((line) => `  ${paint(line, "red")}`));
      lines.push(...under(say.without(purpose, rules)));
    }
    for (const { places, rules } of rolesFor(missing)) {
      lines.push("", ...wrap(say.grant(places), columns), "", ...rules);
    }
  }
  if (found.operators.length > 0) {
    lines.push("", paint(say.operators, "bold"), "");
    for (const operator of found.operators) {
      const state = operator.trusted ? paint(say.trusted, "green") : paint(say.untrusted, "yellow");
      lines.push(`  ${operator.preset}  ${state}`);
      for (const { text, setting } of adviceFor(operator, say)) {
        lines.push(...under(text), `        admission: { operators: { ${setting} } }`);
      }
    }
  }
  if (found.infrastructure.length > 0) {
    lines.push("", paint(say.infrastructure, "bold"), "");
    for (const { namespace, parts, exposure } of found.infrastructure) {
      const named = say.aside(namespace, say.list(parts.map((part) => say.part[part])));
      const isSafe = exposure === "excluded" || exposure === "open";
      lines.push(`  ${paint(printable(named), isSafe ? "green" : "yellow")}`, ...under(say.exposure[exposure]));
    }
  }
  if (found.notifications.length > 0) {
    lines.push("", paint(say.problems, "bold"), "", ...found.notifications.flatMap(({ message }) => under(message)));
  }
  const verdict = missing.length === 0 ? say.ready : say.notReady(missing.length);
  lines.push("", ...wrap(verdict, columns).map((line) => paint(line, missing.length === 0 ? "green" : "red")));
  return `${lines.join("\n")}\n`;
}

interface MissingGroup {
  readonly title: string;
  readonly purpose: Need["purpose"];
  readonly rules: readonly string[];
  readonly places: string[];
}

/** One word for the verbs and the namespaces of a kind that is needed for one thing. */
function grouped(missing: readonly Need[]): readonly MissingGroup[] {
  const verbs = new Map<string, Set<string>>();
  const keyOf = ({ group, resource, name, purpose }: Need): string => JSON.stringify([group, resource, name, purpose]);
  for (const need of missing) verbs.set(keyOf(need), (verbs.get(keyOf(need)) ?? new Set()).add(need.verb));
  const groups = new Map<string, MissingGroup>();
  for (const need of missing) {
    const { group, resource, name, purpose, rules, namespace } = need;
    const object = `${group === "" ? resource : `${resource}.${group}`}${name === null ? "" : ` ${name}`}`;
    const title = `${[...(verbs.get(keyOf(need)) ?? [])].join(", ")} ${object}`;
    const known = groups.get(keyOf(need)) ?? { title, purpose, rules, places: [] };
    if (namespace !== null && name !== namespace && !known.places.includes(namespace)) known.places.push(namespace);
    groups.set(keyOf(need), known);
  }
  return [...groups.values()];
}

interface MissingRules {
  /** None: a ClusterRole's. */
  readonly places: readonly string[];
  readonly rules: readonly string[];
}

/** The rules of each role, those first that are everybody's. Namespaces that lack the same are told together. */
function rolesFor(missing: readonly Need[]): readonly MissingRules[] {
  const byPlace = Map.groupBy(missing, ({ namespace }) => namespace);
  const roles = new Map<string, { readonly places: string[]; readonly rules: readonly string[] }>();
  for (const [namespace, needs] of byPlace) {
    const rules = roleRules(needs);
    const key = namespace === null ? "" : rules.join("\n");
    const known = roles.get(key) ?? { places: [], rules };
    if (namespace !== null) known.places.push(namespace);
    roles.set(key, known);
  }
  return [...roles.values()].sort((a, b) => Math.min(a.places.length, 1) - Math.min(b.places.length, 1));
}

/** As they stand in a role; what has the same verbs in one group stands in one rule. */
function roleRules(missing: readonly Need[]): readonly string[] {
  const byObject = new Map<string, { readonly need: Need; readonly verbs: Set<string> }>();
  for (const need of missing) {
    const key = JSON.stringify([need.group, need.resource, need.name]);
    const known = byObject.get(key) ?? { need, verbs: new Set() };
    known.verbs.add(need.verb);
    byObject.set(key, known);
  }
  const rules = new Map<
    string,
    { readonly group: string; readonly name: string | null; readonly verbs: string; readonly resources: string[] }
  >();
  for (const { need, verbs } of byObject.values()) {
    const { group, name, resource } = need;
    const written = [...verbs].sort().join(", ");
    const key = JSON.stringify([group, name, written]);
    const known = rules.get(key) ?? { group, name, verbs: written, resources: [] };
    known.resources.push(resource);
    rules.set(key, known);
  }
  return [...rules.values()].flatMap(({ group, name, verbs, resources }) => [
    `  - apiGroups: [${group === "" ? '""' : group}]`,
    `    resources: [${resources.join(", ")}]`,
    ...(name === null ? [] : [`    resourceNames: [${name}]`]),
    `    verbs: [${verbs}]`,
  ]);
}

interface Advice {
  readonly text: string;
  /** Whole, so that it can be copied. */
  readonly setting: string;
}

function adviceFor({ preset, accounts, trusted }: OperatorAtWork, say: PreflightWords): readonly Advice[] {
  if (trusted) return [];
  if (accounts.length === 0) return [{ text: say.accountNotFound, setting: `presets: [${preset}]` }];
  return accounts.map(({ name, usual, setting }) => {
    return { text: usual ? say.untrustedAccount(name) : say.unusualAccount(name), setting };
  });
}

function labelled(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => textWidth(label))) + 2;
  return rows.map(([label, text]) => `${label}${" ".repeat(width - textWidth(label))}${text}`);
}
