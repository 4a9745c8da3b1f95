import { didYouMean } from "../../messages/did-you-mean.ts";
import type { Words } from "../../messages/language.ts";
import type { NeverJudged } from "../audit/never-judged.ts";

const usage = "paddlock exempt deployment/ocr -n ml --for 2h --reason TEXT";

/** What `paddlock exempt` says. */
const en = {
  oneObject: (word: string) => `exempt takes one object; what is "${word}"? ${usage}`,
  alone: (option: string, other: string) => `${option} and ${other} exclude each other`,
  needsObject: `exempt needs an object: ${usage}`,
  needsReason: `exempt needs a reason, which is told with every use: ${usage}`,
  longReason: (most: number) => `--reason has at most ${most} characters`,
  needsDuration: `exempt needs an end: ${usage}`,
  noDuration: (written: string) =>
    `--for is a time from 1m on in hours, minutes and seconds (h, m, s), as 30m or 2h, not "${written}"`,
  tooLong: (written: string) =>
    `--for is at most 24h, not "${written}": what is to last longer is a waiver of the configuration`,
  noObject: (written: string) => `"${written}" is no object: write KIND/NAME, as deployment/ocr`,
  noNamespace: (written: string) => `"${written}" is no name of a namespace`,
  unknownKind: (word: string, near: string | undefined) =>
    `the cluster has no kind "${word}"${didYouMean.en(near)} (kubectl api-resources lists them)`,
  ambiguousKind: (word: string, names: readonly string[]) =>
    `several groups have a kind "${word}": write ${names.join(" or ")}`,
  added: (object: string, namespace: string | null, until: string) =>
    `${object}${inNamespace(namespace)} and what its controllers make of it are let in until ${until}`,
  replaced: (until: string, by: string, reason: string) => `this replaces a record until ${until}, by ${by}: ${reason}`,
  notThere: (object: string, namespace: string | null, near: string | undefined) =>
    `warning: there is no ${object}${inNamespace(namespace)} yet, and the record is for when there is${didYouMean.en(near)}`,
  neverJudgedKind: (kind: string) =>
    `${kind} is no kind that is judged, so there is nothing to exempt; a record is for what makes pods (kinds of your own: kinds in the configuration)`,
  neverJudged: (namespace: string, why: NeverJudged): string =>
    why === "built-in"
      ? `nothing is judged in ${namespace} (kube-system, kube-node-lease and paddlock's own namespace), so there is nothing to exempt`
      : `nothing is judged in ${namespace}, which webhook.excludedNamespaces or webhook.infrastructureNamespaces name, so there is nothing to exempt`,
  absentNamespace: (namespace: string, near: string | undefined) =>
    `the cluster has no namespace ${namespace}${didYouMean.en(near)}`,
  ended: (object: string, namespace: string | null) => `${object}${inNamespace(namespace)} is judged again`,
  noRecord: (object: string, namespace: string | null) => `there is no record of ${object}${inNamespace(namespace)}`,
  until: (time: string) => `until ${time}`,
  expired: (time: string) => `not in force (ends ${time})`,
  byWhom: (by: string, reason: string) => `by ${by}: ${reason}`,
  none: "there is no record: nothing is exempt",
  noneIn: (namespace: string, elsewhere: number) =>
    `no record in the namespace ${namespace}: nothing is exempt there (${elsewhere} elsewhere)`,
  broken: (key: string, reason: string) => `the key "${key}" is no record, and lets nothing in: ${reason}`,
  full: (place: string, count: number) => `there are too many records (${place} holds ${count}): end some`,
  forbidden: (place: string, reason: string) =>
    `you may not do that${place === "" ? "" : ` in the ConfigMap ${place}`}; the chart has a Role for it, whose name ends in -breakglass: ${reason}`,
  refused: (place: string, reason: string) =>
    `the API server refused${place === "" ? "" : ` (ConfigMap ${place})`}: ${reason}`,
};

const zh: typeof en = {
  oneObject: (word) => `exempt 只接受一个对象，多余的参数："${word}"。用法：${usage}`,
  alone: (option, other) => `${option} 与 ${other} 不能同时使用`,
  needsObject: `请指定对象：${usage}`,
  needsReason: `请写明原因，每次放行都会记录：${usage}`,
  longReason: (most) => `--reason 最多 ${most} 个字符`,
  needsDuration: `请指定时长：${usage}`,
  noDuration: (written) =>
    `--for 应为不短于 1m 的时长，单位为 h（小时）、m（分）、s（秒），如 30m、2h，而不是 "${written}"`,
  tooLong: (written) => `--for 最长 24h，而不是 "${written}"；需要更久请在配置中写豁免（waiver）`,
  noObject: (written) => `"${written}" 不是对象：请写 KIND/NAME，如 deployment/ocr`,
  noNamespace: (written) => `"${written}" 不是有效的命名空间名称`,
  unknownKind: (word, near) =>
    `集群中没有资源类型 "${word}"${didYouMean.zh(near)}（kubectl api-resources 可列出全部类型）`,
  ambiguousKind: (word, names) => `多个 API 组都有类型 "${word}"：请写 ${names.join(" 或 ")}`,
  added: (object, namespace, until) =>
    `${ofNamespace(namespace)}${object} 及其控制器创建的对象在 ${until} 之前一律放行`,
  replaced: (until, by, reason) => `取代了原有记录：有效期至 ${until}，由 ${by} 写入：${reason}`,
  notThere: (object, namespace, near) =>
    `警告：${ofNamespace(namespace)}${object} 尚不存在，记录在其创建后生效${didYouMean.zh(near)}`,
  neverJudgedKind: (kind) =>
    `${kind} 不是会被检查的类型，无需放行；记录用于会创建 Pod 的对象（自定义类型请写入配置的 kinds）`,
  neverJudged: (namespace, why) =>
    why === "built-in"
      ? `命名空间 ${namespace} 中不做检查（kube-system、kube-node-lease 和 paddlock 自身的命名空间），无需放行`
      : `命名空间 ${namespace} 中不做检查（由 webhook.excludedNamespaces 或 webhook.infrastructureNamespaces 排除），无需放行`,
  absentNamespace: (namespace, near) => `集群中没有命名空间 ${namespace}${didYouMean.zh(near)}`,
  ended: (object, namespace) => `${ofNamespace(namespace)}${object} 恢复检查`,
  noRecord: (object, namespace) => `没有${ofNamespace(namespace)}${object} 的记录`,
  until: (time) => `有效期至 ${time}`,
  expired: (time) => `未生效（截止 ${time}）`,
  byWhom: (by, reason) => `由 ${by} 写入：${reason}`,
  none: "没有记录：没有对象被放行",
  noneIn: (namespace, elsewhere) =>
    `命名空间 ${namespace} 中没有记录，没有对象被放行（其他命名空间共 ${elsewhere} 条）`,
  broken: (key, reason) => `键 "${key}" 不是有效记录，不会放行任何对象：${reason}`,
  full: (place, count) => `记录过多（${place} 中已有 ${count} 条），请先结束一部分`,
  forbidden: (place, reason) =>
    `没有权限${place === "" ? "" : `读写 ConfigMap ${place}`}；Chart 为此提供了名称以 -breakglass 结尾的 Role：${reason}`,
  refused: (place, reason) => `API server 拒绝了请求${place === "" ? "" : `（ConfigMap ${place}）`}：${reason}`,
};

function inNamespace(namespace: string | null): string {
  return namespace === null ? "" : ` in ${namespace}`;
}

function ofNamespace(namespace: string | null): string {
  return namespace === null ? "" : `命名空间 ${namespace} 中的 `;
}

export type ExemptWords = typeof en;
export const exemptWords: Words<typeof en> = { en, zh };
