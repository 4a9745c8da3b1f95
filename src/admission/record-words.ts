import type { Words } from "../messages/language.ts";

/** Why a text is no record of break-glass. */
const en = {
  noText: "it is no text",
  tooMany: "there are more records than count",
  tooLong: "it is too long",
  noJson: "it is no JSON",
  noObject: "it is no JSON object",
  noEnd: '"until" is not after "from"',
  longest: "it holds longer than 24 h",
  fieldNoText: (key: string) => `"${key}" is no text`,
  reasonLength: (most: number) => `"reason" is no text of up to ${most} characters`,
  fieldNoTime: (key: string) => `"${key}" is no time such as 2026-11-30T18:00:00Z`,
};

const zh: typeof en = {
  noText: "不是文本",
  tooMany: "记录数超出可生效的上限",
  tooLong: "内容过长",
  noJson: "不是合法的 JSON",
  noObject: "不是 JSON 对象",
  noEnd: '"until" 不晚于 "from"',
  longest: "有效期超过 24 小时",
  fieldNoText: (key) => `"${key}" 不是文本`,
  reasonLength: (most) => `"reason" 不是 ${most} 个字符以内的文本`,
  fieldNoTime: (key) => `"${key}" 不是时间，格式应为 2026-11-30T18:00:00Z`,
};

export type RecordWords = typeof en;
export const recordWords: Words<typeof en> = { en, zh };
