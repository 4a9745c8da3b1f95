import { encodeFindings } from "../findings/finding-log.ts";
import type { Notification } from "../findings/notification.ts";
import type { RelationEntry, ResourceSet } from "../resources/resource-set.ts";
import type { SourceFile } from "../sources/source-file.ts";
import type { FileResult } from "./file-result.ts";
import type { Judge, ReadFile } from "./judge.ts";
import { readSource } from "./read.ts";

/** All files of one reported path; a chart's template may have rendered to several. Judged together, in one thread. */
export interface Group {
  /** Position in the report's order. */
  readonly index: number;
  readonly files: readonly SourceFile[];
}

/** What a shard's files say of relations, before anything is judged. */
export interface Related {
  readonly entries: readonly RelationEntry[];
  /** A workload or a policy is among the files: what lies beside them matters. */
  readonly asksForMore: boolean;
  /** A network policy is among the files. */
  readonly policies: boolean;
}

/** A group's result on its way between threads: the findings as `encodeFindings` writes them. */
export interface EncodedResult extends Omit<FileResult, "findings"> {
  readonly index: number;
  readonly findings: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

/** How many bytes of text may be kept parsed from one pass to the next: they take some thirty times as much memory. */
const keptBytes = 512 << 10;
/** So many groups are taken at a time. */
const portion = 16;

/**
 * One thread's part of a run, in three passes, between which the threads' knowledge is put together:
 * `relate` finds what takes part in relations in its share of the files; `judge` judges files
 * as long as there are any that no thread has taken, and learns which policies select something;
 * `judgePolicies` judges those files again that hold a policy which selects nothing.
 */
export class Shard {
  readonly #judge: Judge;
  readonly #groups: readonly Group[];
  readonly #share: { readonly thread: number; readonly threads: number; readonly next: Int32Array };
  readonly #read = new Map<SourceFile, ReadFile>();
  #room = keptBytes;
  /** The groups with network policies. */
  readonly #withPolicies = new Set<Group>();
  #set: ResourceSet | undefined;

  /**
   * @param groups all groups of the run
   * @param share which of the `threads` this one is
   * @param next how many groups have been taken to be judged, by all threads: one integer
   */
  constructor(
    judge: Judge,
    groups: readonly Group[],
    share: { readonly thread: number; readonly threads: number; readonly next: Int32Array },
  ) {
    this.#judge = judge;
    this.#groups = groups;
    this.#share = share;
  }

  /** @param all parse every file, to know for sure whether relations matter; else only where the text hints at one */
  relate(all: boolean): Related {
    const entries: RelationEntry[] = [];
    let asksForMore = !all;
    const { thread, threads } = this.#share;
    for (const group of this.#groups) {
      if (group.index % threads !== thread) continue;
      for (const file of group.files) {
        const content = contentOf(file);
        // A file that cannot be read is reported when it is to be judged.
        if (typeof content === "object" && "notification" in content) continue;
        if (!all && !this.#judge.mayRelate(asciiOf(content))) continue;
        const read = this.#judge.read(file, content, all ? undefined : (document) => this.#judge.mayRelate(document));
        if (all) this.#keep(read, content.length);
        const related = this.#judge.relate(read);
        for (const entry of related.entries) entries.push(entry);
        asksForMore ||= related.policies || related.pods.length > 0;
        if (related.policies) this.#withPolicies.add(group);
      }
    }
    return { entries, asksForMore, policies: this.#withPolicies.size > 0 };
  }

  /**
   * @param set the relations of the whole run; learns what selects what
   * @yields a result for each group that no other thread has taken before
   */
  *judge(set: ResourceSet): Generator<EncodedResult> {
    this.#set = set;
    const { next } = this.#share;
    for (
      let taken = Atomics.add(next, 0, portion);
      taken < this.#groups.length;
      taken = Atomics.add(next, 0, portion)
    ) {
      for (const group of this.#groups.slice(taken, taken + portion)) yield this.#judgeGroup(group, set, false);
    }
  }

  /**
   * Judges the files again whose policies perhaps select nothing, once `set` knows of all pods of the run.
   * @yields results that take the place of the earlier ones
   */
  *judgePolicies(): Generator<EncodedResult> {
    const set = this.#set;
    if (set === undefined) throw new Error("judge comes before judgePolicies");
    if (this.#withPolicies.size === 0) return;
    const idle = set.filesWithIdlePolicies();
    for (const group of this.#withPolicies) {
      if (group.files.some(({ path }) => idle.has(path))) yield this.#judgeGroup(group, set, true);
    }
  }

  #judgeGroup(group: Group, set: ResourceSet, allSelected: boolean): EncodedResult {
    const files: ReadFile[] = [];
    const unread: Notification[] = [];
    for (const file of group.files) {
      const read = this.#read.get(file);
      const content = read === undefined ? contentOf(file) : "";
      if (read !== undefined) files.push(read);
      else if (typeof content === "object" && "notification" in content) unread.push(content.notification);
      else files.push(this.#judge.read(file, content));
      if (allSelected || !this.#withPolicies.has(group)) this.#read.delete(file);
    }
    const { findings, ...rest } = this.#judge.judge(files, unread, set, allSelected);
    return { index: group.index, findings: encodeFindings(findings), count: findings.length, ...rest };
  }

  #keep(read: ReadFile, bytes: number): void {
    if (bytes > this.#room) return;
    this.#room -= bytes;
    this.#read.set(read.file, read);
  }
}

function contentOf(file: SourceFile): Uint8Array | string | { readonly notification: Notification } {
  const read = readSource(file);
  return "content" in read ? read.content : read;
}

/** Bytes as Latin-1: enough to find ASCII words in, and fast. */
function asciiOf(content: Uint8Array | string): string {
  if (typeof content === "string") return content;
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("latin1");
}
