import { LRUCache } from "lru-cache";
import type { OwnerSource } from "../owner-chain.ts";
import type { UntrustedOperator } from "../untrusted.ts";
import { within } from "./deadline.ts";

export interface OperatorsAtWorkOptions {
  /** Told of an account once. */
  readonly onFound: (operator: UntrustedOperator) => void;
  /** Told of each request by such an account. */
  readonly onRequest: (account: string) => void;
}

/** Accounts that are remembered; a tenant can make as many as he likes. */
const MOST_ACCOUNTS = 1024;
/** Milliseconds after which an account whose owner was not there is looked at once more. */
const AGAIN_MS = 60_000;
const LOOKUP_MS = 5_000;

/**
 * Tells an administrator of operators that work without being trusted: accounts that make objects for a controller which
 * exists. Looks once at an account, after its review was answered, so that no review waits for it.
 */
export class OperatorsAtWork {
  readonly #options: OperatorsAtWorkOptions;
  readonly #accounts = new LRUCache<string, "at work" | "asked">({ max: MOST_ACCOUNTS });

  constructor(options: OperatorsAtWorkOptions) {
    this.#options = options;
  }

  /** @param owners null: there is no cluster to ask, and nothing to be told */
  seen(operator: UntrustedOperator, owners: OwnerSource | null): void {
    const { account, owned } = operator;
    const known = this.#accounts.get(account);
    if (known === "at work") this.#options.onRequest(account);
    if (known !== undefined || owners === null) return;
    this.#accounts.set(account, "asked", { ttl: AGAIN_MS });
    void owners.chain(owned, within(LOOKUP_MS)).then(({ owners: [owner] }) => {
      if (owner === undefined) return;
      this.#accounts.set(account, "at work");
      this.#options.onFound(operator);
      this.#options.onRequest(account);
    });
  }
}
