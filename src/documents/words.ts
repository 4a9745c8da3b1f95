import type { Words } from "../messages/language.ts";
import { chineseSyntax, EN_SYNTAX } from "./syntax-words.ts";

/** Characters that end a line for Kubernetes or are dropped by it, and are text for others. */
export type ForeignBreak = "NEL" | "LS" | "PS" | "BOM";

/** A message that waits for its language. */
export type Say = (words: DocumentWords) => string;

export type JsonToken = "value" | "end" | "key" | "colon" | "comma or }" | "comma or ]";

const EN_TOKENS: Record<JsonToken, string> = {
  value: "a value",
  end: "the end of a value",
  key: "a key in double quotes",
  colon: "`:`",
  "comma or }": "`,` or `}`",
  "comma or ]": "`,` or `]`",
};

const ZH_TOKENS: typeof EN_TOKENS = {
  value: "一个值",
  end: "值的结尾",
  key: "双引号括起的键",
  colon: " `:`",
  "comma or }": " `,` 或 `}`",
  "comma or ]": " `,` 或 `]`",
};

const EN_BREAKS: Record<ForeignBreak, string> = {
  NEL: "next line",
  LS: "line separator",
  PS: "paragraph separator",
  BOM: "byte order mark",
};

const ZH_BREAKS: typeof EN_BREAKS = {
  NEL: "下一行",
  LS: "行分隔符",
  PS: "段落分隔符",
  BOM: "字节顺序标记",
};

/** What is said of texts that cannot be read, or not as they were meant. */
const en = {
  tooLarge: (size: number, most: number) => `the file has ${size} MiB, more than the ${most} MiB that are read`,
  unreadable: (reason: string) => `the file cannot be read: ${reason}`,
  tooManyValues: (most: number) => `the document holds more than ${count(most)} values`,
  tooManyDocuments: (most: number) => `the file holds more than ${count(most)} documents; the rest is not read`,
  tooManyBroken: (broken: number) => `${count(broken)} documents are broken; the rest of the file is not read`,
  tooDeep: (most: number) => `more than ${most} collections inside each other`,
  tooManyAliased: (most: number) => `aliases repeat more than ${count(most)} values`,
  binary: "the file holds a NUL byte: it is binary, or text in another encoding than UTF-8",
  otherEncoding: (encoding: string) => `the file is ${encoding}; save it as UTF-8`,
  invalidByte: (byte: string) => `the byte ${byte} is not UTF-8 here; save the file as UTF-8`,
  duplicateKey: (key: string, line: number) =>
    `duplicate key \`${key}\`: the one of line ${line} is overwritten, the last one counts`,
  unknownAnchor: (name: string) => `no anchor &${name} stands before *${name}`,
  recursiveAnchor: (name: string) => `the anchor &${name} contains itself`,
  notInJson: (text: string) => `the number ${text} cannot be written in JSON, which is what Kubernetes makes of YAML`,
  unfitTag: (text: string, tag: string) => `\`${text}\` does not fit its tag ${tag}`,
  keyIsCollection: (kind: "list" | "mapping") => `a key must be text, not a ${kind}`,
  keyHasNoText: (text: string) => `\`${text}\` cannot be a key`,
  badMerge: "`<<` takes a mapping or a list of mappings",
  /** `reason` is js-yaml's. */
  yamlSyntax: (reason: string): string => EN_SYNTAX.get(reason) ?? reason,
  /** `code` is the character's number in four hexadecimal digits. */
  foreignBreak: (code: string, name: ForeignBreak) =>
    `the invisible character U+${code} (${EN_BREAKS[name]}) hides from people what Kubernetes reads: take it out, or write \`\\u${code}\` in double quotes`,
  templateHint: "; templates (`{{ … }}`) must be rendered first, as `helm template` does",
  unexpected: (found: string, expected: JsonToken) => `found \`${found}\` where ${EN_TOKENS[expected]} must stand`,
  endsBefore: (expected: JsonToken) => `the text ends where ${EN_TOKENS[expected]} must stand`,
  endsInString: "the text ends inside a string",
  controlCharacter: "a string must not hold a line break, a tab or another control character",
  badUnicodeEscape: "`\\u` takes four hexadecimal digits",
  badEscape: "unknown escape in a string",
  more: (more: number) => `${count(more)} more of this kind in the file`,
};

const zh: typeof en = {
  tooLarge: (size, most) => `文件有 ${size} MiB，超过可读取的上限 ${most} MiB`,
  unreadable: (reason) => `无法读取文件：${reason}`,
  tooManyValues: (most) => `文档中的值超过 ${count(most)} 个`,
  tooManyDocuments: (most) => `文件中的文档超过 ${count(most)} 个，其余部分未读取`,
  tooManyBroken: (broken) => `已有 ${count(broken)} 个文档无法解析，文件其余部分未读取`,
  tooDeep: (most) => `嵌套超过 ${most} 层`,
  tooManyAliased: (most) => `别名展开后重复的值超过 ${count(most)} 个`,
  binary: "文件含有 NUL 字节：它是二进制文件，或者不是 UTF-8 编码的文本",
  otherEncoding: (encoding) => `文件是 ${encoding} 编码，请另存为 UTF-8`,
  invalidByte: (byte) => `此处的字节 ${byte} 不是合法的 UTF-8，请将文件另存为 UTF-8`,
  duplicateKey: (key, line) => `键 \`${key}\` 重复：第 ${line} 行的值被覆盖，以最后一个为准`,
  unknownAnchor: (name) => `别名 *${name} 之前没有锚点 &${name}`,
  recursiveAnchor: (name) => `锚点 &${name} 引用了自身`,
  notInJson: (text) => `数值 ${text} 无法用 JSON 表示，而 Kubernetes 会把 YAML 转换为 JSON`,
  unfitTag: (text, tag) => `\`${text}\` 与标签 ${tag} 不符`,
  keyIsCollection: (kind) => `键必须是文本，不能是${kind === "list" ? "列表" : "映射"}`,
  keyHasNoText: (text) => `\`${text}\` 不能作为键`,
  badMerge: "`<<` 的值必须是映射或映射的列表",
  yamlSyntax: chineseSyntax,
  foreignBreak: (code, name) =>
    `不可见字符 U+${code}（${ZH_BREAKS[name]}）会让 Kubernetes 读到的内容与所见不同：请删除，或在双引号中写作 \`\\u${code}\``,
  templateHint: "；模板（`{{ … }}`）须先渲染，例如用 `helm template`",
  unexpected: (found, expected) => `此处应为${ZH_TOKENS[expected]}，却是 \`${found}\``,
  endsBefore: (expected) => `文本提前结束，此处应为${ZH_TOKENS[expected]}`,
  endsInString: "文本在字符串中间结束",
  controlCharacter: "字符串中不能有换行、制表符或其他控制字符",
  badUnicodeEscape: "`\\u` 后须有四位十六进制数字",
  badEscape: "字符串中有未知的转义",
  more: (more) => `文件中还有 ${count(more)} 处同类问题`,
};

/** 1500000 as 1,500,000: without Intl, which is slow to start. */
function count(value: number): string {
  return String(value).replace(/(?<=\d)(?=(?:\d{3})+$)/g, ",");
}

export type DocumentWords = typeof en;
export const documentWords: Words<typeof en> = { en, zh };
