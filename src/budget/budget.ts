import { type Bounded, budgetWords } from "./words.ts";

/**
 * How much work judging may still do, in steps: about one for a character that is looked at or an item that is gone
 * through. Judging is synchronous, so one budget at a time is in force on a thread, and whatever may run long on what a
 * stranger wrote takes its steps from it. Counted, not timed: the same object ends at the same place on every machine.
 */

/** Judging was ended: its steps are used up, or something is longer than anything honest is. */
export class OverBudgetError extends Error {
  override name = "OverBudgetError";
  /** What there is too much of, and how much there may be; null: the steps are used up. */
  readonly limit: { readonly what: Bounded; readonly most: number } | null;

  constructor(limit: OverBudgetError["limit"]) {
    super(budgetWords.en(limit));
    this.limit = limit;
  }
}

/** By name, for what is loaded on first use is built apart and has a class of its own. */
export function isOverBudget(error: unknown): error is OverBudgetError {
  return error instanceof Error && error.name === "OverBudgetError";
}

let left = Number.POSITIVE_INFINITY;

/**
 * Does a piece of work with at most so many steps, and no more than a budget around it has left.
 * @throws OverBudgetError from wherever the steps are used up
 */
export function withBudget<Result>(steps: number, work: () => Result): Result {
  const around = left;
  const given = Math.min(steps, around);
  left = given;
  try {
    return work();
  } finally {
    left = around - (given - left);
  }
}

/**
 * Takes steps from the budget in force; outside of any there is no end to them.
 * @throws OverBudgetError where too few are left
 */
export function spend(steps: number): void {
  left -= steps;
  if (left < 0) throw new OverBudgetError(null);
}

/**
 * Holds a length or a count to what is possible at all.
 * @throws OverBudgetError above `most`
 */
export function within(size: number, most: number, what: Bounded): void {
  if (size > most) throw new OverBudgetError({ what, most });
}
