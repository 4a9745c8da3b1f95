import type { Language } from "../../messages/language.ts";
import { printable } from "../../reporters/printable.ts";
import type { Colour } from "../../reporters/reporter.ts";
import type { SignatureEvidence, SignatureFact } from "../../signatures/signature-fact.ts";
import type { VerifiedImage } from "./verify.ts";

const words = {
  en: {
    state: { verified: "verified", failed: "failed", unknown: "unknown", unmatched: "unknown" },
    unmatched: "no signature policy is for this image",
    digest: "digest",
    policy: "policy",
    signature: "signed",
    attestation: "attested",
    by: (who: string, issuer: string | null) => `by ${who}${issuer === null ? "" : ` (${issuer})`}`,
    log: (index: number) => `log entry ${index}`,
  },
  zh: {
    state: { verified: "已验证", failed: "未通过", unknown: "无法判定", unmatched: "无法判定" },
    unmatched: "没有适用于该镜像的签名策略",
    digest: "摘要",
    policy: "策略",
    signature: "签名",
    attestation: "证明",
    by: (who: string, issuer: string | null) => `签名者 ${who}${issuer === null ? "" : `（${issuer}）`}`,
    log: (index: number) => `日志条目 ${index}`,
  },
} as const;

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
  const width = Math.max(...rows.map(([label]) => cells(label))) + 2;
  const lines = rows.map(([label, text], index) => {
    const shown = index === 0 && colour !== null ? colour[colours[fact.state]](label) : label;
    return `  ${shown}${" ".repeat(width - cells(label))}${printable(text)}`.trimEnd();
  });
  return `${printable(image)}\n${lines.join("\n")}\n`;
}

function obstacleText({ state, reason, detail }: SignatureFact, language: Language): string {
  if (state === "unmatched") return words[language].unmatched;
  if (reason === null) return "";
  return detail === "" ? reason : `${reason}: ${detail}`;
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
  return parts.filter((part) => part !== null).join(", ");
}

/** Chinese characters take two cells. */
function cells(text: string): number {
  return [...text].reduce((sum, character) => sum + (character > "\u2e80" ? 2 : 1), 0);
}
