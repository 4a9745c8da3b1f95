import { relationNames } from "../relations/needs.ts";
import { claims } from "./claims/fact.ts";
import { models } from "./models/fact.ts";
import { network } from "./network/fact.ts";
import { related } from "./related/fact.ts";
import { schema } from "./schema/fact.ts";
import { services } from "./services/fact.ts";
import { signatures } from "./signatures/fact.ts";
import type { Fact } from "./terms/fact.ts";
import { unseen } from "./unseen/fact.ts";

/** Every fact but those of relations, in the order in which they are joined. */
const FACTS: readonly Fact[] = [schema, unseen, models, network, claims, services, signatures];

/** The facts that are made for what rules need: those that they name, and those that these are joined from. */
export function factsFor(needs: Iterable<string>): readonly Fact[] {
  const wanted = new Set(needs);
  for (const fact of FACTS) if (wanted.has(fact.name)) for (const name of fact.needs ?? []) wanted.add(name);
  return [...FACTS.filter(({ name }) => wanted.has(name)), ...relationNames(wanted).map(related)];
}

/** Whether there is a fact of this name. */
export function isFact(name: string): boolean {
  return factsFor([name]).some((fact) => fact.name === name);
}

/** The facts about which somebody is asked first, as a configuration has it. */
export function askedFacts(configuration: object): readonly Fact[] {
  return FACTS.filter((fact) => fact.questions !== undefined && !lacksBlock(fact, configuration));
}

/** Whether a rule judges nothing for want of a block of the configuration, and is reported so. */
export function isSkipped({ needs }: { readonly needs: readonly string[] }, configuration: object): boolean {
  const lacking = FACTS.filter((fact) => lacksBlock(fact, configuration)).map(({ name }) => name);
  return needs.length > 0 && needs.every((need) => lacking.includes(need));
}

function lacksBlock({ block }: Fact, configuration: object): boolean {
  return block !== undefined && (Reflect.get(configuration, block) ?? null) === null;
}
