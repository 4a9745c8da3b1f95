import { createHash } from "node:crypto";

/** One of several runs that share a cluster between them. */
export interface AuditShard {
  /** 1-based. */
  readonly index: number;
  readonly count: number;
}

/** Runs beyond this many are a typing error. */
const MOST_SHARDS = 1000;

/**
 * Reads `3/8`, and `auto/8`, whose first part is the pod's index in its Indexed Job, in the variable
 * `JOB_COMPLETION_INDEX`: 0 to 7.
 * @returns null for what is no shard
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
 */
export function readShard(text: string, completionIndex: string | undefined): AuditShard | null {
  const [, written, total] = /^(auto|\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  if (written === undefined || total === undefined) return null;
  const count = Number(total);
  const index = written === "auto" ? completion(completionIndex) : Number(written);
  if (index === null || index < 1 || index > count || count > MOST_SHARDS) return null;
  return { index, count };
}

function completion(index: string | undefined): number | null {
  return index !== undefined && /^\d{1,4}$/.test(index) ? Number(index) + 1 : null;
}

/**
 * Whether what is of a uid is a shard's: the objects of one owner, whose uid never changes, or what nobody owns. However
 * much a namespace holds, each has one shard. Null: there are no shards.
 */
export function isOfShard(uid: string, shard: AuditShard | null): boolean {
  if (shard === null) return true;
  return createHash("sha256").update(uid).digest().readUInt32BE(0) % shard.count === shard.index - 1;
}
