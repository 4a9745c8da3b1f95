import type { Endpoint } from "./endpoint.ts";

/** Which mirrors are passed over for a while, so that one that is down does not delay every call. */
export class MirrorRests {
  readonly #milliseconds: number;
  readonly #until = new Map<string, number>();

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  rest({ url }: Endpoint): void {
    this.#until.set(url.origin, Date.now() + this.#milliseconds);
  }

  resting({ url }: Endpoint): boolean {
    return (this.#until.get(url.origin) ?? 0) > Date.now();
  }
}
