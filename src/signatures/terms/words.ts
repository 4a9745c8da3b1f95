import type { Words } from "../../messages/language.ts";

/** What can be wrong with what the policies name, in words. */
const en = {
  unreadable: (reason: string) => `cannot be read: ${reason}`,
  tooLarge: (mebibytes: number) => `cannot be read: more than ${mebibytes} MiB`,
  secret: (name: string, reason: string) => `the Secret ${name} gives no text: ${reason}`,
  noSecrets: "a Secret can only be read in a cluster; name a file here",
  key: {
    "no-key": "this is no public key in PEM (-----BEGIN PUBLIC KEY-----)",
    private: "this is a private key; only the public one belongs here",
    unsupported: "keys are ECDSA on P-256, P-384 or P-521, RSA from 2048 bits, or Ed25519",
  },
  root: (reason: string) => `this is no trusted root: ${reason}`,
  rootType: "its mediaType is not one",
  rootLacks: "the trusted root names no certificate authority, or no certificate transparency log",
  rootProvesNoTime: "the trusted root names neither a transparency log nor a timestamp authority",
  tuf: (mirror: string, reason: string) => `no trusted root can be had from ${mirror}: ${reason}`,
  noCertificates: "there are no certificates in PEM in it",
  certificate: "a certificate in it cannot be read",
  identity: (text: string) => `"${text}" is no distinguished name; it looks like CN=builds,O=Example`,
  globWithTag: (glob: string) =>
    `"${glob}": images are matched by registry and repository, so leave tag and digest out`,
  keyTwice: "two authorities have the same key",
  /** What an authority is called in reports. */
  keyName: (hash: string) => `key ${hash}`,
  certificateName: (names: readonly string[]) => `certificate ${names.join(" or ")}`,
  keylessName: (subject: string, issuer: string) => `keyless ${subject} by ${issuer}`,
  policy: (name: string, what: string) => `signature policy "${name}": ${what}`,
};

const zh: typeof en = {
  unreadable: (reason) => `无法读取：${reason}`,
  tooLarge: (mebibytes) => `无法读取：超过 ${mebibytes} MiB`,
  secret: (name, reason) => `无法从 Secret ${name} 取得内容：${reason}`,
  noSecrets: "只有在集群中才能读取 Secret，请改用文件",
  key: {
    "no-key": "不是 PEM 格式的公钥（-----BEGIN PUBLIC KEY-----）",
    private: "这是私钥，此处只应填写公钥",
    unsupported: "支持的密钥：P-256、P-384、P-521 曲线的 ECDSA，2048 位以上的 RSA，Ed25519",
  },
  root: (reason) => `不是有效的 trusted root：${reason}`,
  rootType: "mediaType 不符",
  rootLacks: "trusted root 未包含证书颁发机构或证书透明日志",
  rootProvesNoTime: "trusted root 既未包含透明日志，也未包含时间戳机构",
  tuf: (mirror, reason) => `无法从 ${mirror} 取得 trusted root：${reason}`,
  noCertificates: "其中没有 PEM 格式的证书",
  certificate: "其中的证书无法解析",
  identity: (text) => `"${text}" 不是可分辨名称，示例：CN=builds,O=Example`,
  globWithTag: (glob) => `"${glob}"：镜像按仓库地址匹配，请去掉标签和摘要`,
  keyTwice: "两个签名方使用了同一把密钥",
  keyName: (hash) => `密钥 ${hash}`,
  certificateName: (names) => `证书 ${names.join(" 或 ")}`,
  keylessName: (subject, issuer) => `无密钥签名 ${subject}，签发方 ${issuer}`,
  policy: (name, what) => `签名策略 "${name}"：${what}`,
};

export type MaterialWords = typeof en;
export const materialWords: Words<typeof en> = { en, zh };
