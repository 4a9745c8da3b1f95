import { commonOptions } from "../common-options.ts";
import type { OptionSpecs } from "../usage.ts";

/** The options of `paddlock generate static-admission`, as its help shows them. */
export const staticAdmissionOptions: OptionSpecs = {
  url: {
    type: "string",
    value: "https://HOST:PORT",
    en: "where each API server calls the webhook; must answer before any pod runs (needed)",
    zh: "各 API server 调用 webhook 的地址，须在任何 Pod 运行之前可用（必填）",
  },
  ca: {
    type: "string",
    value: "FILE",
    en: "the authority that issued the webhook's certificate, PEM, good for five years or more (needed)",
    zh: "签发 webhook 证书的 CA（PEM），有效期五年以上（必填）",
  },
  "tls-cert": {
    type: "string",
    value: "FILE",
    en: "the webhook's certificate, PEM: held against the address and the authority",
    zh: "webhook 的证书（PEM）：核对它与地址及 CA 是否相符",
  },
  "accept-expiry": {
    type: "boolean",
    en: "takes an authority that ends within five years; you change the files before it does",
    zh: "接受五年内到期的 CA；到期之前须自行更换文件",
  },
  config: {
    type: "string",
    value: "FILE",
    en: "the configuration of the webhook; default: the nearest .paddlock.yaml upwards",
    zh: "webhook 的配置文件；默认向上查找最近的 .paddlock.yaml",
  },
  fail: {
    type: "boolean",
    en: "enforced namespaces take nothing in while the webhook does not answer (default: Ignore)",
    zh: "webhook 无应答时，强制的命名空间拒绝请求（默认 Ignore，放行）",
  },
  namespace: {
    type: "string",
    value: "NS",
    en: "the namespace of paddlock, left out beside kube-system and kube-node-lease; kube-system where it has none (default: paddlock-system)",
    zh: "paddlock 所在的命名空间，与 kube-system、kube-node-lease 一同排除；没有时填 kube-system（默认 paddlock-system）",
  },
  "exclude-namespace": {
    type: "string",
    value: "NS",
    en: "a further namespace that is never judged; repeatable",
    zh: "另外排除的命名空间，可重复指定",
  },
  "node-directory": {
    type: "string",
    value: "DIR",
    en: "where the files will lie on each control-plane node (default: /etc/kubernetes/paddlock)",
    zh: "文件在各控制平面节点上的目录（默认 /etc/kubernetes/paddlock）",
  },
  output: {
    type: "string",
    value: "DIR",
    en: "where they are written now (default: paddlock-static-admission)",
    zh: "文件的输出目录（默认 paddlock-static-admission）",
  },
  force: { type: "boolean", en: "overwrites files that are there", zh: "覆盖已有文件" },
  lang: commonOptions.lang,
  help: commonOptions.help,
};
