import { messageIn } from "../../messages/thrown.ts";
import { StoreError } from "./store.ts";

/** What was tried in one pass: a failure of one thing keeps nobody from trying the next. */
export class Attempts {
  readonly problems: string[] = [];
  /** Somebody else wrote at the same time: no problem, but a reason to come again soon. */
  conflict = false;

  /** What the work gives, or null where it failed. */
  async run<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreError && error.conflict) this.conflict = true;
      else this.problems.push(messageIn(error));
      return null;
    }
  }
}
