import type { Words } from "../../messages/language.ts";

/** What keeps a certificate from being used, in words. */
const en = {
  /** Files that are read again when they change. */
  files: { serving: "the serving certificate", client: "the client authorities" },
  cannotUse: (files: string, paths: readonly string[], reason: string) =>
    `cannot use ${files} (${paths.join(", ")}): ${reason}`,
  none: "no PEM certificate in it",
  tooMany: (most: number) => `more than ${most} certificates in it`,
  cutOff: "a certificate in it is cut off",
  broken: "a certificate in it is broken",
  noPair: "the certificate and the key do not belong together",
  expired: (at: string) => `the certificate expired at ${at}`,
  allExpired: "every certificate has expired",
  notYet: (at: string) => `the certificate is not valid before ${at}`,
  refused: (reason: string) => `TLS refuses the certificate: ${reason}`,
  brokenKey: "the private key cannot be read: it must be PEM without a passphrase",
  noAuthority: (subject: string) => `no authority's certificate: ${subject}`,
  notAnAuthority: "the certificate is no authority's",
  swapped: "the files are swapped faster than they can be read",
  noFile: (path: string) => `no regular file: ${path}`,
  tooLarge: (path: string, bytes: number) => `larger than ${bytes} bytes: ${path}`,
};

const zh: typeof en = {
  files: { serving: "服务端证书", client: "客户端 CA 证书" },
  cannotUse: (files, paths, reason) => `无法使用${files}（${paths.join("、")}）：${reason}`,
  none: "其中没有 PEM 格式的证书",
  tooMany: (most) => `其中的证书超过 ${most} 个`,
  cutOff: "其中有证书不完整",
  broken: "其中有证书无法解析",
  noPair: "证书与私钥不匹配",
  expired: (at) => `证书已于 ${at} 过期`,
  allExpired: "所有证书均已过期",
  notYet: (at) => `证书在 ${at} 之前尚未生效`,
  refused: (reason) => `TLS 不接受该证书：“${reason}”`,
  brokenKey: "无法读取私钥：须为没有口令的 PEM",
  noAuthority: (subject) => `不是 CA 证书：${subject}`,
  notAnAuthority: "该证书不是 CA 证书",
  swapped: "文件更换过于频繁，无法读取",
  noFile: (path) => `不是普通文件：${path}`,
  tooLarge: (path, bytes) => `超过 ${bytes} 字节：${path}`,
};

export type CertificateWords = typeof en;
export const certificateWords: Words<typeof en> = { en, zh };
