import type { OverBudgetError } from "../budget/budget.ts";
import type { Participant } from "../relations/terms/relation.ts";

/** An object, and the workload that it is, if it is one. */
export interface Subjected extends Participant {
  /** Why the workload could not be told; absent where it could. */
  readonly overBudget?: OverBudgetError;
}
