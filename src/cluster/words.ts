import { didYouMean } from "../messages/did-you-mean.ts";
import type { Words } from "../messages/language.ts";

/** What can keep paddlock from talking to a cluster at all, in words. */
const en = {
  noKubeconfig: (file: string) => `there is no kubeconfig "${file}"`,
  unreadableKubeconfig: (file: string, reason: string) => `the kubeconfig "${file}" cannot be read: ${reason}`,
  invalidKubeconfig: (source: string, reason: string) => `${source} is no valid kubeconfig: ${reason}`,
  noMapping: "no mapping with clusters, users and contexts",
  /** `reason`: of the YAML parser. */
  atLine: (reason: string, line: number | null): string => `${reason}${line === null ? "" : ` (line ${line})`}`,
  noCluster:
    "there is no cluster to ask: no --kubeconfig, no KUBECONFIG, no ~/.kube/config, and this is no pod with a service account token",
  noContext: (source: string) => `${source} names no current context; choose one with --kube-context`,
  unknownContext: (name: string, near: string | undefined, known: readonly string[]) =>
    `the kubeconfig has no context "${name}"${near === undefined ? listed("; it has: ", known, ", ") : didYouMean.en(near)}`,
  contextWithoutCluster: (context: string, cluster: string) =>
    `the context "${context}" names the cluster "${cluster}", which the kubeconfig does not have`,
  contextWithoutUser: (context: string, user: string) =>
    `the context "${context}" names the user "${user}", whom the kubeconfig does not have`,
  noCredentials: (reason: string) => `no credentials: ${reason}`,
  clientClosed: "the client was closed",
  givenUp: "the request was given up",
  silent: (seconds: number) => `the API server was silent for ${seconds} s`,
  late: "the API server did not answer in time",
  broken: "the connection broke",
  answerSize: (bytes: number) => `the answer has more than ${bytes} bytes`,
  answerNoObject: "the API server's answer is no JSON object",
  listNoItems: "the list has no items",
  eventLong: "an event of the watch is too long",
  eventCut: "the watch ended within an event",
  eventNoJson: "an event of the watch is no JSON",
  noEvent: "an event of the watch is none",
  notHttps: (server: string) => `the API server's address "${server}" must begin with https://`,
};

const zh: typeof en = {
  noKubeconfig: (file) => `kubeconfig 文件 "${file}" 不存在`,
  unreadableKubeconfig: (file, reason) => `无法读取 kubeconfig 文件 "${file}"：${reason}`,
  invalidKubeconfig: (source, reason) => `${source} 不是有效的 kubeconfig：${reason}`,
  noMapping: "它不是含有 clusters、users 和 contexts 的映射",
  atLine: (reason, line) => `“${reason}”${line === null ? "" : `（第 ${line} 行）`}`,
  noCluster:
    "没有可访问的集群：未指定 --kubeconfig，未设置 KUBECONFIG，没有 ~/.kube/config，也不在带有服务账号令牌的 Pod 中运行",
  noContext: (source) => `${source} 没有指定当前上下文；请用 --kube-context 选择`,
  unknownContext: (name, near, known) =>
    `kubeconfig 中没有上下文 "${name}"${near === undefined ? listed("；现有：", known, "、") : didYouMean.zh(near)}`,
  contextWithoutCluster: (context, cluster) => `上下文 "${context}" 指定的集群 "${cluster}" 不在 kubeconfig 中`,
  contextWithoutUser: (context, user) => `上下文 "${context}" 指定的用户 "${user}" 不在 kubeconfig 中`,
  noCredentials: (reason) => `没有可用的凭据：${reason}`,
  clientClosed: "客户端已关闭",
  givenUp: "请求已放弃",
  silent: (seconds) => `API server 在 ${seconds} 秒内没有应答`,
  late: "API server 未及时应答",
  broken: "连接中断",
  answerSize: (bytes) => `响应超过 ${bytes} 字节`,
  answerNoObject: "API server 的响应不是 JSON 对象",
  listNoItems: "列表中没有 items",
  eventLong: "watch 的事件过长",
  eventCut: "watch 在事件中间结束",
  eventNoJson: "watch 的事件不是合法的 JSON",
  noEvent: "watch 的事件不是合法的事件",
  notHttps: (server) => `API server 的地址 "${server}" 必须以 https:// 开头`,
};

function listed(before: string, names: readonly string[], separator: string): string {
  return names.length === 0 ? "" : `${before}${names.slice(0, 10).join(separator)}`;
}

export type ClusterWords = typeof en;
export const clusterWords: Words<typeof en> = { en, zh };
