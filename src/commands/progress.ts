import { writeTo } from "./output.ts";

/** Progress on standard error, from the first second on, at most ten times a second. */
export class Progress {
  readonly #started = performance.now();
  #last = 0;
  #shown = false;

  update(judged: number, total: number): void {
    const now = performance.now();
    if (now - this.#started < 1000 || now - this.#last < 100) return;
    this.#last = now;
    this.#shown = true;
    writeTo(2, [`\r\u001b[K${judged} / ${total}`]);
  }

  /** Clears the line. */
  end(): void {
    if (this.#shown) writeTo(2, ["\r\u001b[K"]);
  }
}
