import type { Participant } from "../relations/terms/relation.ts";
import type { Fact, Questions, Told } from "./terms/fact.ts";
import type { FactSources } from "./terms/source.ts";

/** What facts want to be found out about objects, each question once. */
export function questionsOf(facts: readonly Fact[], subjects: Iterable<Participant>): Questions {
  if (facts.length === 0) return {};
  const asked = facts.map((fact) => ({ fact, questions: new Set<string>() }));
  for (const subject of subjects) {
    for (const { fact, questions } of asked) for (const each of fact.questions?.(subject) ?? []) questions.add(each);
  }
  return Object.fromEntries(asked.map(({ fact, questions }) => [fact.name, [...questions]]));
}

/** The questions of several, each once. */
export function togetherAsked(several: readonly Questions[]): Questions {
  const all = new Map<string, Set<string>>();
  for (const questions of several) {
    for (const [fact, asked] of Object.entries(questions)) {
      const known = all.get(fact) ?? new Set();
      for (const question of asked) known.add(question);
      all.set(fact, known);
    }
  }
  return Object.fromEntries([...all].map(([fact, asked]) => [fact, [...asked]]));
}

export interface AskOptions {
  /** When it is no longer of use. */
  readonly signal?: AbortSignal | undefined;
  /** The same, in so many milliseconds from now. */
  readonly milliseconds?: number;
  readonly onProgress?: (known: number, total: number) => void;
  /** Told of what was found out as well, and whether nobody needed to be asked. */
  readonly onFound?: (fact: string, data: unknown, cached: boolean) => void;
}

/** What is found out to questions, where there is somebody to ask. */
export async function answersTo(
  questions: Questions,
  sources: FactSources,
  { signal, milliseconds, onProgress, onFound }: AskOptions = {},
): Promise<Told> {
  const answers = Object.entries(sources).map(async ([fact, source]): Promise<[string, unknown]> => {
    const asked = questions[fact] ?? [];
    if (asked.length === 0) return [fact, {}];
    const known = source.cached(asked);
    const data = known ?? (await source.facts(asked, signal ?? signalAfter(milliseconds), onProgress));
    onFound?.(fact, data, known !== null);
    return [fact, data];
  });
  return Object.fromEntries(await Promise.all(answers));
}

function signalAfter(milliseconds: number | undefined): AbortSignal | undefined {
  return milliseconds === undefined ? undefined : AbortSignal.timeout(Math.max(1, Math.floor(milliseconds)));
}
