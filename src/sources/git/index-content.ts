import { MAX_FILE_SIZE } from "../../documents/limits.ts";
import { type Git, GitError } from "./git.ts";

/** The content of a blob, or how large it is where that is more than is read. */
export type Blob = { readonly content: Uint8Array } | { readonly size: number };

/** Bytes that are asked for at a time. */
const batchSize = 64 << 20;

/**
 * The contents of blobs by object id, by few calls of git.
 * @throws GitError
 */
export function readBlobs(git: Git, ids: readonly string[]): ReadonlyMap<string, Blob> {
  const blobs = new Map<string, Blob>();
  let batch: string[] = [];
  let room = batchSize;
  for (const [id, size] of sizesOf(git, [...new Set(ids)])) {
    if (size > MAX_FILE_SIZE) {
      blobs.set(id, { size });
      continue;
    }
    if (size > room) {
      readBatch(git, batch, blobs);
      batch = [];
      room = batchSize;
    }
    batch.push(id);
    room -= size;
  }
  readBatch(git, batch, blobs);
  return blobs;
}

function* sizesOf(git: Git, ids: readonly string[]): Generator<[id: string, size: number]> {
  if (ids.length === 0) return;
  const { stdout } = git.ask(["cat-file", "--batch-check=%(objecttype) %(objectsize)"], linesOf(ids));
  const answers = stdout.toString("latin1").split("\n");
  for (const [at, id] of ids.entries()) {
    const [type, size = ""] = (answers[at] ?? "").split(" ");
    // A partial clone may lack it.
    if (type !== "blob") throw new GitError(git.words.gitFailed(`${id} ${type ?? ""} ${size}`.trim()));
    yield [id, Number(size)];
  }
}

function readBatch(git: Git, ids: readonly string[], blobs: Map<string, Blob>): void {
  if (ids.length === 0) return;
  const { stdout } = git.ask(["cat-file", "--batch=%(objectsize)"], linesOf(ids));
  let at = 0;
  for (const id of ids) {
    const end = stdout.indexOf(10, at);
    const size = Number(stdout.toString("latin1", at, end));
    blobs.set(id, { content: stdout.subarray(end + 1, end + 1 + size) });
    at = end + size + 2;
  }
}

function linesOf(ids: readonly string[]): string {
  return ids.map((id) => `${id}\n`).join("");
}
