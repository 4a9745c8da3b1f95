import type { Language } from "./language.ts";
import { codeIn, messageIn } from "./thrown.ts";

/** What the operating system, the network and TLS refuse, by the code of Node.js. English has its own words for it. */
const chinese: { readonly [code: string]: string | undefined } = {
  EACCES: "没有权限",
  EADDRINUSE: "地址已被占用",
  EADDRNOTAVAIL: "本机没有该地址",
  EAI_AGAIN: "暂时无法解析主机名",
  EBUSY: "文件正被占用",
  ECONNREFUSED: "连接被拒绝",
  ECONNRESET: "连接被对方中断",
  EEXIST: "文件已存在",
  EHOSTUNREACH: "无法到达该主机",
  EIO: "读写出错",
  EISDIR: "它是目录，不是文件",
  ELOOP: "符号链接层数过多",
  EMFILE: "打开的文件过多",
  ENAMETOOLONG: "路径过长",
  ENETUNREACH: "网络不可达",
  ENOENT: "文件或目录不存在",
  ENOSPC: "磁盘空间不足",
  ENOTDIR: "路径中的某一级不是目录",
  ENOTFOUND: "无法解析主机名",
  ENXIO: "没有对应的设备",
  EPERM: "不允许此操作",
  EPIPE: "对方已关闭连接",
  EPROTO: "不符合协议",
  EROFS: "文件系统只读",
  ETIMEDOUT: "连接超时",
  CERT_HAS_EXPIRED: "证书已过期",
  CERT_NOT_YET_VALID: "证书尚未生效",
  DEPTH_ZERO_SELF_SIGNED_CERT: "证书是自签名的",
  ERR_FS_FILE_TOO_LARGE: "文件过大",
  ERR_INVALID_URL: "不是有效的 URL",
  ERR_TLS_CERT_ALTNAME_INVALID: "证书不适用于该主机",
  SELF_SIGNED_CERT_IN_CHAIN: "证书链中含有自签名证书",
  UNABLE_TO_GET_ISSUER_CERT: "找不到签发者的证书",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "找不到签发者的证书",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "无法验证证书的签名",
};

/**
 * Why the system refused: `EACCES: permission denied` without the call and the path, which the reader knows; in Chinese
 * `没有权限（EACCES）`. Of any other error, what it says; in Chinese as a quotation.
 */
export function systemReason(error: unknown, language: Language): string {
  const message = messageIn(error);
  const code = codeIn(error);
  const short = /^(E[A-Z0-9]+: [^,]+), /.exec(message)?.[1] ?? (message === "" ? (code ?? "") : message);
  if (language === "en") return short;
  const words = code === undefined ? undefined : chinese[code];
  // `connect ECONNREFUSED 127.0.0.1:6443`: what follows the code is where.
  const place = /^\w+ E[A-Z0-9_]+ (\S+)$/.exec(message)?.[1];
  return words === undefined ? `“${short}”` : `${words}（${place === undefined ? code : `${code} ${place}`}）`;
}
