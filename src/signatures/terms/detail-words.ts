import type { Words } from "../../messages/language.ts";
import type { RegistryError } from "../../registry/registry-error.ts";

/** The parts of a signature that can be broken. */
export type SignaturePart = "envelope" | "log entry" | "certificate" | "timestamp" | "signature" | "payload";

/** What a signed payload can lack. */
export type PayloadPart = "type" | "digest" | "reference";

/**
 * Why an image is not verified, a sentence each without its full stop; never a text that the signer chose unless it is
 * `shown`.
 */
const en = {
  registry: (error: RegistryError): string => error.describe("en"),
  ofPolicy: (policy: string, detail: string) => `policy ${policy}: ${detail}`,
  besides: (detail: string, more: string) => `${detail}; ${more}`,
  crashed: (reason: string) => `the verification failed: ${reason}`,
  noReference: (image: string) => `${image} is no image reference`,
  noPolicy: "no signature policy is for this image",
  noTag: (repository: string, tag: string) => `${repository} has no tag ${tag}`,
  offline: "signatures are not looked up offline",
  tooManyImages: "too many images are being verified at once",
  outOfTime: "the time for the verification was up",

  noSignatures: "there are no signatures",
  onlyAttestations: "there are attestations, and no signature",
  someSignatures: (count: number, needed: number) => `${count} of ${needed} signatures`,
  otherKey: "another key made the signature",
  notCertificatesKey: "the signature is not by the certificate's key",
  certificateNotKey: "a certificate signed, not a key",
  keyNotCertificate: "a key signed, without a certificate",
  notKeyless: "the signature is not a keyless one",
  notNotation: "the signature is not one of Notation",
  cose: "there is a Notation signature in COSE, which cannot be read here; sign with --signature-format jws",
  brokenPart: (part: SignaturePart) => `a signature's ${part} cannot be read`,
  brokenBundle: "a sigstore bundle cannot be read",
  brokenNotation: "a Notation signature cannot be read",
  brokenProofs: "the signature's certificate or log entry cannot be read",
  brokenMaterial: "a signature's certificate or timestamp cannot be read",
  tooManyProofs: "the signature has too many log entries and timestamps",

  issuer: (issuer: string) => `the certificate's issuer is ${issuer}`,
  subject: (subject: string) => `the certificate's subject is ${subject}`,
  noIssuer: "the certificate names no issuer",
  notOneSubject: "the certificate does not name one subject",
  unknownSubject: "the subject is of an unknown kind",
  nobody: "the certificate names nobody that can be read",
  notForSigning: "the certificate is not for signing",
  notForCode: "the certificate is not for signing code",
  untrusted: (reason: string) => `the certificate is not trusted: ${reason}`,
  untrustedIssuer: "the certificate was not issued by a trusted authority",
  noCertificate: "a Notation signature has no certificate",
  brokenCertificate: "a certificate of a Notation signature cannot be read",
  noChain: "there is no chain of certificates",
  brokenChain: "the certificates do not form a chain",
  unsignedChain: "a certificate of the chain is not signed by the next",
  noAuthority: "a certificate of the chain is not one of an authority",
  longChain: "the chain is too long for its authority",
  mayNotIssue: "an authority of the chain may not issue certificates",
  unknownCondition: "a certificate of the chain has a condition that cannot be checked",
  chainNotYet: "a certificate of the chain is not valid yet",
  chainExpired: (time: string) => `a certificate of the chain expired on ${time}`,
  signatureExpired: (time: string) => `the signature itself expired on ${time}`,
  notValidThen: "the certificate was not valid when the signature was made",
  expiredUnproven: "the certificate has expired, and nothing proves when the signature was made",
  noTime: "nothing proves when the signature was made",
  brokenTimestamp: "the timestamp cannot be read",
  untrustedTimestamp: "no trusted authority made the timestamp",
  noLogEntry: "there is no entry in the transparency log",
  otherLogEntry: "the entry in the transparency log is of something else",
  unprovenLogEntry: "no trusted log proves the entry in the transparency log",

  signatureOf: (what: string) => `the signature is of ${what}`,
  signatureOfOther: "the signature is of something else",
  otherRepository: (repository: string) => `the signature is for the repository ${repository}`,
  noImageSignature: "the signed payload is no image signature",
  payloadLacks: (part: PayloadPart) => `the signed payload names no ${part}`,
  payloadNoJson: "the signed payload is no JSON",
  payloadNotNotation: "the signed payload is not one of Notation",
  payloadNoImage: "the signed payload names no image",
  otherScheme: "the signing scheme is not notary.x509",
  noStatement: "there is no statement",
  notStatementType: (type: string) => `${type} is no statement`,
  notInToto: "the signed payload is no in-toto statement",
  otherStatement: "the signed statement is about something else",

  noReport: (type: string) => `there is no signed report of ${type}`,
  someReports: (count: number, needed: number, type: string) => `${count} of ${needed} signed reports of ${type}`,
  undatedReport: "the report does not say when it was made",
  oldReport: (time: string, seconds: number) => `the newest report is of ${time}, older than ${seconds} s`,
  /** Of an assertion of the user's. */
  noMessage: "a message is no text",
  assertionFailed: (reason: string) => `the assertion failed: ${reason}`,
};

const zhParts: { readonly [part in SignaturePart]: string } = {
  envelope: "信封",
  "log entry": "日志条目",
  certificate: "证书",
  timestamp: "时间戳",
  signature: "签名值",
  payload: "内容",
};

const zhPayload: { readonly [part in PayloadPart]: string } = { type: "类型", digest: "摘要", reference: "镜像地址" };

const zh: typeof en = {
  registry: (error) => error.describe("zh"),
  ofPolicy: (policy, detail) => `策略 ${policy}：${detail}`,
  besides: (detail, more) => `${detail}；${more}`,
  crashed: (reason) => `验证过程出错：${reason}`,
  noReference: (image) => `${image} 不是镜像地址`,
  noPolicy: "没有适用于该镜像的签名策略",
  noTag: (repository, tag) => `${repository} 没有标签 ${tag}`,
  offline: "离线时不查询签名",
  tooManyImages: "同时验证的镜像过多",
  outOfTime: "验证超时",

  noSignatures: "没有签名",
  onlyAttestations: "只有证明（attestation），没有签名",
  someSignatures: (count, needed) => `需要 ${needed} 个签名，只有 ${count} 个`,
  otherKey: "签名由另一把密钥生成",
  notCertificatesKey: "签名不是由证书中的密钥生成的",
  certificateNotKey: "签名使用的是证书，而不是密钥",
  keyNotCertificate: "签名使用的是密钥，没有证书",
  notKeyless: "该签名不是无密钥签名",
  notNotation: "该签名不是 Notation 签名",
  cose: "存在 COSE 格式的 Notation 签名，此处无法读取；请用 --signature-format jws 签名",
  brokenPart: (part) => `无法读取签名的${zhParts[part]}`,
  brokenBundle: "无法读取 sigstore bundle",
  brokenNotation: "无法读取 Notation 签名",
  brokenProofs: "无法读取签名的证书或日志条目",
  brokenMaterial: "无法读取签名的证书或时间戳",
  tooManyProofs: "签名的日志条目和时间戳过多",

  issuer: (issuer) => `证书的签发方是 ${issuer}`,
  subject: (subject) => `证书的主体是 ${subject}`,
  noIssuer: "证书没有写明签发方",
  notOneSubject: "证书写明的主体不是恰好一个",
  unknownSubject: "主体的类型未知",
  nobody: "证书中没有可读取的身份",
  notForSigning: "证书的用途不含签名",
  notForCode: "证书的用途不含代码签名",
  untrusted: (reason) => `证书不受信任：“${reason}”`,
  untrustedIssuer: "证书不是由受信任的 CA 签发的",
  noCertificate: "Notation 签名中没有证书",
  brokenCertificate: "无法读取 Notation 签名中的证书",
  noChain: "没有证书链",
  brokenChain: "这些证书不构成证书链",
  unsignedChain: "证书链中有证书不是由下一级签发的",
  noAuthority: "证书链中有证书不是 CA 证书",
  longChain: "证书链超出了 CA 允许的长度",
  mayNotIssue: "证书链中的 CA 无权签发证书",
  unknownCondition: "证书链中有证书含有无法检查的条件",
  chainNotYet: "证书链中有证书尚未生效",
  chainExpired: (time) => `证书链中有证书已于 ${time} 过期`,
  signatureExpired: (time) => `签名本身已于 ${time} 过期`,
  notValidThen: "签名时证书不在有效期内",
  expiredUnproven: "证书已过期，且无法证明签名时间",
  noTime: "无法证明签名时间",
  brokenTimestamp: "无法读取时间戳",
  untrustedTimestamp: "时间戳不是由受信任的机构签发的",
  noLogEntry: "透明日志中没有条目",
  otherLogEntry: "透明日志中的条目属于其他内容",
  unprovenLogEntry: "没有受信任的日志能证明透明日志中的条目",

  signatureOf: (what) => `签名的对象是 ${what}`,
  signatureOfOther: "签名的对象是其他内容",
  otherRepository: (repository) => `签名属于仓库 ${repository}`,
  noImageSignature: "签名的内容不是镜像签名",
  payloadLacks: (part) => `签名的内容没有写明${zhPayload[part]}`,
  payloadNoJson: "签名的内容不是合法的 JSON",
  payloadNotNotation: "签名的内容不属于 Notation",
  payloadNoImage: "签名的内容没有写明镜像",
  otherScheme: "签名方案不是 notary.x509",
  noStatement: "其中没有声明（statement）",
  notStatementType: (type) => `${type} 不是声明（statement）`,
  notInToto: "签名的内容不是 in-toto 声明",
  otherStatement: "签名的声明针对其他对象",

  noReport: (type) => `没有签名的 ${type} 报告`,
  someReports: (count, needed, type) => `需要 ${needed} 份签名的 ${type} 报告，只有 ${count} 份`,
  undatedReport: "报告没有写明生成时间",
  oldReport: (time, seconds) => `最新的报告生成于 ${time}，已超过 ${seconds} 秒`,
  noMessage: "返回的消息不是文本",
  assertionFailed: (reason) => `断言执行失败：${reason}`,
};

export type DetailWords = typeof en;
export const detailWords: Words<typeof en> = { en, zh };

/** A detail that waits for its language. */
export type Detail = (words: DetailWords) => string;
