import type { Words } from "../../messages/language.ts";
import { systemReason } from "../../messages/system-reason.ts";

/** What `paddlock init` says, on the terminal and in the files that it writes. */
const en = {
  looked: (root: string) => `paddlock looked at ${root}`,
  charts: (count: number, where: string) => `${count} Helm chart${count === 1 ? "" : "s"}: ${where}`,
  kustomizations: (count: number, where: string) => `${count} kustomization${count === 1 ? "" : "s"}: ${where}`,
  manifests: (count: number, where: string) => `${count} manifest${count === 1 ? "" : "s"}: ${where}`,
  nothing: "no Kubernetes manifests yet",
  more: (count: number) => `and ${count} more`,
  wrote: (file: string) => `wrote ${file}`,
  hasConfiguration: (file: string) => `${file} holds a configuration already; it stays as it is`,
  hasEntry: (file: string) => `${file} runs paddlock already; it stays as it is`,
  add: (file: string) => `${file} is there already and stays as it is; add to it:`,
  next: "Next: npx paddlock check",
  reason: (error: unknown): string => systemReason(error, "en"),
  cannotWrite: (file: string, reason: string) => `cannot write ${file}: ${reason}`,
  /** The comments of the new configuration, in their order. */
  about: "What paddlock asks of the workloads in this repository.",
  found: "Found when this file was written:",
  profiles: "The rules to start from: baseline, recommended or strict.",
  rules: "A rule may be switched off, given another level (error, warning, info), or set up:",
  overrides: "Other settings for some files, namespaces, kinds or labels:",
  waivers: "Findings that are known and accepted, each with its reason and, if possible, its end:",
  waiverReason: "moves to the new image in January",
};

const zh: typeof en = {
  looked: (root) => `paddlock 已扫描 ${root}`,
  charts: (count, where) => `${count} 个 Helm chart：${where}`,
  kustomizations: (count, where) => `${count} 个 kustomization：${where}`,
  manifests: (count, where) => `${count} 个清单文件：${where}`,
  nothing: "暂未发现 Kubernetes 清单",
  more: (count) => `另有 ${count} 处`,
  wrote: (file) => `已生成 ${file}`,
  hasConfiguration: (file) => `${file} 中已有配置，保持不变`,
  hasEntry: (file) => `${file} 已接入 paddlock，保持不变`,
  add: (file) => `${file} 已存在，未做修改，请手动加入：`,
  next: "下一步：npx paddlock check",
  reason: (error) => systemReason(error, "zh"),
  cannotWrite: (file, reason) => `无法写入 ${file}：${reason}`,
  about: "paddlock 对本仓库工作负载的检查配置。",
  found: "生成本文件时扫描到：",
  profiles: "基础规则集：baseline、recommended 或 strict。",
  rules: "可以关闭某条规则、调整级别（error、warning、info）或设置参数：",
  overrides: "针对部分文件、命名空间、资源类型或标签单独设置：",
  waivers: "已知且接受的问题，需写明理由，最好同时写明截止日期：",
  waiverReason: "一月份切换到新镜像",
};

export type InitWords = typeof en;
export const initWords: Words<typeof en> = { en, zh };
