import type { Random } from "../random.ts";
import { type Base, bases } from "./bases.ts";
import { type Growth, grown, growthsOf, mutated } from "./growth.ts";
import { known } from "./known.ts";
import type { SlowCase } from "./slow-case.ts";
import { StepCounter, type Work } from "./steps.ts";
import { reviewOf, type Target, targets } from "./targets.ts";

/** What a case took at three sizes, each four times the one before. */
export interface Tried {
  readonly slow: SlowCase;
  /** The size of the last. */
  readonly bytes: number;
  readonly work: readonly [Work, Work, Work];
  /** Of the steps: 1 is linear, 2 quadratic. */
  readonly exponent: number;
  /** Of the time, the least of some looks; meaningless below some milliseconds. */
  readonly timeExponent: number;
}

/** Growing by four, n log n makes less than 5 of sizes that matter: an exponent of 1.15. */
export const steepest = 1.3;
/** Fewer steps than this at the larger size say nothing. */
const fewSteps = 200_000;
/** Nor does less time. */
const shortMs = 150;
/** Of time, which is noisy. */
const steepestTime = 1.6;

/** Whether a case's work grows faster than its size, by steps or by time. */
export function isSlow({ exponent, timeExponent, work: [, , large] }: Tried): "steps" | "time" | null {
  if (exponent > steepest && large.steps > fewSteps) return "steps";
  return timeExponent > steepestTime && large.milliseconds > shortMs ? "time" : null;
}

/** Tries cases: the same case takes the same steps, whatever was tried before it. */
export class Laboratory {
  readonly #counter: StepCounter;
  readonly #targets: { readonly [name: string]: Target };
  readonly #bases: ReadonlyMap<string, Base>;

  private constructor(counter: StepCounter, doors: { readonly [name: string]: Target }) {
    this.#counter = counter;
    this.#targets = doors;
    this.#bases = new Map(bases().map((base) => [base.name, base]));
  }

  /** @param sources URL of the folder of the sources that count */
  static async open(sources: string): Promise<Laboratory> {
    const doors = await targets();
    const laboratory = new Laboratory(await StepCounter.open(sources), doors);
    for (const base of laboratory.#bases.values())
      for (const door of Object.values(doors)) door(base.object, base.object);
    return laboratory;
  }

  get targets(): readonly string[] {
    return Object.keys(this.#targets);
  }

  get bases(): readonly Base[] {
    return [...this.#bases.values()];
  }

  /** @param bytes by which the object grows; then by four times and sixteen times as many */
  async try(slow: SlowCase, bytes: number): Promise<Tried> {
    let tried = await this.#three(slow, bytes);
    // A machine that does something else may be slow by itself: only what is slow three times is.
    for (let times = 0; times < 2 && isSlow(tried) === "time"; times++) {
      const again = await this.#three(slow, bytes);
      if (again.timeExponent < tried.timeExponent) tried = again;
    }
    return tried;
  }

  async #three(slow: SlowCase, bytes: number): Promise<Tried> {
    const small = await this.#work(slow, bytes);
    const middle = await this.#work(slow, bytes * 4);
    const large = await this.#work(slow, bytes * 16);
    // Of two that ended differently, one did what the other did not.
    const alike = small.complete === middle.complete && middle.complete === large.complete;
    return {
      slow,
      bytes: this.#size(slow, bytes * 16),
      work: [small, middle, large],
      exponent: alike ? exponentOf(small.steps, middle.steps, large.steps) : 0,
      timeExponent: alike ? exponentOf(small.milliseconds, middle.milliseconds, large.milliseconds) : 0,
    };
  }

  close(): Promise<void> {
    return this.#counter.close();
  }

  #work({ target, base, growths }: SlowCase, bytes: number): Promise<Work> {
    const object = this.#bases.get(base)?.object ?? {};
    const door = this.#targets[target];
    if (door === undefined) throw new Error(`no door "${target}"`);
    const large = grown(object, growths, bytes / Math.max(1, growths.length));
    return this.#counter.count(() => door(large, object));
  }

  #size({ base, growths }: SlowCase, bytes: number): number {
    const object = this.#bases.get(base)?.object ?? {};
    return reviewOf(grown(object, growths, bytes / Math.max(1, growths.length)), null).length;
  }
}

/** By what each more takes at the two steps of growth, so that it does not matter what the rest of the object takes. */
function exponentOf(small: number, middle: number, large: number): number {
  const first = middle - small;
  const second = large - middle;
  return first < 1 || second < 1 ? 0 : Math.log(second / first) / Math.log(4);
}

/** Cases without end: those that are known, then single growths and pairs at random, and variations of the slowest that were found. */
export class Search {
  readonly #laboratory: Laboratory;
  readonly #random: Random;
  /** The slowest so far, the worst first. */
  readonly #worst: Tried[] = [];
  readonly #growths = new Map<string, Growth[]>();
  #count = 0;

  constructor(laboratory: Laboratory, random: Random) {
    this.#laboratory = laboratory;
    this.#random = random;
  }

  get worst(): readonly Tried[] {
    return this.#worst;
  }

  next(): SlowCase {
    const first = known[this.#count++];
    if (first !== undefined) return first;
    const random = this.#random;
    if (this.#worst.length > 10 && random.chance(0.4)) return this.#variation(random.pick(this.#worst).slow);
    // Half of them are of the objects that have every field.
    const whole = this.#laboratory.bases.filter(({ name }) => name.startsWith("whole"));
    const base = random.pick(random.chance(0.5) ? whole : this.#laboratory.bases);
    const growths = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => random.pick(this.#growthsOf(base)));
    return { target: random.pick(this.#laboratory.targets), base: base.name, growths };
  }

  /** Remembers it where it is among the slowest, by how steep it is and then by steps for each byte. */
  learn(tried: Tried): void {
    const place = placeOf(tried.slow);
    const same = this.#worst.findIndex(({ slow }) => placeOf(slow) === place);
    if (same >= 0 && scoreOf(this.#worst[same] ?? tried) >= scoreOf(tried)) return;
    if (same >= 0) this.#worst.splice(same, 1);
    this.#worst.push(tried);
    this.#worst.sort((a, b) => scoreOf(b) - scoreOf(a));
    this.#worst.length = Math.min(this.#worst.length, 60);
  }

  #variation({ target, base, growths }: SlowCase): SlowCase {
    const random = this.#random;
    const whole = this.#laboratory.bases.find(({ name }) => name === base);
    const changed = growths.map((growth) => (random.chance(0.6) ? mutated(growth, random) : growth));
    if (whole !== undefined && changed.length < 3 && random.chance(0.3))
      changed.push(random.pick(this.#growthsOf(whole)));
    return { target: random.chance(0.2) ? random.pick(this.#laboratory.targets) : target, base, growths: changed };
  }

  #growthsOf({ name, object }: Base): Growth[] {
    let growths = this.#growths.get(name);
    if (growths === undefined) {
      growths = growthsOf(object);
      this.#growths.set(name, growths);
    }
    return growths;
  }
}

function scoreOf({ exponent, work: [, , large], bytes }: Tried): number {
  const tells = Math.min(1, large.steps / fewSteps);
  return exponent * tells * 10 + Math.log10(1 + large.steps / bytes);
}

/** Where a case grows: cases that grow there otherwise are one among the slowest. */
export function placeOf({ base, growths }: SlowCase): string {
  return JSON.stringify([base, growths.map(({ kind, path }) => [kind, path])]);
}
