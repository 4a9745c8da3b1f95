import type { ParsedFile } from "../documents/document.ts";
import { parseFile } from "../documents/parse-file.ts";
import { encodeFindings } from "../findings/finding-log.ts";
import type { Notification } from "../findings/notification.ts";
import { mayHoldRelations, type PodQuery, type RelationEntry, type ResourceSet } from "../resources/resource-set.ts";
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

/** How many bytes of text may be kept from the first pass to the next, parsed: some twenty times as much memory. */
const keptBytes = 1 << 20;

/**
 * One thread's share of a run, judged in three passes, between which the threads' knowledge is put together:
 * `relate` finds what takes part in relations; `judge` judges every file but those with network policies, and learns
 * which policies select something; `judgePolicies` judges those.
 */
export class Shard {
  readonly #judge: Judge;
  readonly #groups: readonly Group[];
  readonly #kept = new Map<SourceFile, ParsedFile>();
  #room = keptBytes;
  /** The groups with network policies, and the pods in them. */
  readonly #withPolicies = new Map<Group, readonly PodQuery[]>();
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
      const pods: PodQuery[] = [];
      let policies = false;
      for (const file of group.files) {
        const content = this.#content(file);
        if (content === null) continue;
        if (!all && !mayHoldRelations(textOf(content))) continue;
        const parsed = parseFile(content, file.format);
        this.#keep(file, parsed, content.length);
        const related = this.#judge.relate([file, parsed]);
        for (const entry of related.entries) entries.push(entry);
        policies ||= related.policies;
        asksForMore ||= related.policies || related.pods.length > 0;
        for (const pod of related.pods) pods.push(pod);
      }
      if (policies) this.#withPolicies.set(group, pods);
    }
    return { entries, asksForMore, policies: this.#withPolicies.size > 0 };
  }

  /**
   * @param set the relations of the whole run; learns what selects what
   * @yields a result a group, in the order of the groups
   */
  *judge(set: ResourceSet): Generator<EncodedResult> {
    this.#set = set;
    for (const group of this.#groups) {
      const pods = this.#withPolicies.get(group);
      if (pods === undefined) yield this.#judgeGroup(group, set);
      else for (const pod of pods) set.network(pod);
    }
  }

  /** Judges the files with policies, once `set` knows of the whole run which policies select something. */
  *judgePolicies(): Generator<EncodedResult> {
    if (this.#set === undefined) throw new Error("judge comes before judgePolicies");
    for (const group of this.#withPolicies.keys()) yield this.#judgeGroup(group, this.#set);
  }

  #judgeGroup(group: Group, set: ResourceSet): EncodedResult {
    const { files, notifications } = this.#parsed(group);
    const { findings, ...rest } = this.#judge.judge(files, notifications, set);
    for (const file of group.files) this.#kept.delete(file);
    return { index: group.index, findings: encodeFindings(findings), count: findings.length, ...rest };
  }

  #parsed(group: Group): { files: readonly ReadFile[]; notifications: Notification[] } {
    const files: ReadFile[] = [];
    const notifications: Notification[] = [];
    for (const file of group.files) {
      const kept = this.#kept.get(file);
      if (kept !== undefined) {
        files.push([file, kept]);
        continue;
      }
      const read = readSource(file);
      if ("notification" in read) notifications.push(read.notification);
      else files.push([file, parseFile(read.content, file.format)]);
    }
    return { files, notifications };
  }

  /** Null where it cannot be read: the second pass says so. */
  #content(file: SourceFile): Uint8Array | string | null {
    const read = readSource(file);
    return "content" in read ? read.content : null;
  }

  #keep(file: SourceFile, parsed: ParsedFile, bytes: number): void {
    if (bytes > this.#room) return;
    this.#room -= bytes;
    this.#kept.set(file, parsed);
  }
}

/** Bytes as Latin-1: enough to find ASCII words in, and fast. */
function textOf(content: Uint8Array | string): string {
  if (typeof content === "string") return content;
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("latin1");
}
