/** What one client takes at most. Times are milliseconds. */
export interface Limits {
  /** Bytes of a manifest or an index. */
  readonly manifestBytes: number;
  /** Bytes of a token server's answer. */
  readonly tokenBytes: number;
  /** Referrers of a digest, and layers of an artefact. */
  readonly entries: number;
  /** Pages of a list of referrers. */
  readonly pages: number;
  readonly redirects: number;
  /** Tries of a request that fails in passing, the first included; a mirror has one. */
  readonly attempts: number;
  /** First wait between tries; it doubles. */
  readonly firstWait: number;
  /** Longest wait between tries: a registry that asks for a longer one is not asked again. */
  readonly longestWait: number;
  readonly connectTime: number;
  /** Silence, before the answer and within it. */
  readonly idleTime: number;
  /** One request with its whole answer, however it drips. */
  readonly requestTime: number;
  /** One call of the client, with tokens, redirects, pages and tries. */
  readonly callTime: number;
  /** Connections to one host. */
  readonly connections: number;
  /** How long a mirror that could not be reached is passed over. */
  readonly mirrorRest: number;
}

export const DEFAULT_LIMITS: Limits = {
  manifestBytes: 4 << 20,
  tokenBytes: 256 << 10,
  entries: 50,
  pages: 20,
  redirects: 5,
  attempts: 3,
  firstWait: 200,
  longestWait: 10_000,
  connectTime: 5_000,
  idleTime: 10_000,
  requestTime: 30_000,
  callTime: 60_000,
  connections: 16,
  mirrorRest: 30_000,
};
