import type { Words } from "../messages/language.ts";

/** What can be wrong with a baseline, in words. */
const en = {
  missing: (file: string) => `there is no such baseline; write it first with --write-baseline ${file}`,
  unreadable: (reason: string) => `cannot read the baseline: ${reason}`,
  broken: (reason: string) => `the baseline is no JSON (${reason}); write it anew with --write-baseline`,
  noBaseline: "this is no baseline of paddlock; write one with --write-baseline",
  newer: (version: number) => `the baseline has schema version ${version}, which only a newer paddlock reads`,
  brokenEntry: (index: number, key: string) =>
    `findings[${index}] of the baseline has no ${key}; write it anew with --write-baseline`,
  gone: (count: number, some: string, file: string): string =>
    `${count === 1 ? "1 finding of the baseline is" : `${count} findings of the baseline are`} no longer there (${some}); ` +
    `--write-baseline ${file} takes ${count === 1 ? "it" : "them"} out`,
};

const zh: typeof en = {
  missing: (file) => `基线文件不存在，请先用 --write-baseline ${file} 生成`,
  unreadable: (reason) => `无法读取基线文件：${reason}`,
  broken: (reason) => `基线文件不是合法的 JSON（“${reason}”），请用 --write-baseline 重新生成`,
  noBaseline: "该文件不是 paddlock 的基线，请用 --write-baseline 生成",
  newer: (version) => `基线的 schema 版本为 ${version}，需要更新版本的 paddlock 才能读取`,
  brokenEntry: (index, key) => `基线的 findings[${index}] 缺少 ${key}，请用 --write-baseline 重新生成`,
  gone: (count, some, file) => `基线中有 ${count} 个问题已不存在（${some}），可用 --write-baseline ${file} 更新`,
};

export type BaselineWords = typeof en;
export const baselineWords: Words<typeof en> = { en, zh };
