import type { Git } from "./git.ts";
import { GitError } from "./git.ts";
import { MAX_FILE_SIZE } from "./limits.ts";

/** The content of a blob, or how large it is where that is more than is read. */
export type Blob = { readonly content: Uint8Array } | { readonly size: number };

/**
 * The contents of blobs by object id, by one call of git.
 * @throws GitError
 */
export async function readBlobs(git: Git, ids: readonly string[]): Promise<ReadonlyMap<string, Blob>> {
  const blobs = new Map<string, Blob>();
  const unique = [...new Set(ids)];
  if (unique.length === 0) return blobs;
  // Contents pass through memory at once: those that nobody will read must not.
  if (unique.length > 1_000)
    for (let at = 0; at < unique.length; at += 1_000) await readSome(git, unique.slice(at, at + 1_000), blobs);
  else await readSome(git, unique, blobs);
  return blobs;
}

async function readSome(git: Git, ids: readonly string[], blobs: Map<string, Blob>): Promise<void> {
  const lines = (wanted: readonly string[]): string => wanted.map((id) => `${id}\n`).join("");
  const sizes = (await git.ask(["cat-file", "--batch-check=%(objecttype) %(objectsize)"], lines(ids))).stdout
    .toString("latin1")
    .split("\n");
  const small: string[] = [];
  for (const [at, id] of ids.entries()) {
    const [type, size = ""] = (sizes[at] ?? "").split(" ");
    if (type !== "blob") throw new GitError(git.words.gitFailed(`${id} ${type ?? ""} ${size}`.trim()));
    if (Number(size) > MAX_FILE_SIZE) blobs.set(id, { size: Number(size) });
    else small.push(id);
  }
  if (small.length === 0) return;
  const { stdout } = await git.ask(["cat-file", "--batch=%(objectsize)"], lines(small));
  let at = 0;
  for (const id of small) {
    const end = stdout.indexOf(10, at);
    const size = Number(stdout.toString("latin1", at, end));
    blobs.set(id, { content: stdout.subarray(end + 1, end + 1 + size) });
    at = end + size + 2;
  }
}
