import { isOverBudget } from "../budget/budget.ts";
import { budgetWords } from "../budget/words.ts";
import { bundleWords } from "../evaluation/bundle-words.ts";
import { isPolicyError } from "../evaluation/wasm-policy.ts";
import type { Language, Words } from "../messages/language.ts";
import type { Notification } from "../messages/notification.ts";
import { systemReason } from "../messages/system-reason.ts";

/** What is said of an object that was not judged whole, and why. Its place is for whoever knows it. */
export function failureNotification(object: string, error: Error, language: Language): Notification {
  const { rulesFailed, overBudget } = words[language];
  return isOverBudget(error)
    ? { level: "error", code: "over-budget", message: overBudget(object, budgetWords[language](error.limit)) }
    : {
        level: "error",
        code: "rules-failed",
        message: rulesFailed(object, failureReason(error, language)),
      };
}

/** What the rules failed with, in words. */
export function failureReason(error: unknown, language: Language): string {
  return isPolicyError(error) ? error.say(bundleWords[language]) : systemReason(error, language);
}

const en = {
  rulesFailed: (object: string, reason: string) => `the rules failed on ${object}: ${reason}`,
  overBudget: (object: string, reason: string) => `${object} was not judged: ${reason}`,
};
const zh: typeof en = {
  rulesFailed: (object, reason) => `规则在 ${object} 上执行失败：${reason}`,
  overBudget: (object, reason) => `未检查 ${object}：${reason}`,
};
const words: Words<typeof en> = { en, zh };
