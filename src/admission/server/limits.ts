import { holdsMoreValues } from "./json-values.ts";

/** What a server takes on at most, so that no caller can make it grow without bound. Bytes, counts and milliseconds. */
export interface ServerLimits {
  /** Of one body. The API server sends up to twice 3 MiB: the object and the old one. */
  readonly bodyBytes: number;
  /** A body above this is parsed and judged on a worker thread, for it would hold the small ones up. */
  readonly largeBodyBytes: number;
  /** So is one above this that holds more values than that: the time that judging takes follows values, not bytes. */
  readonly plainBodyBytes: number;
  readonly plainBodyValues: number;
  /** Of all bodies together that have been received and not yet answered. */
  readonly bufferedBytes: number;
  /** Reviews that have been begun and not yet answered. */
  readonly reviewsInFlight: number;
  readonly connections: number;
  /** Large reviews that wait for the worker, by number and by bytes. */
  readonly largeReviews: number;
  readonly largeReviewBytes: number;
  /** What a worker may take for one of them, beside what it waits for: then it is given up. */
  readonly largeReviewMs: number;
  /** How many workers there are at most. One namespace has all but one of them. */
  readonly largeReviewThreads: number;
  /** Heap of a worker, in MiB: more than any body that it takes can need, for V8 may end the process at that limit. */
  readonly workerHeapMb: number;
  readonly headersTimeoutMs: number;
  /** For a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** The API server closes idle connections after 90 s: whoever closes first must not be this end, or a review can meet it. */
  readonly keepAliveTimeoutMs: number;
}

export const defaultLimits: ServerLimits = {
  bodyBytes: 7 << 20,
  largeBodyBytes: 256 << 10,
  plainBodyBytes: 8 << 10,
  plainBodyValues: 2_000,
  bufferedBytes: 64 << 20,
  reviewsInFlight: 512,
  connections: 1024,
  largeReviews: 32,
  largeReviewBytes: 48 << 20,
  largeReviewMs: 2_000,
  largeReviewThreads: 2,
  workerHeapMb: 640,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  keepAliveTimeoutMs: 120_000,
};

/** Steps that a review may take on the thread that serves all: some milliseconds. One that takes more goes to a worker. */
export const smallReviewSteps = 1_000_000;

/** Whether judging a body on the thread that serves all would hold others up. */
export function isLarge(
  bytes: Uint8Array,
  { largeBodyBytes, plainBodyBytes, plainBodyValues }: ServerLimits = defaultLimits,
): boolean {
  if (bytes.length > largeBodyBytes) return true;
  return bytes.length > plainBodyBytes && holdsMoreValues(bytes, plainBodyValues);
}
