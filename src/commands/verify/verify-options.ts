import { clusterOptions } from "../cluster-options.ts";
import { commonOptions } from "../common-options.ts";
import type { OptionSpecs } from "../usage.ts";

/** The options of `paddlock verify`. */
export const verifyOptions: OptionSpecs = {
  config: {
    type: "string",
    value: "FILE",
    en: "configuration with the block signatures; default: the nearest .paddlock.yaml upwards",
    zh: "含 signatures 的配置文件；默认向上查找最近的 .paddlock.yaml",
  },
  policy: { type: "string", value: "NAME", en: "only this signature policy", zh: "只按这一条签名策略验证" },
  key: {
    type: "string",
    value: "FILE",
    en: "a public key in PEM, in place of the configuration's policies",
    zh: "PEM 公钥，代替配置中的策略",
  },
  identity: {
    type: "string",
    value: "SUBJECT",
    en: "keyless: whom the certificate must name; with --issuer, in place of the configuration's policies",
    zh: "无密钥签名：证书必须写明的身份；与 --issuer 一起使用，代替配置中的策略",
  },
  issuer: { type: "string", value: "URL", en: "keyless: who vouched for the identity", zh: "无密钥签名：身份的签发方" },
  "trusted-root": {
    type: "string",
    value: "FILE",
    en: "keyless: a trusted_root.json; default: the public good's, by TUF",
    zh: "无密钥签名：trusted_root.json；默认通过 TUF 取得公共信任根",
  },
  "insecure-registry": {
    type: "string",
    value: "HOST",
    en: "speak plain HTTP with this registry (repeatable)",
    zh: "与该镜像仓库使用明文 HTTP（可重复）",
  },
  format: {
    type: "string",
    value: "NAME",
    choices: ["text", "json"],
    en: "text (default), or json: a line an image",
    zh: "text（默认）或 json（每个镜像一行）",
  },
  kubeconfig: clusterOptions.kubeconfig,
  "kube-context": clusterOptions["kube-context"],
  lang: commonOptions.lang,
  color: commonOptions.color,
  help: commonOptions.help,
};
