/** One run of the same thing at a time: who asks while it runs gets its result. */
export class SingleFlight<Value> {
  readonly #running: Map<string, Promise<Value>> = new Map();

  get size(): number {
    return this.#running.size;
  }

  run(key: string, start: () => Promise<Value>): Promise<Value> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = start().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }
}
