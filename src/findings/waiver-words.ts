import { didYouMean } from "../messages/did-you-mean.ts";
import type { Words } from "../messages/language.ts";
import type { Waiver } from "./finding.ts";

/** What can be wrong with a waiver, in words. */
const en = {
  noReason: (source: Waiver["source"], rule: string): string =>
    source === "comment"
      ? `a waiver needs a reason: # paddlock-ignore ${rule} -- <reason>`
      : `a waiver needs a reason: paddlock.dev/waive.${rule}: "<reason> until 2027-01-31"`,
  unknownRule: (rule: string, near: string | undefined): string =>
    rule === "" ? "the waiver names no rule" : `the waiver names an unknown rule "${rule}"${didYouMean.en(near)}`,
  badDate: (rule: string, date: string) =>
    `the waiver of ${rule} ends on "${date}", which is no day of the calendar; a date looks like 2027-01-31`,
  expired: (rule: string, date: string, reason: string) =>
    `the waiver of ${rule} ended on ${date} and no longer works: ${reason}`,
  notAllowed: (rule: string) =>
    `the annotation that waives ${rule} has no effect here: admission.annotationWaivers does not allow it`,
  unused: (rule: string, reason: string) => `the waiver of ${rule} matches no finding and can be removed: ${reason}`,
};

const zh: typeof en = {
  noReason: (source, rule) =>
    source === "comment"
      ? `豁免必须写明理由：# paddlock-ignore ${rule} -- <理由>`
      : `豁免必须写明理由：paddlock.dev/waive.${rule}: "<理由> until 2027-01-31"`,
  unknownRule: (rule, near) =>
    rule === "" ? "豁免没有写明规则名" : `豁免引用了未知规则 "${rule}"${didYouMean.zh(near)}`,
  badDate: (rule, date) => `规则 ${rule} 的豁免截止日期 "${date}" 不是有效日期，格式应为 2027-01-31`,
  expired: (rule, date, reason) => `规则 ${rule} 的豁免已于 ${date} 到期，不再生效：${reason}`,
  notAllowed: (rule) => `豁免规则 ${rule} 的注解在此不生效：admission.annotationWaivers 未允许`,
  unused: (rule, reason) => `规则 ${rule} 的豁免没有匹配到任何问题，可以删除：${reason}`,
};

export type WaiverWords = typeof en;
export const waiverWords: Words<typeof en> = { en, zh };
