import { budgetWords } from "../budget/words.ts";
import { inEach, type Words } from "../messages/language.ts";

type Limit = Parameters<(typeof budgetWords)["en"]>[0];

/** Why a request could not be judged, to follow a colon. What the English says up to its own colon is a code of metrics. */
const en = {
  deadline: "deadline",
  worker: "worker",
  size: "size",
  rules: "rules",
  complexity: "complexity",
  overBudget: (limit: Limit) => `over-budget: ${budgetWords.en(limit)}`,
  noObject: (operation: string) => `the ${operation} has no object`,
  noCluster: "there is no cluster to ask what is scaled",
  noPlace: (place: string) => `there is no ${place}`,
  unread: (place: string, reason: string) => `${place} could not be read: ${reason}`,
  /** `PaddleJob train` */
  ownerUnread: (owner: string, reason: string) => `${owner} could not be looked up: ${reason}`,
  noOwner: (owner: string) => `there is no ${owner} with that uid`,
  makesNone: (owner: string) => `${owner} makes no such objects`,
  circle: "its owners own one another",
};

const zh: typeof en = {
  deadline: "未能在时限内完成",
  worker: "检查线程意外退出",
  size: "对象过大",
  rules: "规则执行出错",
  complexity: "对象过于复杂",
  overBudget: (limit) => `${budgetWords.zh(limit)}（over-budget）`,
  noObject: (operation) => `该 ${operation} 请求中没有对象`,
  noCluster: "没有可访问的集群，无法得知扩容的是哪个对象",
  noPlace: (place) => `${place} 不存在`,
  unread: (place, reason) => `无法读取 ${place}：${reason}`,
  ownerUnread: (owner, reason) => `无法查询 ${owner}：${reason}`,
  noOwner: (owner) => `没有 uid 相符的 ${owner}`,
  makesNone: (owner) => `${owner} 不会创建这类对象`,
  circle: "其属主互相引用，形成循环",
};

export const failureWords: Words<typeof en> = { en, zh };

/** Why a request could not be judged, in each language. */
export function because(say: (words: typeof en) => string): Words<string> {
  return inEach((language) => say(failureWords[language]));
}
