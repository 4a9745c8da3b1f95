/**
 * What a promise gives; what `otherwise` gives or throws where the signal comes first. What the promise is of goes on: others
 * may wait for it too.
 */
export async function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
  otherwise: () => Value,
): Promise<Value> {
  // Nobody may be left to hear of its failure.
  promise.catch(() => {});
  const { promise: aborted, resolve } = Promise.withResolvers<typeof gone>();
  const abort = (): void => resolve(gone);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    const first = await Promise.race([promise, aborted]);
    return first === gone ? otherwise() : first;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

const gone = Symbol("aborted");
