import { togetherAsked } from "../facts/questions.ts";
import type { Questions, Told } from "../facts/terms/fact.ts";
import { encodeFindings } from "../findings/finding-log.ts";
import type { Notification } from "../messages/notification.ts";
import type { ResourceSet } from "../relations/resource-set.ts";
import type { RelationEntry } from "../relations/terms/relation.ts";
import type { SourceFile } from "../sources/terms/source-file.ts";
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
  /** A workload, or what asks for one, is among the files: what lies beside them matters. */
  readonly asksForMore: boolean;
  /** An object is among the files that asks what workloads there are. */
  readonly asksForPods: boolean;
  /** What is to be found out before the files are judged. */
  readonly questions: Questions;
}

/** A group's result on its way between threads: the findings as `encodeFindings` writes them. */
export interface EncodedResult extends Omit<FileResult, "findings"> {
  readonly index: number;
  readonly findings: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

/** A group whose files were read, as far as they can be. */
interface ReadGroup {
  readonly group: Group;
  readonly files: readonly ReadFile[];
  readonly unread: readonly Notification[];
}

/**
 * How many files may be kept parsed from one pass to the next, and of small ones as many as have so many bytes together:
 * they take some thirty times the memory of their text.
 */
const keptFiles = 64;
const keptBytes = 512 << 10;
/** So many groups are taken at a time. */
const portion = 16;

/**
 * One thread's part of a run, in three passes, between which the threads' knowledge is put together:
 * `relate` finds what takes part in relations in its share of the files; `judge` judges files as long as there are any
 * that no thread has taken, and learns of the workloads that somebody asks about;
 * `judgeWaiting` judges the files whose questions the workloads of others answer.
 */
export class ScanShard {
  readonly #judge: Judge;
  readonly #groups: readonly Group[];
  readonly #share: { readonly thread: number; readonly threads: number; readonly next: Int32Array };
  readonly #read = new Map<SourceFile, ReadFile>();
  /** Bytes of their texts. */
  #kept = 0;
  readonly #waiting: Group[] = [];
  #set: ResourceSet | undefined;
  #told: Told = {};

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
    const questions: Questions[] = [];
    let asksForPods = false;
    const whole = all || this.#judge.asks;
    const { thread, threads } = this.#share;
    for (const group of this.#groups) {
      if (group.index % threads !== thread) continue;
      for (const file of group.files) {
        const source = readSource(file, this.#judge.language);
        // A file that cannot be read is reported when it is to be judged.
        if ("notification" in source) continue;
        const { content } = source;
        if (!whole && !this.#judge.mayRelate(asciiOf(content))) continue;
        const read = this.#judge.read(file, content, whole ? undefined : (document) => this.#judge.mayRelate(document));
        if (all) this.#keep(read);
        const related = this.#judge.relate(read);
        for (const entry of related.entries) entries.push(entry);
        asksForMore ||= related.asksForPods || related.hasPods;
        asksForPods ||= related.asksForPods;
        if (file.judged && this.#judge.asks) questions.push(related.questions);
      }
    }
    return { entries, asksForMore, asksForPods, questions: togetherAsked(questions) };
  }

  /**
   * @param set the relations of the whole run; learns what selects what
   * @param told what was found out to the questions of the whole run
   * @yields a result for each group that no other thread has taken before, but for those that wait
   */
  *judge(set: ResourceSet, told: Told = {}): Generator<EncodedResult> {
    this.#set = set;
    this.#told = told;
    const { next } = this.#share;
    for (
      let taken = Atomics.add(next, 0, portion);
      taken < this.#groups.length;
      taken = Atomics.add(next, 0, portion)
    ) {
      for (const group of this.#groups.slice(taken, taken + portion)) {
        const read = this.#readGroup(group);
        for (const file of read.files) this.#judge.learn(file, set);
        if (this.#mustWait(read, set)) this.#waiting.push(group);
        else yield this.#judgeGroup(read, set);
      }
    }
  }

  /**
   * Judges the files that waited, once `set` knows of all pods of the run.
   * @yields their results
   */
  *judgeWaiting(): Generator<EncodedResult> {
    if (this.#set === undefined) throw new Error("judge comes before judgeWaiting");
    for (const group of this.#waiting) yield this.#judgeGroup(this.#readGroup(group), this.#set);
  }

  /** A file with a question that nobody has answered yet must wait for the workloads of the others; its own count at once. */
  #mustWait({ group, files }: ReadGroup, set: ResourceSet): boolean {
    // All files of a group have one path.
    const path = group.files[0]?.path ?? "";
    if (!set.hasOpenQuestion(path)) return false;
    for (const file of files) {
      this.#judge.askOfPods(file, set);
      this.#keep(file);
    }
    return set.hasOpenQuestion(path);
  }

  #judgeGroup({ group, files, unread }: ReadGroup, set: ResourceSet): EncodedResult {
    const { findings, ...rest } = this.#judge.judge(files, unread, set, this.#told);
    for (const { file, size } of files) if (this.#read.delete(file)) this.#kept -= size;
    return { index: group.index, findings: encodeFindings(findings), count: findings.length, ...rest };
  }

  #readGroup(group: Group): ReadGroup {
    const files: ReadFile[] = [];
    const unread: Notification[] = [];
    for (const file of group.files) {
      const kept = this.#read.get(file);
      const read = kept === undefined ? readSource(file, this.#judge.language) : { kept };
      if ("kept" in read) files.push(read.kept);
      else if ("notification" in read) unread.push(read.notification);
      else files.push(this.#judge.read(file, read.content));
    }
    return { group, files, unread };
  }

  #keep(read: ReadFile): void {
    if (this.#read.size >= keptFiles && this.#kept + read.size > keptBytes) return;
    if (!this.#read.has(read.file)) this.#kept += read.size;
    this.#read.set(read.file, read);
  }
}

/** Bytes as Latin-1: enough to find ASCII words in, and fast. */
function asciiOf(content: Uint8Array | string): string {
  if (typeof content === "string") return content;
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("latin1");
}
