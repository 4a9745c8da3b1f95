import type { JsonValue } from "../json/value.ts";

export type Level = "error" | "warning" | "info";
export type ProfileName = "baseline" | "recommended" | "strict";

/**
 * `workload`: every object with pods; `paddle`: those recognised as Paddle; `accelerated`: those that ask for an
 * accelerator; `object`: every Kubernetes object; else kinds as `group/Kind`, in which `*` stands for any characters and
 * the core group is empty: `/ConfigMap`. Of a list, one is enough.
 */
export type Scope = string | readonly string[];

/** What a profile or a configuration sets of a rule. `off` switches it off; `as written` keeps the levels that the rule gives. */
export interface RuleSetting {
  readonly level: Level | "off" | "as written";
  readonly scope?: Scope;
  readonly parameters: { readonly [name: string]: JsonValue };
}

/** A rule without its words, from the METADATA of its Rego package. */
export interface RuleMetadata {
  readonly id: string;
  /** The folder: images, security, resources, health, models, network, delivery. */
  readonly category: string;
  readonly scope: Scope;
  /** Entries of its scope that count only where a parameter is on, by the parameter's name: `paddle: "requireScaler"`. */
  readonly scopeBy?: { readonly [entry: string]: string };
  /** The facts that are gathered for it. Where none of them has anything to say, it has nothing to judge and is not asked. */
  readonly needs: readonly string[];
  /**
   * What the webhook makes of violations in objects that a known controller created: `skip`, for the rule is about the
   * controller's object alone; `warn`, for what is wrong is not theirs to mend.
   */
  readonly ownedPods: "deny" | "warn" | "skip";
  /** Cases that another object would mend that is applied a moment later; "" is the general wording. */
  readonly mendedLater: readonly string[];
  readonly level: Level;
  /** JSON Schema of the parameters; each property has a default. */
  readonly parameters: { readonly [name: string]: JsonValue };
  readonly references: readonly { readonly url: string; readonly title: string }[];
}

/** The words of one rule in one language. `{name}` in a message or remedy stands for `args.name`. */
export interface RuleText {
  readonly title: string;
  readonly rationale: string;
  readonly message: string;
  readonly remedy: string;
  /** Words for a case that the rule names (`result.case("floating", …)`), in place of the general ones. */
  readonly cases: { readonly [name: string]: { readonly message?: string; readonly remedy?: string } };
  /** What each parameter means. */
  readonly parameters: { readonly [name: string]: string };
}

export interface Catalogue {
  readonly rules: readonly RuleMetadata[];
  readonly profiles: { readonly [name in ProfileName]: { readonly [rule: string]: RuleSetting } };
}
