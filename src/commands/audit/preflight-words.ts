import type { Words } from "../../messages/language.ts";

/** What `audit --preflight` tells people. */
const en = {
  account: "Account",
  cluster: "Cluster",
  checked: "Checked",
  unknownAccount: "the API server does not tell",
  everywhere: "all namespaces",
  in: (namespaces: readonly string[]) =>
    `${namespaces.length === 1 ? "namespace" : "namespaces"} ${namespaces.join(", ")}`,
  counted: (asked: number, missing: number) => `${asked} permissions: ${asked - missing} there, ${missing} missing`,
  missing: "Missing permissions",
  where: (namespaces: readonly string[]): string =>
    namespaces.length === 0
      ? ""
      : ` in the ${namespaces.length === 1 ? "namespace" : "namespaces"} ${namespaces.join(", ")}`,
  without: (purpose: string, rules: readonly string[]) =>
    `${withoutIt[purpose] ?? "What is judged by these objects would not be judged"}${rules.length === 0 ? "" : ` (${rules.join(", ")})`}.`,
  grant: (namespaces: readonly string[]): string =>
    namespaces.length === 0
      ? "Whoever may change roles adds these rules to a ClusterRole of the account:"
      : `Whoever may change roles adds these rules to a Role of the account in ${namespaces.join(", ")}:`,
  operators: "Operators at work",
  trusted: "trusted",
  untrusted: "not trusted",
  /** What follows each is the setting. */
  accountNotFound:
    "The webhook judges what it makes whole, as nobody's. As whom it works was not found; to trust it at its usual place:",
  untrustedAccount: (account: string) => `The webhook judges what ${account} makes whole, as nobody's. To trust it:`,
  unusualAccount: (account: string) =>
    `${account} is called like its account, at another place, which anybody can do. Only if it is the operator, trust it:`,
  infrastructure: "Namespaces that the cluster cannot do without",
  part: { network: "network", storage: "storage", certificates: "certificates" },
  exposure: {
    excluded: "the webhook is not asked about it",
    open: "the webhook is asked about it, and nothing waits for it there",
    closed:
      "while the webhook is away, none of its pods can be made, and the webhook may need them to come back: add it to webhook.excludedNamespaces",
    unknown:
      "whether the webhook is asked about it cannot be told: there is no webhook yet, or it may not be read; exclude it by webhook.excludedNamespaces before anything is enforced",
  },
  list: (items: readonly string[]): string => items.join(", "),
  aside: (text: string, aside: string) => `${text} (${aside})`,
  problems: "Not found out",
  ready: "Ready: the account may read all that an audit judges by.",
  notReady: (missing: number) =>
    `Not ready: ${missing} ${missing === 1 ? "permission is" : "permissions are"} missing, and what depends on them would not be judged.`,
};

const withoutIt: { readonly [purpose: string]: string } = {
  objects: "None of these objects would be judged, by any rule",
  owners: "What these made would be judged besides what made them",
  policy: "Whether network policies isolate pods would not be judged",
  namespace: "What policies make of the labels of namespaces would not be judged",
  claim: "Which volumes of models there are, and how they may be mounted, would not be judged",
  service: "What rules of your own ask of Services would not be judged",
  reports: "--policy-reports could not keep the reports in the cluster up to date",
  keys: "Signatures that are verified by this Secret would not be judged",
  "pull-secrets": "Registries that ask for this Secret would not be asked about signatures",
};

const zh: typeof en = {
  account: "账号",
  cluster: "集群",
  checked: "已查",
  unknownAccount: "API server 未说明",
  everywhere: "全部命名空间",
  in: (namespaces) => `命名空间 ${namespaces.join("、")}`,
  counted: (asked, missing) => `共 ${asked} 项权限：具备 ${asked - missing} 项，缺少 ${missing} 项`,
  missing: "缺少的权限",
  where: (namespaces) => (namespaces.length === 0 ? "" : `（命名空间 ${namespaces.join("、")}）`),
  without: (purpose, rules) =>
    `${chineseWithoutIt[purpose] ?? "依据这类对象判定的内容将无法判定"}${rules.length === 0 ? "" : `（${rules.join("、")}）`}。`,
  grant: (namespaces) =>
    namespaces.length === 0
      ? "请有权修改角色的人把下列规则加进该账号的 ClusterRole："
      : `请有权修改角色的人把下列规则加进该账号在 ${namespaces.join("、")} 中的 Role：`,
  operators: "正在工作的 operator",
  trusted: "已信任",
  untrusted: "未信任",
  accountNotFound: "webhook 会把它创建的对象当作没有所有者，完整检查。没有找到它使用的账号；如需信任默认位置的账号：",
  untrustedAccount: (account) => `webhook 会把 ${account} 创建的对象当作没有所有者，完整检查。如需信任：`,
  unusualAccount: (account) =>
    `${account} 与它的账号同名，但不在默认位置，而任何人都可以起这个名字。确认是该 operator 后才可信任：`,
  infrastructure: "集群离不开的命名空间",
  part: { network: "网络", storage: "存储", certificates: "证书" },
  exposure: {
    excluded: "webhook 不检查它",
    open: "webhook 会检查它，但不可用时不会阻塞它",
    closed: "webhook 不可用期间，其中的 Pod 无法创建，而 webhook 恢复可能正需要它们：请加进 webhook.excludedNamespaces",
    unknown:
      "无法得知 webhook 是否检查它：尚未安装 webhook，或无权读取其配置；在强制执行之前请用 webhook.excludedNamespaces 排除它",
  },
  list: (items) => items.join("，"),
  aside: (text, aside) => `${text}（${aside}）`,
  problems: "未能查明",
  ready: "就绪：该账号可以读取审计所需的全部内容。",
  notReady: (missing) => `未就绪：缺少 ${missing} 项权限，依赖它们的内容将无法检查。`,
};

const chineseWithoutIt: { readonly [purpose: string]: string } = {
  objects: "这类对象都不会被任何规则检查",
  owners: "由它们创建的对象会与其创建者分别检查",
  policy: "无法判定 Pod 是否被网络策略隔离",
  namespace: "无法判定依据命名空间标签生效的网络策略",
  claim: "无法判定模型卷是否存在、能否按要求挂载",
  service: "无法判定自定义规则中与 Service 有关的内容",
  reports: "--policy-reports 无法更新集群中的报告",
  keys: "无法判定用该 Secret 验证的签名",
  "pull-secrets": "无法向需要该 Secret 的镜像仓库查询签名",
};

export type PreflightWords = typeof en;
export const preflightWords: Words<typeof en> = { en, zh };
