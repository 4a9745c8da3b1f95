import type { Language } from "../rules/metadata.ts";

/** What the webhook says beside the rules' own words. */
export interface AdmissionWords {
  /** `Deployment ml/ocr has 2 violations:` */
  readonly violations: (object: string, count: number) => string;
  /** `Pod ml/ocr-x of ReplicaSet ocr`. */
  readonly ownedBy: (object: string, owner: string) => string;
  readonly container: (name: string) => string;
  readonly fix: string;
  readonly more: (count: number) => string;
  readonly explain: (rule: string) => string;
  readonly wouldDeny: string;
  readonly notJudged: string;
  readonly moreWarnings: (count: number) => string;
  readonly failed: (reason: string) => string;
  readonly letIn: string;
  readonly exempt: (who: string) => string;
  readonly waiverRefused: (rule: string) => string;
  readonly imageDenied: (image: string, message: string) => string;
}

const english: AdmissionWords = {
  violations: (object, count) => `${object} has ${count === 1 ? "1 violation" : `${count} violations`}:`,
  ownedBy: (object, owner) => `${object} (created by ${owner})`,
  container: (name) => `container ${name}`,
  fix: "fix",
  more: (count) => `… and ${count} more; paddlock check on the manifest shows all`,
  explain: (rule) => `Why, with a good and a bad example: paddlock explain ${rule}`,
  wouldDeny: "would be denied",
  notJudged: "not judged",
  moreWarnings: (count) => `… and ${count} more; paddlock check on the manifest shows all`,
  failed: (reason) => `paddlock could not judge this request: ${reason}`,
  letIn: "let in",
  exempt: (who) => `let in unjudged: ${who} is exempt`,
  waiverRefused: (rule) => `the waiver of ${rule} by annotation has no effect in this cluster`,
  imageDenied: (image, message) => `${image}: ${message}`,
};

const chinese: AdmissionWords = {
  violations: (object, count) => `${object} 有 ${count} 处违规：`,
  ownedBy: (object, owner) => `${object}（由 ${owner} 创建）`,
  container: (name) => `容器 ${name}`,
  fix: "修复",
  more: (count) => `…… 另有 ${count} 处；用 paddlock check 检查清单可查看全部`,
  explain: (rule) => `原因及正反示例：paddlock explain ${rule} --lang zh`,
  wouldDeny: "强制模式下会被拒绝",
  notJudged: "无法判定",
  moreWarnings: (count) => `…… 另有 ${count} 条；用 paddlock check 检查清单可查看全部`,
  failed: (reason) => `paddlock 无法检查该请求：${reason}`,
  letIn: "已放行",
  exempt: (who) => `未检查即放行：${who} 在豁免名单中`,
  waiverRefused: (rule) => `本集群不接受以注解豁免规则 ${rule}`,
  imageDenied: (image, message) => `${image}：${message}`,
};

const all: { readonly [language in Language]: AdmissionWords } = { en: english, zh: chinese };

/** The words for a reader of the language. */
export function admissionWords(language: Language): AdmissionWords {
  return all[language];
}
