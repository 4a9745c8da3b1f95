import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import type { JsonValue } from "../../src/json/value.ts";
import type { Catalogue, RuleMetadata, RuleSetting, RuleText } from "../../src/rules/metadata.ts";
import { reflow } from "../../src/rules/reflow.ts";

interface Words {
  readonly message: string;
  readonly remedy: string;
  readonly cases?: RuleText["cases"];
}

interface Annotations extends Record<string, unknown> {
  readonly title: string;
  readonly description: string;
  readonly related_resources: readonly { ref: string; description: string }[];
  readonly custom: Words & {
    readonly scope: string;
    readonly level: RuleMetadata["level"];
    readonly kinds?: readonly string[];
    readonly accelerator_is_paddle?: boolean;
    readonly needs?: readonly string[];
    readonly owned_pods?: "skip" | "warn";
    readonly mended_by_policy?: readonly string[];
    readonly skipped_without?: "signatures";
    readonly parameters?: Readonly<Record<string, { description: string } & Record<string, JsonValue>>>;
    readonly zh: Words & {
      readonly title: string;
      readonly rationale: string;
      readonly parameters?: Readonly<Record<string, string>>;
    };
  };
}

/** What the METADATA of all rules says: the catalogue, and the words by language and rule. */
export interface Inspected {
  readonly catalogue: Catalogue;
  readonly texts: { readonly en: Record<string, RuleText>; readonly zh: Record<string, RuleText> };
}

/**
 * Reads the catalogue out of the Rego sources' METADATA and `profiles.yaml`.
 * @throws Error naming the rule and what is missing or differs between its two languages.
 */
export function inspectPolicies(opa: string, folder: string): Inspected {
  const validate = new Ajv({ allErrors: true, strict: false });
  addFormats.default(validate);
  const schema: object = JSON.parse(readFileSync(join(import.meta.dirname, "metadata.schema.json"), "utf8"));
  const isAnnotations = validate.compile<Annotations>(schema);
  const rules: RuleMetadata[] = [];
  const en: Record<string, RuleText> = {};
  const zh: Record<string, RuleText> = {};
  for (const { category, id, annotations } of rulePackages(opa, folder)) {
    if (!isAnnotations(annotations)) {
      throw new Error(`METADATA of ${id}: ${validate.errorsText(isAnnotations.errors, { dataVar: id })}`);
    }
    const { custom } = annotations;
    sameWords(id, custom, custom.zh);
    const chinese = custom.zh.parameters ?? {};
    const parameters = custom.parameters ?? {};
    for (const name of Object.keys(parameters)) {
      if (chinese[name] === undefined) throw new Error(`METADATA of ${id}: zh.parameters lacks ${name}`);
    }
    rules.push({
      id,
      category,
      scope: custom.scope,
      kinds: custom.kinds ?? [],
      acceleratorIsPaddle: custom.accelerator_is_paddle ?? false,
      needs: custom.needs ?? [],
      skippedWithout: custom.skipped_without ?? null,
      ownedPods: custom.owned_pods ?? "deny",
      mendedByPolicy: custom.mended_by_policy ?? [],
      level: custom.level,
      parameters,
      references: annotations.related_resources.map(({ ref, description }) => ({ url: ref, title: description })),
    });
    const english = Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, each.description]));
    en[id] = words(annotations.title, annotations.description, custom, english);
    zh[id] = words(custom.zh.title, custom.zh.rationale, custom.zh, chinese);
  }
  rules.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { catalogue: { rules, profiles: profiles(join(folder, "profiles.yaml"), rules) }, texts: { en, zh } };
}

/** Texts as they are read: a block of METADATA is broken into lines for the source's sake. */
function words(title: string, rationale: string, from: Words, parameters: Readonly<Record<string, string>>): RuleText {
  const cases = Object.entries(from.cases ?? {}).map(([name, { message, remedy }]) => [
    name,
    {
      ...(message === undefined ? {} : { message: reflow(message) }),
      ...(remedy === undefined ? {} : { remedy: reflow(remedy) }),
    },
  ]);
  return {
    title: title.trim(),
    rationale: reflow(rationale),
    message: reflow(from.message),
    remedy: reflow(from.remedy),
    cases: Object.fromEntries(cases),
    parameters,
  };
}

function* rulePackages(
  opa: string,
  folder: string,
): Generator<{ category: string; id: string; annotations: Record<string, unknown> }> {
  const output = execFileSync(opa, ["inspect", "-a", "-f", "json", "."], { cwd: folder, maxBuffer: 64 << 20 });
  const inspected: { annotations: { annotations: Record<string, unknown>; path: { value: string }[] }[] } = JSON.parse(
    output.toString(),
  );
  for (const { annotations, path } of inspected.annotations) {
    const [, project, place, category, id, ...rest] = path.map((part) => part.value);
    if (project !== "paddlock" || place !== "rules" || annotations.scope !== "package") continue;
    if (category === undefined || id === undefined || rest.length > 0) continue;
    yield { category, id, annotations };
  }
}

/** Both languages must speak of the same cases and the same facts. */
function sameWords(id: string, english: Words, chinese: Words): void {
  const placeholders = (text: string | undefined): string =>
    [...new Set(text?.match(/\{[A-Za-z]+\}/g) ?? [])].sort().join(" ");
  const compare = (where: string, a: string | undefined, b: string | undefined): void => {
    if ((a === undefined) !== (b === undefined)) throw new Error(`METADATA of ${id}: ${where} is in one language only`);
    if (placeholders(a) !== placeholders(b)) {
      throw new Error(`METADATA of ${id}: ${where} names ${placeholders(a)} in English, ${placeholders(b)} in Chinese`);
    }
  };
  compare("message", english.message, chinese.message);
  compare("remedy", english.remedy, chinese.remedy);
  const cases = new Set([...Object.keys(english.cases ?? {}), ...Object.keys(chinese.cases ?? {})]);
  for (const name of cases) {
    const [a, b] = [english.cases?.[name], chinese.cases?.[name]];
    if (a === undefined || b === undefined) throw new Error(`METADATA of ${id}: case ${name} is in one language only`);
    compare(`case ${name}: message`, a.message, b.message);
    compare(`case ${name}: remedy`, a.remedy, b.remedy);
  }
}

/** The profiles with every parameter filled in. */
function profiles(file: string, rules: readonly RuleMetadata[]): Catalogue["profiles"] {
  type Written = Record<string, { level: RuleSetting["level"]; parameters?: Record<string, JsonValue> }>;
  const written: Record<keyof Catalogue["profiles"], Written> = parse(readFileSync(file, "utf8"));
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  const fill = (profile: Written): Record<string, RuleSetting> => {
    for (const id of Object.keys(profile)) {
      if (!known.has(id)) throw new Error(`profiles.yaml names the unknown rule ${id}`);
    }
    return Object.fromEntries(
      rules.map((rule) => {
        const setting = profile[rule.id];
        for (const name of Object.keys(setting?.parameters ?? {})) {
          if (rule.parameters[name] === undefined)
            throw new Error(`profiles.yaml: ${rule.id} has no parameter ${name}`);
        }
        const defaults = Object.entries(rule.parameters).map(([name, schema]): [string, JsonValue] => [
          name,
          typeof schema === "object" && schema !== null && "default" in schema ? (schema.default ?? null) : null,
        ]);
        return [
          rule.id,
          {
            level: setting?.level ?? "off",
            scope: rule.scope,
            parameters: { ...Object.fromEntries(defaults), ...setting?.parameters },
          },
        ];
      }),
    );
  };
  return { baseline: fill(written.baseline), recommended: fill(written.recommended), strict: fill(written.strict) };
}
