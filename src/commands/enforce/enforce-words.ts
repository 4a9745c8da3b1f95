import { didYouMean } from "../../messages/did-you-mean.ts";
import type { Words } from "../../messages/language.ts";
import type { NeverJudged } from "../audit/never-judged.ts";

const usage = "paddlock enforce ml --for 720h";

/** What `paddlock enforce` says. */
const en = {
  needsNamespace: `enforce needs one namespace: ${usage}`,
  noNamespace: (written: string) => `"${written}" is no name of a namespace`,
  exclude: (one: string, other: string) => `--${one} and --${other} exclude each other`,
  noTime: (option: string, written: string): string =>
    option === "for"
      ? `--for is a time in hours, minutes and seconds (h, m, s), as 720h for 30 days or 1h30m, not "${written}"`
      : `--until is a day or a time, as 2027-01-31 or 2027-01-31T18:00:00Z, not "${written}"`,
  notBefore: (written: string) => `--until is to come, and "${written}" is over`,
  noConfiguration: (place: string) => `the ConfigMap ${place} has no paddlock.yaml`,
  noRelease: (namespace: string, name: string) =>
    `there is no paddlock in the namespace ${namespace}: it has no ConfigMap ${name} (say --config-map NAMESPACE/NAME where it has another name)`,
  unchangeable: (place: string, reason: string) => `the configuration in ${place} cannot be changed: ${reason}`,
  notJudged: (reason: string) => `what it would stop could not be told: ${reason}`,
  widened: (namespace: string, since: string) =>
    `${namespace} was enforced before without since; from now on what is older than ${since} is let in for what it had`,
  /** What became of an entry that is no more; `mode`: by which the namespace goes now. */
  takenAway: (mode: string) => `its entry is taken away, and ${mode} is what holds there`,
  done: (namespace: string, mode: string, place: string) => `${namespace}: ${mode} (written into ${place})`,
  wouldDo: (namespace: string, mode: string, place: string) => `${namespace}: ${mode} (would be written into ${place})`,
  unchanged: (namespace: string) => `${namespace}: nothing to change`,
  since: (since: string, until: string | null) =>
    `What is there since before ${since} runs on${until === null ? " without end: set --until, and repair it" : ` until ${until}: repair it before`}.`,
  inForce: "It is in force when the kubelets have brought the ConfigMap to the replicas, in about a minute.",
  registered: "The API server asks accordingly.",
  notRegistered: (reason: string) => `The entries of the webhook do not follow: ${reason}`,
  noWebhook: (release: string) =>
    `there is no ValidatingWebhookConfiguration ${release} (static files of the API server: make them again, by paddlock generate static-admission)`,
  differs: "what is registered is not what the configuration asked for before, so it is left as it is:",
  /** Null: it is not there, or should not be. */
  difference: (entry: string, registered: string | null, due: string | null): string =>
    registered === null
      ? `${entry} is not there`
      : due === null
        ? `${entry} should not be there`
        : `${entry} is registered for ${registered}, and by the configuration it would be for ${due}`,
  maybeOpen: (namespace: string) =>
    `Until then the webhook may not be asked about ${namespace}, or what nobody judged may be let in there (failurePolicy: Ignore).`,
  maybeClosed: (namespace: string) =>
    `Until then ${namespace} may still fail closed: while no replica answers, everything is denied there (failurePolicy: Fail).`,
  repairHelm: (release: string, namespace: string) =>
    `Repair it, with the values below: helm upgrade ${release} deploy/chart -n ${namespace} --reset-then-reuse-values -f values.yaml`,
  repairOverlay:
    "Repair it, with the configuration below: kubectl apply -k OVERLAY, once its entries.yaml says the same",
  excluded: (namespace: string, why: NeverJudged): string =>
    why === "built-in"
      ? `${namespace} cannot be enforced: kube-system, kube-node-lease and paddlock's own namespace are built in as what the webhook is never asked about. Nothing was written`
      : `${namespace} cannot be enforced: the webhook is registered so that it is never asked about it (webhook.excludedNamespaces or webhook.infrastructureNamespaces in the values; take it out there first). Nothing was written`,
  absent: (namespace: string, near: string | undefined) =>
    `the cluster has no namespace ${namespace}, and nothing was written${didYouMean.en(near)}`,
  values: "Put this into your values, so that the next helm upgrade keeps it:",
  overlay:
    "Put this into the paddlock.yaml of your kustomize overlay (or wherever the ConfigMap is made), and the same namespaces into both entries of its entries.yaml, so that the next kubectl apply -k keeps it:",
  failed: (reason: string) => `the API server refused: ${reason}`,
};

const zh: typeof en = {
  needsNamespace: `请指定一个命名空间：${usage}`,
  noNamespace: (written) => `"${written}" 不是有效的命名空间名称`,
  exclude: (one, other) => `--${one} 与 --${other} 不能同时使用`,
  noTime: (option, written) =>
    option === "for"
      ? `--for 应为时长，单位为 h（小时）、m（分）、s（秒），如 720h（30 天）或 1h30m，而不是 "${written}"`
      : `--until 应为日期或时间，如 2027-01-31 或 2027-01-31T18:00:00Z，而不是 "${written}"`,
  notBefore: (written) => `--until 应晚于现在，"${written}" 已经过去`,
  noConfiguration: (place) => `ConfigMap ${place} 中没有 paddlock.yaml`,
  noRelease: (namespace, name) =>
    `命名空间 ${namespace} 中没有 paddlock：其中没有 ConfigMap ${name}（名称不同时请用 --config-map NAMESPACE/NAME 指定）`,
  unchangeable: (place, reason) => `无法修改 ${place} 中的配置：${reason}`,
  notJudged: (reason) => `无法判断会影响什么：${reason}`,
  widened: (namespace, since) =>
    `${namespace} 此前已强制且没有 since；从现在起，早于 ${since} 的对象原有的违规会被放行`,
  takenAway: (mode) => `条目已删除，现在的模式为 ${mode}`,
  done: (namespace, mode, place) => `${namespace}：${mode}（已写入 ${place}）`,
  wouldDo: (namespace, mode, place) => `${namespace}：${mode}（将写入 ${place}）`,
  unchanged: (namespace) => `${namespace}：无需修改`,
  since: (since, until) =>
    `${since} 之前已存在的工作负载继续运行${until === null ? "，没有截止时间：请设置 --until 并修复" : `至 ${until}：请在此之前修复`}。`,
  inForce: "kubelet 把 ConfigMap 送到各副本后生效，约一分钟。",
  registered: "API server 已按此询问。",
  notRegistered: (reason) => `webhook 的条目未能跟上：${reason}`,
  noWebhook: (release) =>
    `没有 ValidatingWebhookConfiguration ${release}（若 API server 使用静态文件，请用 paddlock generate static-admission 重新生成）`,
  differs: "已注册的条目与修改前的配置不一致，因此保持原样：",
  difference: (entry, registered, due) =>
    registered === null
      ? `${entry} 不存在`
      : due === null
        ? `${entry} 不应存在`
        : `${entry} 注册的范围为 ${registered}，按配置应为 ${due}`,
  maybeOpen: (namespace) =>
    `在此之前，webhook 可能不会被询问 ${namespace}，或者未经检查的对象在其中会被放行（failurePolicy: Ignore）。`,
  maybeClosed: (namespace) =>
    `在此之前，${namespace} 可能仍然是故障即拒绝：没有副本应答时，其中的一切请求都会被拒绝（failurePolicy: Fail）。`,
  repairHelm: (release, namespace) =>
    `请用下面的 values 修复：helm upgrade ${release} deploy/chart -n ${namespace} --reset-then-reuse-values -f values.yaml`,
  repairOverlay: "请用下面的配置修复：先让 entries.yaml 与之一致，再执行 kubectl apply -k OVERLAY",
  excluded: (namespace, why) =>
    why === "built-in"
      ? `无法强制 ${namespace}：kube-system、kube-node-lease 和 paddlock 自身的命名空间是内置的例外，webhook 从不被询问。未写入任何内容`
      : `无法强制 ${namespace}：webhook 的注册方式决定了从不询问它（values 中的 webhook.excludedNamespaces 或 webhook.infrastructureNamespaces，请先从中移除）。未写入任何内容`,
  absent: (namespace, near) => `集群中没有命名空间 ${namespace}，未写入任何内容${didYouMean.zh(near)}`,
  values: "请写入 values，下次 helm upgrade 时才会保留：",
  overlay:
    "请写入 kustomize overlay 的 paddlock.yaml（或生成该 ConfigMap 的文件），并在 entries.yaml 的两个条目中写入相同的命名空间，下次 kubectl apply -k 时才会保留：",
  failed: (reason) => `API server 拒绝了请求：${reason}`,
};

export type EnforceWords = typeof en;
export const enforceWords: Words<typeof en> = { en, zh };
