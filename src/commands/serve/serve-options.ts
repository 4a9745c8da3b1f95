import { LOG_LEVELS } from "../../admission/server/log-levels.ts";
import { clusterOptions } from "../cluster-options.ts";
import { commonOptions } from "../common-options.ts";
import type { OptionSpecs } from "../usage.ts";

/** The options of `paddlock serve`, as its help shows them. */
export const serveOptions: OptionSpecs = {
  config: {
    type: "string",
    value: "FILE",
    en: "configuration, watched; default: the nearest .paddlock.yaml upwards",
    zh: "配置文件，变更后自动重新加载；默认向上查找最近的 .paddlock.yaml",
  },
  "check-config": {
    type: "boolean",
    en: "loads configuration and bundles as the server would, says what is wrong (exit 2) or that nothing is (0), and ends",
    zh: "按服务启动时的方式加载配置与规则包，报告问题（退出码 2）或确认无误（0）后即退出",
  },
  bundle: {
    type: "string",
    value: "FILE",
    en: "your own rules, watched: opa build -t wasm -e paddlock/violations",
    zh: "自定义规则包，变更后自动重新加载：opa build -t wasm -e paddlock/violations",
  },
  "kubernetes-version": {
    type: "string",
    value: "X.Y",
    en: "the version whose API is asked for",
    zh: "目标 Kubernetes 版本",
  },
  listen: {
    type: "string",
    value: "HOST:PORT",
    en: "where reviews are taken, over TLS; port 0 is any free one (default: 0.0.0.0:8443)",
    zh: "接收评审请求的 TLS 地址；端口 0 表示任选空闲端口（默认 0.0.0.0:8443）",
  },
  "metrics-listen": {
    type: "string",
    value: "HOST:PORT",
    en: "where /metrics, /healthz and /readyz are served over plain HTTP too",
    zh: "另以明文 HTTP 提供 /metrics、/healthz、/readyz 的地址",
  },
  "tls-cert": {
    type: "string",
    value: "FILE",
    en: "the certificate and its chain, PEM, watched",
    zh: "证书及证书链（PEM），变更后自动重新加载",
  },
  "tls-key": {
    type: "string",
    value: "FILE",
    en: "its private key, PEM, watched",
    zh: "证书私钥（PEM），变更后自动重新加载",
  },
  "tls-self-managed": {
    type: "boolean",
    en: "certificates from an authority that the replicas keep in the cluster themselves",
    zh: "由各副本在集群内自行维护 CA 并签发证书",
  },
  "tls-secret": {
    type: "string",
    value: "NS/NAME",
    en: "the Secret that keeps the authority (self-managed)",
    zh: "保存 CA 的 Secret（自管理证书）",
  },
  "tls-lease": {
    type: "string",
    value: "NS/NAME",
    en: "the Lease whose holder writes it; default: named like the Secret (self-managed)",
    zh: "持有者才可写入的 Lease；默认与 Secret 同名（自管理证书）",
  },
  "webhook-configuration": {
    type: "string",
    value: "NAME",
    en: "the ValidatingWebhookConfiguration that is compared with the configuration, and whose caBundle is kept (self-managed)",
    zh: "与配置比对的 ValidatingWebhookConfiguration；使用自管理证书时还维护其 caBundle",
  },
  "webhook-file": {
    type: "string",
    value: "FILE",
    en: "the file from which API servers of this machine know the webhook, compared with the configuration (generate static-admission)",
    zh: "本机 API server 启动时读取的 webhook 文件，与配置比对（generate static-admission）",
  },
  "mutating-webhook-configuration": {
    type: "string",
    value: "NAME",
    en: "the MutatingWebhookConfiguration whose caBundle is kept, where images are pinned (self-managed)",
    zh: "启用镜像固定时，需要维护 caBundle 的 MutatingWebhookConfiguration（自管理证书）",
  },
  service: {
    type: "string",
    value: "NS/NAME",
    en: "the Service that the certificate is for (self-managed)",
    zh: "证书对应的 Service（自管理证书）",
  },
  "client-ca": {
    type: "string",
    value: "FILE",
    en: "takes reviews only from callers with a certificate of these authorities, PEM, watched",
    zh: "只接受持有这些 CA 所签客户端证书的请求（PEM），变更后自动重新加载",
  },
  exemptions: {
    type: "string",
    value: "NS/NAME",
    en: "the ConfigMap with the records that paddlock exempt writes, watched; without it there are none",
    zh: "paddlock exempt 写入记录的 ConfigMap，变更后即时生效；不指定则没有放行记录",
  },
  ...clusterOptions,
  "no-cluster": {
    type: "boolean",
    en: "asks no cluster: what depends on other objects is not judged",
    zh: "不访问集群：依赖其他对象的规则不作判定",
  },
  "log-level": {
    type: "string",
    value: "LEVEL",
    choices: LOG_LEVELS,
    en: `${LOG_LEVELS.join(", ")} (default: info); JSON lines on standard error`,
    zh: `日志级别：${LOG_LEVELS.join("、")}（默认 info）；以 JSON 行写到标准错误输出`,
  },
  "shutdown-delay": {
    type: "string",
    value: "DURATION",
    en: "how long reviews are still taken after SIGTERM, until nobody sends them here (default: 5s)",
    zh: "收到 SIGTERM 后继续接收请求的时间，待流量切走（默认 5s）",
  },
  lang: commonOptions.lang,
  help: commonOptions.help,
};
