import { didYouMean } from "../../messages/did-you-mean.ts";
import type { Words } from "../../messages/language.ts";

/** What can go wrong before a manifest is read, in words. */
const en = {
  noSuchFile: (path: string, near: string | undefined) =>
    `there is no file or directory "${path}"${didYouMean.en(near)}`,
  noMatch: (glob: string) => `no manifest matches "${glob}"`,
  unreadable: (reason: string) => `cannot be read: ${reason}`,
  unreadableDirectory: (reason: string) => `the directory cannot be read: ${reason}`,
  tooLarge: (size: number, most: number) => `the file has ${size} MiB; more than ${most} MiB are not read`,
  gitMissing: "git is needed for this and was not found: install it, or put it into PATH",
  notWorkTree: (option: string) => `${option} needs a git work tree, and this directory is in none`,
  gitFailed: (reason: string) => `git failed: ${reason}`,
  badRevision: (revision: string, reason: string) => `git does not know the revision "${revision}": ${reason}`,
  conflict: "the file has a merge conflict: resolve it, then `git add` it",
  noneBeside: (reason: string) =>
    `the other manifests of the repository took no part in relations: ${reason}; --with PATH names them, --alone does without`,
  /** What a tool itself says. */
  quoted: (text: string): string => text,
  status: (status: number) => `status ${status}`,
  silent: "no word of it",
  slow: (seconds: number) => `it took more than ${seconds} seconds`,
  loud: (size: number) => `it printed more than ${size} MiB`,
  helmMissing: (command: string) =>
    `this is a Helm chart, and \`${command}\` was not found: install helm 3 or newer, or name it in PADDLOCK_HELM`,
  helmFailed: (reason: string) => `helm cannot render the chart: ${reason}`,
  kustomizeMissing: (command: string) =>
    `this is a kustomization, and ${command} was not found: install kustomize or kubectl, or name it in PADDLOCK_KUSTOMIZE`,
  kustomizeFailed: (reason: string) => `kustomize cannot build this: ${reason}`,
  remote: (what: string) =>
    `\`${what}\` is remote and nothing is fetched from there, so the kustomization could not be judged: bring it into the repository`,
};

const zh: typeof en = {
  noSuchFile: (path, near) => `文件或目录 "${path}" 不存在${didYouMean.zh(near)}`,
  noMatch: (glob) => `没有与 "${glob}" 匹配的清单文件`,
  unreadable: (reason) => `无法读取：${reason}`,
  unreadableDirectory: (reason) => `无法读取目录：${reason}`,
  tooLarge: (size, most) => `文件有 ${size} MiB，超过可读取的上限 ${most} MiB`,
  gitMissing: "需要 git，但未找到该命令：请先安装，或将其加入 PATH",
  notWorkTree: (option) => `${option} 只能在 git 工作区内使用，当前目录不属于任何 git 工作区`,
  gitFailed: (reason) => `git 执行失败：${reason}`,
  badRevision: (revision, reason) => `git 无法识别版本 "${revision}"：${reason}`,
  conflict: "文件存在合并冲突，请先解决冲突并执行 `git add`",
  noneBeside: (reason) =>
    `未能读取仓库中的其他清单，它们未参与关联分析：${reason}；可用 --with PATH 指定，或用 --alone 关闭`,
  quoted: (text) => `“${text}”`,
  status: (status) => `退出码 ${status}`,
  silent: "没有输出任何信息",
  slow: (seconds) => `执行超过 ${seconds} 秒`,
  loud: (size) => `输出超过 ${size} MiB`,
  helmMissing: (command) =>
    `这是一个 Helm chart，但未找到 \`${command}\`：请安装 helm 3 或更高版本，或通过 PADDLOCK_HELM 指定其路径`,
  helmFailed: (reason) => `helm 渲染 chart 失败：${reason}`,
  kustomizeMissing: (command) =>
    `这是一个 kustomization，但未找到 ${command}：请安装 kustomize 或 kubectl，或通过 PADDLOCK_KUSTOMIZE 指定其路径`,
  kustomizeFailed: (reason) => `kustomize 构建失败：${reason}`,
  remote: (what) => `\`${what}\` 是远程资源，检查时不会联网获取，因此无法判定该 kustomization：请将其保存到仓库中`,
};

export type SourceWords = typeof en;
export const sourceWords: Words<typeof en> = { en, zh };
