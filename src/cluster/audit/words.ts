import type { Words } from "../../messages/language.ts";
import { clusterReason } from "../api-error.ts";

/** What can keep the audit from judging something, and what it did, in words. */
const en = {
  /** Why the cluster did not do what it was asked for. */
  reason: (error: unknown): string => clusterReason(error, "en"),
  unreachable: (server: string, reason: string) => `the cluster at ${server} cannot be reached: ${reason}`,
  lost: (reason: string) => `the connection to the cluster was lost, so the rest was not judged: ${reason}`,
  refused: (server: string, reason: string) => `the cluster at ${server} does not tell what it serves: ${reason}`,
  /** No namespaces: in all of them. */
  forbiddenKinds: (kinds: readonly string[], namespaces: readonly string[]) =>
    `not allowed to list ${kinds.join(", ")}${inNamespaces(namespaces)}, so none was judged`,
  forbiddenNamespace: (namespaces: readonly string[]) =>
    `not allowed to list any workloads${inNamespaces(namespaces)}, so nothing was judged there: there is no such namespace, or the account lacks a role in it (view is enough)`,
  unreadableKind: (kind: string, namespace: string | null, reason: string) =>
    `cannot list all ${kind}${inNamespace(namespace)}, so not all were judged: ${reason}`,
  unreadableLink: (kind: string, namespace: string | null, reason: string) =>
    `cannot list ${kind}${inNamespace(namespace)}, so what they made is judged besides what made them: ${reason}`,
  unreadableGroup: (group: string, reason: string) =>
    `cannot find out which kinds ${group} has, so none was judged: ${reason}`,
  unreadableObject: (object: string, reason: string) => `cannot read ${object}, so it was not judged: ${reason}`,
  forbiddenRelation: (kind: string, namespaces: readonly string[], role: string) =>
    `not allowed to list ${kind}${inNamespaces(namespaces)}, so ${dependents[role] ?? "what rules judge by it"} is not judged`,
  forbiddenOwnNamespace: (namespaces: readonly string[]) =>
    `not allowed to get namespaces ${namespaces.join(", ")}, so ${dependents.namespace} is not judged`,
  unreadableRelation: (kind: string, namespace: string | null, reason: string) =>
    `cannot list all ${kind}${inNamespace(namespace)}, so what depends on them is not judged: ${reason}`,
  noNamespace: (namespace: string) => `the cluster has no namespace ${namespace}`,
  noReportApi:
    "--policy-reports needs a place for reports, and the cluster serves neither openreports.io/v1alpha1 nor wgpolicyk8s.io/v1alpha2: install the CRDs of https://openreports.io",
  reportApiNotServed: (api: string) => `--report-api: the cluster does not serve ${api}; install its CRDs`,
  reportsForbidden: {
    list: (namespace: string | null, reason: string) =>
      `not allowed to list reports${inNamespace(namespace)}, so none was written: ${reason}`,
    write: (namespace: string | null, reason: string) =>
      `not allowed to write reports${inNamespace(namespace)}: ${reason}`,
    delete: (namespace: string | null, reason: string) =>
      `not allowed to delete outdated reports${inNamespace(namespace)}: ${reason}`,
  },
  reportFailed: {
    list: (report: string, reason: string) => `cannot list ${report}, so no report was written: ${reason}`,
    write: (report: string, reason: string) => `cannot write the report ${report}: ${reason}`,
    delete: (report: string, reason: string) => `cannot delete the outdated report ${report}: ${reason}`,
  },
  onRecord: (object: string, until: string, by: string, reason: string, rules: readonly string[]) =>
    `${object} lives on a record of break-glass until ${until} (by ${by}: ${reason}); it breaks ${rules.join(", ")}`,
  /** `until`: null is without end. */
  onGrace: (object: string, until: string | null, rules: readonly string[]) =>
    `${object} was there before its namespace was enforced, and its new Pods are let in ${until === null ? "without end" : `until ${until}`}; it breaks ${rules.join(", ")}`,
  noRecords: (place: string, reason: string) => `the records of break-glass in ${place} cannot be read: ${reason}`,
  absentRecords: (place: string) =>
    `--exemptions names the ConfigMap ${place}, which the cluster does not have: no record of break-glass was read`,
  brokenRecord: (place: string, key: string, reason: string) =>
    `the key "${key}" of ${place} is no record, and lets nothing in: ${reason}`,
  /** In a report in the cluster. */
  omitted: (count: number) => `${count} more results do not fit into one object; paddlock audit lists them all`,
  reports: (api: string, written: number, unchanged: number, deleted: number) =>
    `reports (${api}): ${written} written, ${unchanged} unchanged, ${deleted} deleted`,
};

const zh: typeof en = {
  reason: (error) => clusterReason(error, "zh"),
  unreachable: (server, reason) => `无法连接集群 ${server}：${reason}`,
  lost: (reason) => `与集群的连接中断，其余对象未检查：${reason}`,
  refused: (server, reason) => `集群 ${server} 拒绝说明其提供的 API：${reason}`,
  forbiddenKinds: (kinds, namespaces) =>
    `没有列出${ofNamespaces(namespaces)} ${kinds.join("、")} 的权限，这类对象均未检查`,
  forbiddenNamespace: (namespaces) =>
    `无权列出${ofNamespaces(namespaces)}任何工作负载，其中的对象均未检查：命名空间不存在，或当前账号在其中没有角色（view 即可）`,
  unreadableKind: (kind, namespace, reason) =>
    `无法列出${ofNamespace(namespace)}全部 ${kind}，部分对象未检查：${reason}`,
  unreadableLink: (kind, namespace, reason) =>
    `无法列出${ofNamespace(namespace)} ${kind}，其创建的对象会与上级对象分别检查：${reason}`,
  unreadableGroup: (group, reason) => `无法查询 ${group} 提供的资源类型，均未检查：${reason}`,
  unreadableObject: (object, reason) => `无法读取 ${object}，未检查：${reason}`,
  forbiddenRelation: (kind, namespaces, role) =>
    `没有列出${ofNamespaces(namespaces)} ${kind} 的权限，无法判定${chineseDependents[role] ?? "规则依据这类对象判定的内容"}`,
  forbiddenOwnNamespace: (namespaces) =>
    `没有读取 Namespace ${namespaces.join("、")} 的权限，无法判定${chineseDependents.namespace}`,
  unreadableRelation: (kind, namespace, reason) =>
    `无法列出${ofNamespace(namespace)}全部 ${kind}，依赖它们的规则无法判定：${reason}`,
  noNamespace: (namespace) => `集群中没有命名空间 ${namespace}`,
  noReportApi:
    "--policy-reports 需要存放报告的 API，但集群既未提供 openreports.io/v1alpha1，也未提供 wgpolicyk8s.io/v1alpha2：请安装 https://openreports.io 的 CRD",
  reportApiNotServed: (api) => `--report-api：集群未提供 ${api}，请安装其 CRD`,
  reportsForbidden: {
    list: (namespace, reason) => `没有列出${ofNamespace(namespace)}报告的权限，未写入任何报告：${reason}`,
    write: (namespace, reason) => `没有写入${ofNamespace(namespace)}报告的权限：${reason}`,
    delete: (namespace, reason) => `没有删除${ofNamespace(namespace)}过期报告的权限：${reason}`,
  },
  reportFailed: {
    list: (report, reason) => `无法列出 ${report}，未写入任何报告：${reason}`,
    write: (report, reason) => `无法写入报告 ${report}：${reason}`,
    delete: (report, reason) => `无法删除过期报告 ${report}：${reason}`,
  },
  onRecord: (object, until, by, reason, rules) =>
    `${object} 靠应急放行记录运行，有效期至 ${until}（由 ${by} 写入：${reason}）；违反 ${rules.join("、")}`,
  onGrace: (object, until, rules) =>
    `${object} 在其命名空间强制之前已存在，新的 Pod ${until === null ? "一直放行" : `放行至 ${until}`}；违反 ${rules.join("、")}`,
  noRecords: (place, reason) => `无法读取 ${place} 中的应急放行记录：${reason}`,
  absentRecords: (place) => `--exemptions 指定的 ConfigMap ${place} 在集群中不存在：没有读取任何应急放行记录`,
  brokenRecord: (place, key, reason) => `${place} 的键 "${key}" 不是有效记录，不会放行任何对象：${reason}`,
  omitted: (count) => `另有 ${count} 条结果超出单个对象的容量；paddlock audit 可列出全部`,
  reports: (api, written, unchanged, deleted) =>
    `报告（${api}）：写入 ${written} 份，未变 ${unchanged} 份，删除 ${deleted} 份`,
};

/** What is judged by the objects of a role. */
const dependents: { readonly [role: string]: string } = {
  policy: "whether network policies isolate the pods",
  claim: "which volumes of models there are and how they may be mounted",
  service: "what rules of your own ask of Services",
  namespace: "what policies make of the labels of namespaces",
};

const chineseDependents: { readonly [role: string]: string } = {
  policy: "Pod 是否被网络策略隔离",
  claim: "模型卷是否存在、能否按要求挂载",
  service: "自定义规则中与 Service 有关的内容",
  namespace: "依据命名空间标签生效的网络策略",
};

function inNamespaces(namespaces: readonly string[]): string {
  const [first = null, ...others] = namespaces;
  return others.length === 0 ? inNamespace(first) : ` in the namespaces ${namespaces.join(", ")}`;
}

function ofNamespaces(namespaces: readonly string[]): string {
  return namespaces.length === 0 ? "" : `命名空间 ${namespaces.join("、")} 中的`;
}

function inNamespace(namespace: string | null): string {
  return namespace === null ? "" : ` in the namespace ${namespace}`;
}

function ofNamespace(namespace: string | null): string {
  return namespace === null ? "" : `命名空间 ${namespace} 中的`;
}

export type AuditWords = typeof en;
export const auditWords: Words<typeof en> = { en, zh };
