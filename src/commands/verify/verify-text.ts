import type { Language, Words } from "../../messages/language.ts";
import { printable } from "../../reporters/printable.ts";
import type { Colour } from "../../reporters/reporter.ts";
import { textWidth } from "../../reporters/width.ts";
import type { SignatureEvidence, SignatureFact } from "../../signatures/terms/signature-fact.ts";
import type { VerifiedImage } from "./verify.ts";

const en = {
  state: { verified: "verified", failed: "failed", unknown: "unknown", unmatched: "unknown" },
  unmatched: "no signature policy is for this image",
  digest: "digest",
  policy: "policy",
  signature: "signed",
  attestation: "attested",
  by: (who: string, issuer: string | null): string => `by ${who}${issuer === null ? "" : ` (${issuer})`}`,
  log: (index: number) => `log entry ${index}`,
  reason: (reason: string, detail: string): string => (detail === "" ? reason : `${reason}: ${detail}`),
  list: (items: readonly string[]): string => items.join(", "),
};
const zh: typeof en = {
  state: { verified: "已验证", failed: "未通过", unknown: "无法判定", unmatched: "无法判定" },
  unmatched: "没有适用于该镜像的签名策略",
  digest: "摘要",
  policy: "策略",
  signature: "签名",
  attestation: "证明",
  by: (who, issuer) => `签名者：${who}${issuer === null ? "" : `（${issuer}）`}`,
  log: (index) => `日志条目 ${index}`,
  reason: (reason, detail) => (detail === "" ? reason : `${reason}：${detail}`),
  list: (items) => items.join("，"),
};
const words: Words<typeof en> = { en, zh };

const colours = { verified: "green", failed: "red", unknown: "yellow", unmatched: "yellow" } as const;

/** What a person reads of one image. */
export function verifiedText(
  { image, fact, signatures }: VerifiedImage,
  language: Language,
  colour: Colour | null,
): string {
  const say = words[language];
  const state = say.state[fact.state];
  const rows: [string, string][] = [[state, obstacleText(fact, language)]];
  if (fact.digest !== null) rows.push([say.digest, fact.digest]);
  if (fact.policies.length > 0) rows.push([say.policy, fact.policies.join(", ")]);
  for (const evidence of signatures) rows.push([say[evidence.kind], evidenceText(evidence, language)]);
  const width = Math.max(...rows.map(([label]) => textWidth(label))) + 2;
  const lines = rows.map(([label, text], index) => {
    const shown = index === 0 && colour !== null ? colour[colours[fact.state]](label) : label;
    return `  ${shown}${" ".repeat(width - textWidth(label))}${printable(text)}`.trimEnd();
  });
  return `${printable(image)}\n${lines.join("\n")}\n`;
}

function obstacleText({ state, reason, detail }: SignatureFact, language: Language): string {
  if (state === "unmatched") return words[language].unmatched;
  if (reason === null) return "";
  return words[language].reason(reason, detail);
}

function evidenceText(
  { format, authority, identity, issuer, time, logIndex, predicateType }: SignatureEvidence,
  language: Language,
): string {
  const say = words[language];
  const parts = [
    predicateType === null ? format : `${format} ${predicateType}`,
    say.by(identity ?? authority.description, issuer),
    time,
    logIndex === null ? null : say.log(logIndex),
  ];
  return say.list(parts.filter((part) => part !== null));
}
