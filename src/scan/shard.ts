import { encodeFindings } from "../findings/finding-log.ts";
import type { Notification } from "../findings/notification.ts";
import { mayHoldRelations, type RelationEntry, type ResourceSet } from "../resources/resource-set.ts";
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

/** How many bytes of text may be kept from one pass to the next. */
const keptBytes = 32 << 20;
/** How many of them parsed: that takes some thirty times as much memory. */
const keptParsedBytes = 512 << 10;

/**
 * One thread's share of a run, judged in three passes, between which the threads' knowledge is put together:
 * `relate` finds what takes part in relations; `judge` judges every file, and learns which policies select something;
 * `judgePolicies` judges those files again that hold a policy which selects nothing.
 */
export class Shard {
  readonly #judge: Judge;
  readonly #groups: readonly Group[];
  readonly #texts = new Map<SourceFile, Uint8Array | string>();
  readonly #read = new Map<SourceFile, ReadFile>();
  #room = keptBytes;
  #parsedRoom = keptParsedBytes;
  /** The groups with network policies. */
  readonly #withPolicies = new Set<Group>();
  #set: ResourceSet | undefined;

  constructor(judge: Judge, groups: readonly Group[]) {
    this.#judge = judge;
    this.#groups = groups;
  }

  /** @param all parse every file, to know for sure whether relations matter; else only where the text hints at one */
  relate(all: boolean): Related {
    const entries: RelationEntry[] = [];
    let asksForMore = !all;
    for (const group of this.#groups) {
      for (const file of group.files) {
        const content = this.#content(file);
        // A file that cannot be read is reported when it is to be judged.
        if (typeof content === "object" && "notification" in content) continue;
        if (!all && !mayHoldRelations(asciiOf(content))) continue;
        const read = this.#judge.read(file, content, all ? undefined : (document) => mayHoldRelations(document));
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
   * @yields a result for each group, in their order
   */
  *judge(set: ResourceSet): Generator<EncodedResult> {
    this.#set = set;
    for (const group of this.#groups) yield this.#judgeGroup(group, set, false);
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
      const content = read === undefined ? this.#content(file) : "";
      if (read !== undefined) files.push(read);
      else if (typeof content === "object" && "notification" in content) unread.push(content.notification);
      else files.push(this.#judge.read(file, content));
      if (!allSelected && this.#withPolicies.has(group)) continue;
      this.#read.delete(file);
      this.#texts.delete(file);
    }
    const { findings, ...rest } = this.#judge.judge(files, unread, set, allSelected);
    return { index: group.index, findings: encodeFindings(findings), count: findings.length, ...rest };
  }

  #content(file: SourceFile): Uint8Array | string | { readonly notification: Notification } {
    const kept = this.#texts.get(file);
    if (kept !== undefined) return kept;
    const read = readSource(file);
    if ("notification" in read) return read;
    if (read.content.length <= this.#room && "disk" in file.content) {
      this.#room -= read.content.length;
      this.#texts.set(file, read.content);
    }
    return read.content;
  }

  #keep(read: ReadFile, bytes: number): void {
    if (bytes > this.#parsedRoom) return;
    this.#parsedRoom -= bytes;
    this.#read.set(read.file, read);
  }
}

/** Bytes as Latin-1: enough to find ASCII words in, and fast. */
function asciiOf(content: Uint8Array | string): string {
  if (typeof content === "string") return content;
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("latin1");
}
