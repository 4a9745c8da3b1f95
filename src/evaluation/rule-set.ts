import type { Input } from "../contract/input.generated.ts";
import type { RuleMetadata, RuleSetting, RuleText } from "../rules/metadata.ts";
import { inScope, type ScopeTarget } from "../rules/scope.ts";
import type { Violation } from "../rules/violation.ts";
import type { CompiledRules, SettingsData } from "./policy.ts";
import { PolicyError } from "./wasm-policy.ts";

/** The settings of one object: by rule id, and a key that is equal where they are equal. */
export interface ObjectSettings {
  readonly key: string;
  readonly rules: { readonly [rule: string]: RuleSetting };
}

/** What decides whether a rule applies to an object. */
export interface Subject extends ScopeTarget {
  /** Facts that are there to be judged: `schema`, `policy`. */
  readonly facts: ReadonlySet<string>;
}

/** The rules that are asked about an object. */
export interface Applicable {
  /** As a key of `data.settings`. */
  readonly settings: string;
  /** Some of them are for its very kind, or a user's own: they are given the object too. */
  readonly asksForObject: boolean;
}

/** Settings that are kept in the policy's memory, which is written anew for each that is added. */
const mostSettings = 128;

/** A bundle with its catalogue: ours, or one that a user brought. */
export class RuleSet {
  readonly rules: ReadonlyMap<string, RuleMetadata>;
  readonly texts: { readonly [rule: string]: RuleText };
  /** Whether all rules are given the whole object, as those of users are. */
  readonly wholeObject: boolean;
  readonly #policy: CompiledRules;
  #settings: SettingsData = {};

  constructor(
    policy: CompiledRules,
    rules: readonly RuleMetadata[],
    texts: { readonly [rule: string]: RuleText },
    wholeObject: boolean,
  ) {
    this.#policy = policy;
    this.rules = new Map(rules.map((rule) => [rule.id, rule]));
    this.texts = texts;
    this.wholeObject = wholeObject;
  }

  /** The rules that apply to an object; null where none does. */
  applicable(subject: Subject, settings: ObjectSettings): Applicable | null {
    let mask = "";
    let any = false;
    let { wholeObject } = this;
    for (const rule of this.rules.values()) {
      const setting = settings.rules[rule.id];
      const by = setting === undefined || setting.level === "off" ? null : scopeOf(subject, rule, setting);
      mask += by === null ? "0" : "1";
      any ||= by !== null;
      wholeObject ||= by === "kind";
    }
    if (!any) return null;
    const key = `${settings.key}/${mask}`;
    if (this.#settings[key] === undefined) this.#add(key, mask, settings);
    return { settings: key, asksForObject: wholeObject };
  }

  /** @throws PolicyError where the bundle breaks the contract, or answers for a rule that its catalogue does not name. */
  evaluate(input: Input): Violation[] {
    const violations = this.#policy.evaluate(input);
    // Our own rules are asked only where they apply; those of users may answer for every object.
    if (!this.wholeObject || violations.length === 0) return violations;
    const asked = new Set(this.#settings[input.settings]?.rules.map(({ id }) => id));
    return violations.filter(({ rule }) => {
      if (!this.rules.has(rule)) throw new PolicyError((say) => say.unknownRule(rule));
      return asked.has(rule);
    });
  }

  #add(key: string, mask: string, settings: ObjectSettings): void {
    const rules = [...this.rules.values()].filter((_, index) => mask[index] === "1");
    const data = {
      rules: rules.map(({ id, category }) => ({ id, category })),
      parameters: Object.fromEntries(rules.map(({ id }) => [id, settings.rules[id]?.parameters ?? {}])),
    };
    // Which overrides meet is for those to say who write the objects. None but the object at hand needs its own.
    const kept = Object.keys(this.#settings).length < mostSettings ? this.#settings : {};
    this.#settings = { ...kept, [key]: data };
    this.#policy.configure(this.#settings);
  }
}

/** How a rule's scope meets the subject; null where it does not, or there is nothing of what the rule needs. */
function scopeOf(subject: Subject, rule: RuleMetadata, setting: RuleSetting): ReturnType<typeof inScope> {
  if (rule.needs.length > 0 && !rule.needs.some((fact) => subject.facts.has(fact))) return null;
  return inScope(subject, setting.scope ?? rule.scope);
}
