import { ConfigurationError } from "../config/configuration-error.ts";
import { scopesNear } from "../config/scopes-near.ts";
import { configurationWords } from "../config/words.ts";
import { isFact } from "../facts/facts.ts";
import { isObject } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import type { Language } from "../messages/language.ts";
import { messageIn } from "../messages/thrown.ts";
import type { Level, RuleMetadata, RuleText, Scope } from "../rules/metadata.ts";
import { isScopeEntry } from "../rules/scope.ts";
import { type BundleFile, refused, unpackBundle } from "./bundle-archive.ts";
import { CompiledRules, entrypoint } from "./policy.ts";
import { RuleSet } from "./rule-set.ts";
import { isPolicyError } from "./wasm-policy.ts";

/** A user's bundle, loaded. */
export interface UserBundle {
  readonly ruleSet: RuleSet;
  readonly rules: readonly RuleMetadata[];
}

const levels: ReadonlySet<string> = new Set(["error", "warning", "info"]);

/**
 * Loads rules that a user wrote in Rego and compiled with `opa build -t wasm -e paddlock/violations`. The bundle's
 * `data.json` holds `paddlock.catalogue.<id>: {title, message, remedy, level, scope, zh: {…}}`, for a Wasm module carries
 * no METADATA.
 * @throws ConfigurationError naming the file and what is wrong with it.
 */
export function loadUserBundle(file: string, language: Language): UserBundle {
  const { wasm, data } = unpackBundle(file, entrypoint, language);
  const entries = catalogueEntries(data, { file, language });
  const rules = entries.map(({ metadata }) => metadata);
  const texts = Object.fromEntries(entries.map(({ metadata, texts }) => [metadata.id, texts[language]]));
  let policy: CompiledRules;
  try {
    policy = new CompiledRules(wasm, data);
  } catch (error) {
    throw refused({ file, language }, (say) =>
      isPolicyError(error) ? error.say(say) : say.noModule(messageIn(error)),
    );
  }
  return { ruleSet: new RuleSet(policy, rules, texts, true), rules };
}

interface CatalogueEntry {
  readonly metadata: RuleMetadata;
  readonly texts: { readonly [language in Language]: RuleText };
}

function catalogueEntries(data: JsonObject, bundle: BundleFile): readonly CatalogueEntry[] {
  const paddlock = data.paddlock;
  const catalogue = isObject(paddlock) ? paddlock.catalogue : undefined;
  if (!isObject(catalogue) || Object.keys(catalogue).length === 0) {
    throw refused(bundle, (say) => say.noRules);
  }
  return Object.entries(catalogue).map(([id, entry]) => {
    if (!/^[a-z][a-z0-9-]*$/.test(id)) throw refused(bundle, (say) => say.noRuleId(id));
    if (!isObject(entry)) throw refused(bundle, (say) => say.noObject(`paddlock.catalogue.${id}`));
    const { level, scope, needs, zh } = entry;
    if (typeof level !== "string" || !levels.has(level)) {
      throw refused(bundle, (say) => say.noLevel(`paddlock.catalogue.${id}.level`));
    }
    const english = ruleText(bundle, id, entry);
    const metadata: RuleMetadata = {
      id,
      category: "custom",
      scope: scopeOf(bundle, id, scope),
      needs: needsOf(bundle, id, needs),
      ownedPods: "deny",
      mendedLater: [],
      level: level as Level,
      parameters: {},
      references: [],
    };
    return { metadata, texts: { en: english, zh: isObject(zh) ? ruleText(bundle, `${id}.zh`, zh) : english } };
  });
}

function ruleText(bundle: BundleFile, where: string, entry: JsonObject): RuleText {
  const word = (name: string): string => {
    const value = entry[name];
    if (typeof value === "string" && value !== "") return value;
    throw refused(bundle, (say) => say.noText(`paddlock.catalogue.${where}.${name}`));
  };
  const { rationale } = entry;
  return {
    title: word("title"),
    rationale: typeof rationale === "string" ? rationale : "",
    message: word("message"),
    remedy: word("remedy"),
    cases: {},
    parameters: {},
  };
}

/** What the rules of users are told of pods whether they ask for it or not. */
export const neededByUsers: readonly string[] = ["models", "network", "claims", "services"];

function needsOf(bundle: BundleFile, id: string, needs: JsonValue | undefined): readonly string[] {
  if (needs === undefined) return neededByUsers;
  const names = Array.isArray(needs) ? needs : [needs];
  const unknown = names.find((name) => typeof name !== "string" || !isFact(name));
  if (unknown === undefined) return [...new Set([...neededByUsers, ...(names as readonly string[])])];
  throw refused(bundle, (say) => say.noFact(`paddlock.catalogue.${id}.needs`, JSON.stringify(unknown)));
}

function scopeOf({ file, language }: BundleFile, id: string, scope: JsonValue | undefined): Scope {
  if (scope === undefined) return "workload";
  const entries = Array.isArray(scope) ? scope : [scope];
  const wrong = entries.length === 0 ? "" : entries.find((entry) => typeof entry !== "string" || !isScopeEntry(entry));
  if (wrong === undefined) return scope as Scope;
  const text = typeof wrong === "string" ? wrong : JSON.stringify(wrong);
  const message = configurationWords[language].scope(`paddlock.catalogue.${id}.scope`, text, scopesNear(text));
  throw ConfigurationError.of("bundle", message, file);
}
