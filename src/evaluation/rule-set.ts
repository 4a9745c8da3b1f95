import type { Input } from "../contract/input.generated.ts";
import type { JsonObject } from "../json/value.ts";
import type { RuleMetadata, RuleSetting, RuleText } from "../rules/metadata.ts";
import { inScope, type ScopeTarget, scopeIn } from "../rules/scope.ts";
import type { Violation } from "../rules/violation.ts";
import { objectProjection } from "./object-projection.ts";
import type { CompiledRules, SettingsData } from "./policy.ts";
import { PolicyError } from "./wasm-policy.ts";

/** The settings of one object: by rule id, and a key that is equal where they are equal. */
export interface ObjectSettings {
  readonly key: string;
  readonly rules: { readonly [rule: string]: RuleSetting };
}

/** The rules that are for objects of one sort: on, and with these objects in their scope. */
export interface Candidates {
  /** Which settings they were chosen by. */
  readonly settings: ObjectSettings;
  readonly rules: readonly Candidate[];
  /** What is gathered for them. */
  readonly needs: ReadonlySet<string>;
  /** By which of them have nothing to judge by, the rest. */
  readonly asked: Map<string, Asked | null>;
}

interface Candidate {
  readonly rule: RuleMetadata;
  /** Its scope names the object's very kind. */
  readonly ofKind: boolean;
  /** It has nothing to judge where none of what it needs is there. */
  readonly waits: boolean;
}

/** The rules that are asked about an object. */
export interface Asked {
  /** As a key of `data.settings`. */
  readonly key: string;
  readonly settings: ObjectSettings;
  readonly rules: readonly RuleMetadata[];
  /** Some of them are for its very kind, or a user's own: they are given the object too. */
  readonly asksForObject: boolean;
}

/** Settings that are kept in the policy's memory, which is written anew for each that is added. */
const mostSettings = 128;
/** Sorts of objects for which the rules are remembered: whoever invents kinds by the thousand gains nothing. */
const mostSorts = 1024;

/** A bundle with its catalogue: ours, or one that a user brought. */
export class RuleSet {
  readonly rules: ReadonlyMap<string, RuleMetadata>;
  readonly texts: { readonly [rule: string]: RuleText };
  /** Whether all rules are given the whole object, and are asked whatever is known of it, as those of users are. */
  readonly wholeObject: boolean;
  readonly #policy: CompiledRules;
  readonly #candidates = new Map<string, Candidates | null>();
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

  /** The rules that are for an object; null where there is none. */
  candidates(target: ScopeTarget, settings: ObjectSettings): Candidates | null {
    const key = `${sortOf(target)}${target.group}/${target.kind} ${settings.key}`;
    let found = this.#candidates.get(key);
    if (found === undefined) {
      found = this.#candidatesFor(target, settings);
      if (this.#candidates.size >= mostSorts) this.#candidates.clear();
      this.#candidates.set(key, found);
    }
    return found;
  }

  /** Of the rules that are for an object, those that have something to judge by; null where none has. */
  asked({ rules, settings, asked }: Candidates, there: ReadonlySet<string>): Asked | null {
    let idle = "";
    for (const [index, { rule, waits }] of rules.entries()) {
      if (waits && !rule.needs.some((need) => there.has(need))) idle += ` ${index}`;
    }
    let found = asked.get(idle);
    if (found === undefined) {
      const without = new Set(idle.split(" "));
      const left = rules.filter((_, index) => !without.has(String(index)));
      found =
        left.length === 0
          ? null
          : {
              key: [...left.map(({ rule }) => rule.id), settings.key].join(" "),
              settings,
              rules: left.map(({ rule }) => rule),
              asksForObject: this.wholeObject || left.some(({ ofKind }) => ofKind),
            };
      asked.set(idle, found);
    }
    return found;
  }

  /**
   * @param object as it was read
   * @throws PolicyError where the bundle breaks the contract, or answers for a rule that its catalogue does not name.
   */
  evaluate(draft: Omit<Input, "settings">, object: JsonObject, asked: Asked): Violation[] {
    if (this.#settings[asked.key] === undefined) this.#add(asked);
    const input: Input = { ...draft, settings: asked.key };
    const { group, kind } = draft.resource;
    if (asked.asksForObject) input.object = { ...(this.wholeObject ? object : objectProjection(group, kind, object)) };
    const violations = this.#policy.evaluate(input);
    // Our own rules are asked only where they apply; those of users may answer for every object.
    if (!this.wholeObject || violations.length === 0) return violations;
    const ids = new Set(asked.rules.map(({ id }) => id));
    return violations.filter(({ rule }) => {
      if (!this.rules.has(rule)) throw new PolicyError((say) => say.unknownRule(rule));
      return ids.has(rule);
    });
  }

  #candidatesFor(target: ScopeTarget, settings: ObjectSettings): Candidates | null {
    const rules: Candidate[] = [];
    for (const rule of this.rules.values()) {
      const setting = settings.rules[rule.id];
      if (setting === undefined || setting.level === "off") continue;
      const by = inScope(target, scopeIn(rule, setting));
      if (by === null) continue;
      rules.push({ rule, ofKind: by === "kind", waits: !this.wholeObject && rule.needs.length > 0 });
    }
    if (rules.length === 0) return null;
    return { settings, rules, needs: new Set(rules.flatMap(({ rule }) => rule.needs)), asked: new Map() };
  }

  #add({ key, rules, settings }: Asked): void {
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

/** What scopes look at, apart from the kind. */
function sortOf({ workload }: ScopeTarget): string {
  if (workload === null) return "";
  return `${workload.paddle ? "p" : "w"}${workload.accelerated ? "a" : ""} `;
}
