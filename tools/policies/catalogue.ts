import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { scopesNear } from "../../src/config/scopes-near.ts";
import { configurationWords } from "../../src/config/words.ts";
import { isFact } from "../../src/facts/facts.ts";
import type { JsonValue } from "../../src/json/value.ts";
import type { Language } from "../../src/messages/language.ts";
import type { Catalogue, RuleMetadata, RuleSetting, RuleText, Scope } from "../../src/rules/metadata.ts";
import { isScopeEntry, scopeEntries } from "../../src/rules/scope.ts";
import { wordsOfRule } from "./words.ts";

interface Annotations extends Record<string, unknown> {
  readonly related_resources: readonly { ref: string; description: string }[];
  readonly custom: {
    readonly scope: Scope;
    readonly scope_by?: Readonly<Record<string, string>>;
    readonly level: RuleMetadata["level"];
    readonly needs?: readonly string[];
    readonly owned_pods?: "skip" | "warn";
    readonly mended_later?: readonly string[];
    readonly parameters?: Readonly<Record<string, JsonValue>>;
    readonly computed_cases?: readonly string[];
  };
}

/** What the folders of all rules say: the catalogue, and the words by language and rule. */
export interface Inspected {
  readonly catalogue: Catalogue;
  readonly texts: Readonly<Record<Language, Record<string, RuleText>>>;
}

/**
 * Reads the catalogue out of the Rego sources' METADATA, the words beside them and `profiles.yaml`.
 * @throws Error naming the rule and what is missing, too much, or differs between its languages.
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
    const wrong = scopeEntries(custom.scope).find((entry) => !isScopeEntry(entry));
    if (wrong !== undefined) {
      throw new Error(`METADATA of ${id}: ${configurationWords.en.scope("scope", wrong, scopesNear(wrong))}`);
    }
    const foreign = custom.needs?.find((need) => !isFact(need));
    if (foreign !== undefined) throw new Error(`METADATA of ${id}: needs: there is no fact ${foreign}`);
    const parameters = custom.parameters ?? {};
    for (const [entry, parameter] of Object.entries(custom.scope_by ?? {})) {
      if (!scopeEntries(custom.scope).includes(entry)) {
        throw new Error(`METADATA of ${id}: scope_by: ${entry} is not in the scope`);
      }
      if (parameters[parameter] === undefined) {
        throw new Error(`METADATA of ${id}: scope_by: there is no parameter ${parameter}`);
      }
    }
    const rule = join(folder, "rules", category, id);
    const words = wordsOfRule(rule, {
      parameters: Object.keys(parameters),
      computedCases: custom.computed_cases ?? [],
    });
    en[id] = words.en;
    zh[id] = words.zh;
    rules.push({
      id,
      category,
      scope: custom.scope,
      ...(custom.scope_by === undefined ? {} : { scopeBy: custom.scope_by }),
      needs: custom.needs ?? [],
      ownedPods: custom.owned_pods ?? "deny",
      mendedLater: custom.mended_later ?? [],
      level: custom.level,
      parameters,
      references: annotations.related_resources.map(({ ref, description }) => ({ url: ref, title: description })),
    });
  }
  rules.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { catalogue: { rules, profiles: profiles(join(folder, "profiles.yaml"), rules) }, texts: { en, zh } };
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
