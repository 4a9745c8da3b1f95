import type { Words } from "../messages/language.ts";

/** What the webhook says beside the rules' own words. */
const en = {
  /** `Deployment ml/ocr has 2 violations:` */
  violations: (object: string, count: number) =>
    `${object} has ${count === 1 ? "1 violation" : `${count} violations`}:`,
  /** `Pod ml/ocr-x of ReplicaSet ocr`. */
  ownedBy: (object: string, owner: string) => `${object} (of ${owner})`,
  /** Of an object whose author is no controller that is known: why it is judged whole. */
  untrusted: (account: string, owner: string) =>
    `judged whole: ${account} is not trusted to be the controller of ${owner}`,
  /** What to write if it is one. */
  trust: (account: string, setting: string) =>
    `If ${account} is an operator of yours, an administrator may trust it: ${setting}`,
  inContainer: (path: string, name: string) => `${path} (container ${name})`,
  fix: (remedy: string) => `fix: ${remedy}`,
  more: (count: number) => `… and ${count} more; paddlock check on the manifest shows all`,
  explain: (rule: string) => `Why, with a good and a bad example: paddlock explain ${rule}`,
  wouldDeny: "would deny",
  notJudged: "not judged",
  failed: (reason: string) => `paddlock could not judge this request: ${reason}`,
  letIn: "let in",
  /** Of a violation that is let in because it was there before the namespace was enforced. `until`: null is for ever. */
  graced: (until: string | null): string => (until === null ? "from before enforcement" : `let in until ${until}`),
  /** Of an object whose replicas rise. */
  scaled: (from: number, to: number) =>
    `Judged is its pod template, because its replicas rise from ${from} to ${to}: with admission.onUpdate: all its new Pods would be denied.`,
  /** Of one that is not, although it was there: that has ended, or `onUpdate` is `all`. */
  graceRefused: (until: string | null): string =>
    until === null
      ? "What made it was there before the namespace was enforced; admission.onUpdate: all denies that, too."
      : `What made it was there before the namespace was enforced; that was let in until ${until} at most, and not with admission.onUpdate: all.`,
  /** Of a request that was to be mutated, and is let in as it came. */
  notPinned: (reason: string) => `paddlock pinned no image to its digest: ${reason}`,
  exempt: (who: string) => `let in unjudged: ${who} is exempt`,
  user: (name: string) => `user ${name}`,
  group: (name: string) => `group ${name}`,
  serviceAccount: (name: string) => `service account ${name}`,
  /** `object`: whose record it is. */
  exemptRecord: (object: string, until: string) => `let in unjudged: ${object} is exempt until ${until}`,
  exemptBy: (user: string, reason: string) => `exempt by ${user}: ${reason}`,
  /** Before the command. */
  exemptFollows: "what its controllers make of it is judged all the same; this lets it in, too:",
};

const zh: typeof en = {
  violations: (object, count) => `${object}：共 ${count} 处违规`,
  ownedBy: (object, owner) => `${object}（属于 ${owner}）`,
  untrusted: (account, owner) => `按全部规则检查：${account} 不是受信任的 ${owner} 控制器`,
  trust: (account, setting) => `如果 ${account} 确实是你们部署的 operator，可由管理员将其设为受信任：${setting}`,
  inContainer: (path, name) => `${path}（容器 ${name}）`,
  fix: (remedy) => `修复：${remedy}`,
  more: (count) => `…… 另有 ${count} 处；用 paddlock check 检查清单可查看全部`,
  explain: (rule) => `原因及正反示例：paddlock explain ${rule} --lang zh`,
  wouldDeny: "强制时会拒绝",
  notJudged: "无法判定",
  failed: (reason) => `paddlock 无法检查该请求：${reason}`,
  letIn: "已放行",
  graced: (until) => (until === null ? "强制前已存在" : `放行至 ${until}`),
  scaled: (from, to) =>
    `副本数要从 ${from} 增加到 ${to}，因此检查其 Pod 模板：admission.onUpdate: all 时新的 Pod 会被拒绝。`,
  graceRefused: (until) =>
    until === null
      ? "其上级对象在该命名空间强制之前已存在；admission.onUpdate: all 对此同样拒绝。"
      : `其上级对象在该命名空间强制之前已存在；最多放行至 ${until}，且 admission.onUpdate: all 时不放行。`,
  notPinned: (reason) => `paddlock 未将镜像固定到摘要：${reason}`,
  exempt: (who) => `未检查即放行：${who} 在豁免名单中`,
  user: (name) => `用户 ${name}`,
  group: (name) => `用户组 ${name}`,
  serviceAccount: (name) => `服务账号 ${name}`,
  exemptRecord: (object, until) => `未检查即放行：${object} 的应急放行有效期至 ${until}`,
  exemptBy: (user, reason) => `放行由 ${user} 写入：${reason}`,
  exemptFollows: "其控制器创建的对象仍会被检查；如需一并放行，请执行：",
};

export type AdmissionWords = typeof en;
export const admissionWords: Words<typeof en> = { en, zh };
