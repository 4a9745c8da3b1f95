import type { Language } from "../rules/metadata.ts";

/** What `paddlock enforce` says. */
export interface EnforceWords {
  readonly needsNamespace: string;
  readonly noNamespace: (written: string) => string;
  readonly exclude: (one: string, other: string) => string;
  readonly noTime: (option: string, written: string) => string;
  readonly notBefore: (written: string) => string;
  readonly noConfiguration: (place: string) => string;
  readonly unchangeable: (place: string, reason: string) => string;
  readonly notJudged: (reason: string) => string;
  readonly widened: (namespace: string, since: string) => string;
  readonly done: (namespace: string, mode: string, place: string) => string;
  readonly wouldDo: (namespace: string, mode: string, place: string) => string;
  readonly unchanged: (namespace: string) => string;
  readonly since: (since: string, until: string | null) => string;
  readonly inForce: string;
  readonly registered: string;
  readonly notRegistered: (reason: string) => string;
  readonly excluded: (namespace: string) => string;
  readonly values: string;
  readonly failed: (reason: string) => string;
}

const usage = "paddlock enforce ml --for 720h";

const english: EnforceWords = {
  needsNamespace: `enforce needs one namespace: ${usage}`,
  noNamespace: (written) => `"${written}" is no name of a namespace`,
  exclude: (one, other) => `--${one} and --${other} exclude each other`,
  noTime: (option, written) =>
    option === "for"
      ? `--for is a time such as 720h, not "${written}"`
      : `--until is a time such as 2027-01-31, not "${written}"`,
  notBefore: (written) => `--until is to come, and "${written}" is over`,
  noConfiguration: (place) => `the ConfigMap ${place} has no paddlock.yaml`,
  unchangeable: (place, reason) => `the configuration in ${place} cannot be changed: ${reason}`,
  notJudged: (reason) => `what it would stop could not be told: ${reason}`,
  widened: (namespace, since) =>
    `${namespace} was enforced before without since; from now on what is older than ${since} is let in for what it had`,
  done: (namespace, mode, place) => `${namespace}: ${mode} (written into ${place})`,
  wouldDo: (namespace, mode, place) => `${namespace}: ${mode} (would be written into ${place})`,
  unchanged: (namespace) => `${namespace}: nothing to change`,
  since: (since, until) =>
    `What is there since before ${since} runs on${until === null ? " without end: set --until, and repair it" : ` until ${until}: repair it before`}.`,
  inForce: "It is in force when the kubelets have brought the ConfigMap to the replicas, in about a minute.",
  registered: "The API server asks accordingly.",
  notRegistered: (reason) =>
    `The entries of the webhook do not follow yet (${reason}): the next helm upgrade with these values brings them, and until then failurePolicy may be Ignore there.`,
  excluded: (namespace) =>
    `The webhook is registered so that it is never asked about ${namespace} (webhook.excludedNamespaces): nothing is enforced there.`,
  values: "Put this into your values, so that the next helm upgrade keeps it:",
  failed: (reason) => `the API server refused: ${reason}`,
};

const chinese: EnforceWords = {
  needsNamespace: `请指定一个命名空间：${usage}`,
  noNamespace: (written) => `"${written}" 不是有效的命名空间名称`,
  exclude: (one, other) => `--${one} 与 --${other} 不能同时使用`,
  noTime: (option, written) =>
    option === "for"
      ? `--for 应为时长，如 720h，而不是 "${written}"`
      : `--until 应为时间，如 2027-01-31，而不是 "${written}"`,
  notBefore: (written) => `--until 应晚于现在，"${written}" 已经过去`,
  noConfiguration: (place) => `ConfigMap ${place} 中没有 paddlock.yaml`,
  unchangeable: (place, reason) => `无法修改 ${place} 中的配置：${reason}`,
  notJudged: (reason) => `无法判断会影响什么：${reason}`,
  widened: (namespace, since) =>
    `${namespace} 此前已强制且没有 since；从现在起，早于 ${since} 的对象原有的违规会被放行`,
  done: (namespace, mode, place) => `${namespace}：${mode}（已写入 ${place}）`,
  wouldDo: (namespace, mode, place) => `${namespace}：${mode}（将写入 ${place}）`,
  unchanged: (namespace) => `${namespace}：无需修改`,
  since: (since, until) =>
    `${since} 之前已存在的工作负载继续运行${until === null ? "，没有截止时间：请设置 --until 并修复" : `至 ${until}：请在此之前修复`}。`,
  inForce: "kubelet 把 ConfigMap 送到各副本后生效，约一分钟。",
  registered: "API server 已按此询问。",
  notRegistered: (reason) =>
    `webhook 的条目尚未跟上（${reason}）：下次用这些 values 执行 helm upgrade 时更新，在此之前该命名空间的 failurePolicy 可能是 Ignore。`,
  excluded: (namespace) =>
    `webhook 的注册方式决定了从不询问 ${namespace}（webhook.excludedNamespaces）：该命名空间不会强制。`,
  values: "请写入 values，下次 helm upgrade 时才会保留：",
  failed: (reason) => `API server 拒绝了请求：${reason}`,
};

const all: { readonly [language in Language]: EnforceWords } = { en: english, zh: chinese };

/** The words for a reader of the language. */
export function enforceWords(language: Language): EnforceWords {
  return all[language];
}
