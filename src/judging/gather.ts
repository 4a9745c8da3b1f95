import { inputOf, spendInput } from "../evaluation/input.ts";
import type { Candidates } from "../evaluation/rule-set.ts";
import { factsFor } from "../facts/facts.ts";
import type { Draft, Fact, FactContext, Told } from "../facts/terms/fact.ts";
import type { Participant } from "../relations/terms/relation.ts";

/** The input of the rules, and what there is to judge by. */
export interface Gathered {
  readonly draft: Draft;
  /** The facts that have something to say of the object. */
  readonly there: ReadonlySet<string>;
}

/** Joins the facts that rules need to what an object is. */
export class Gatherer {
  readonly #run: Pick<Draft, "door" | "kubernetesVersion">;
  /** Those that some rule needs, in the order in which they are joined. */
  readonly #facts: readonly Fact[];
  readonly #wanted = new WeakMap<Candidates, ReadonlySet<Fact>>();

  /** @param needs of all rules that are on for some object */
  constructor(needs: ReadonlySet<string>, run: Pick<Draft, "door" | "kubernetesVersion">) {
    this.#facts = factsFor(needs);
    this.#run = run;
  }

  /** @param candidates of each rule set that has rules for the object */
  gather(subject: Participant, candidates: readonly Candidates[], context: FactContext, told: Told): Gathered {
    const draft = inputOf(subject, this.#run);
    const there = new Set<string>();
    const wanted = candidates.map((each) => this.#wantedBy(each));
    for (const fact of this.#facts) {
      if (fact.teaches !== true && !wanted.some((facts) => facts.has(fact))) continue;
      // What was told under a fact's name came from its own source.
      const answers = (told[fact.name] ?? null) as never;
      if (fact.join(draft, subject, context, answers)) there.add(fact.name);
    }
    spendInput(draft);
    return { draft, there };
  }

  #wantedBy(candidates: Candidates): ReadonlySet<Fact> {
    let wanted = this.#wanted.get(candidates);
    if (wanted === undefined) {
      const names = new Set(factsFor(candidates.needs).map(({ name }) => name));
      wanted = new Set(this.#facts.filter(({ name }) => names.has(name)));
      this.#wanted.set(candidates, wanted);
    }
    return wanted;
  }
}
