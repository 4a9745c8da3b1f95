/** A signal that ends with another one, or after a time. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Lets go of both: to be called when what it is for has ended. */
  end(): void;
}

/**
 * The signal of a request or a call. `AbortSignal.any` with `AbortSignal.timeout` says the same, but costs as much as
 * the rest of a request on loopback, for it cannot be told that nobody waits any more.
 */
export function deadlineAfter(milliseconds: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  const abort = (): void => controller.abort(parent?.reason);
  const timer = setTimeout(() => controller.abort(new DOMException("it took too long", "TimeoutError")), milliseconds);
  timer.unref();
  if (parent?.aborted) abort();
  parent?.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      parent?.removeEventListener("abort", abort);
    },
  };
}
