import type { Language } from "../messages/language.ts";

/** What can be wrong with a configuration, in words. */
export interface ConfigurationWords {
  readonly absent: string;
  readonly unreadable: (reason: string) => string;
  readonly several: (files: readonly string[]) => string;
  readonly notOneDocument: string;
  readonly notMapping: (what: string) => string;
  readonly unknown: (what: Unknown, name: string, near: string | undefined, known: readonly string[]) => string;
  readonly extendsMissing: (file: string) => string;
  readonly extendsCycle: (files: readonly string[]) => string;
  readonly extendsDeep: (limit: number) => string;
  readonly missing: (key: string) => string;
  readonly oneOf: (keys: readonly string[]) => string;
  readonly onlyOne: (keys: readonly string[]) => string;
  readonly type: (path: string, wanted: readonly string[]) => string;
  readonly choice: (path: string, value: string, near: string | undefined, known: readonly string[]) => string;
  readonly blank: (path: string) => string;
  readonly form: (path: string, value: string, example: string | undefined) => string;
  readonly number: (path: string, limit: string) => string;
  readonly other: (path: string, reason: string) => string;
  readonly date: (value: string) => string;
  readonly moment: (value: string) => string;
  readonly graceNeedsEnforce: (key: string) => string;
  readonly untilNeedsSince: string;
  readonly untilBeforeSince: string;
  readonly glob: (value: string, reason: string) => string;
  readonly pattern: (value: string, reason: string) => string;
  readonly policyTwice: (name: string) => string;
  readonly tooManyRequired: (required: number, authorities: number) => string;
  readonly version: (value: string) => string;
  readonly offOnCommandLine: (rule: string) => string;
}

/** What a name that nobody knows was meant to be. */
export type Unknown = "key" | "rule" | "parameter" | "profile" | "level";

const english: ConfigurationWords = {
  absent: "there is no such configuration file",
  unreadable: (reason) => `cannot read the configuration: ${reason}`,
  several: (files) => `more than one configuration in a folder: ${files.join(", ")}; keep one of them`,
  notOneDocument: "a configuration is one document; remove what follows `---`",
  notMapping: (what) => `a configuration is a mapping of keys to values, not ${what}`,
  unknown: (what, name, near, known) =>
    `unknown ${what} "${name}"${near === undefined ? listed("; known: ", known, ", ") : `; did you mean "${near}"?`}`,
  extendsMissing: (file) => `\`extends\` names "${file}", which is no profile and no file that can be read`,
  extendsCycle: (files) => `\`extends\` goes round in a circle: ${files.join(" → ")}`,
  extendsDeep: (limit) => `\`extends\` is more than ${limit} files deep`,
  missing: (key) => `"${key}" is missing`,
  oneOf: (keys) => `at least one of ${keys.join(", ")} is needed`,
  onlyOne: (keys) => `only one of ${keys.join(", ")} can stand here`,
  type: (path, wanted) => `"${path}" must be ${wanted.map((each) => typeNames.en[each] ?? each).join(" or ")}`,
  choice: (path, value, near, known) =>
    `"${path}" cannot be ${value}; ${near === undefined ? `it is one of ${known.join(", ")}` : `did you mean "${near}"?`}`,
  blank: (path) => `"${path}" is empty`,
  form: (path, value, example) =>
    `"${path}" cannot be ${value}${example === undefined ? "" : `; it looks like ${example}`}`,
  number: (path, limit) => `"${path}" must be ${limit}`,
  other: (path, reason) => `"${path}" ${reason}`,
  date: (value) => `"${value}" is no day of the calendar; a date looks like 2027-01-31`,
  moment: (value) => `"${value}" is no time; a time looks like 2027-01-31T18:00:00Z`,
  graceNeedsEnforce: (key) => `${key} goes with mode: enforce`,
  untilNeedsSince: "until needs since: it ends what since allows",
  untilBeforeSince: "until is not after since",
  glob: (value, reason) => `"${value}" is no valid glob: ${reason}`,
  pattern: (value, reason) => `"${value}" is no regular expression: ${reason}`,
  policyTwice: (name) => `there is a signature policy "${name}" already; give this one another name`,
  tooManyRequired: (required, authorities) =>
    `${required} signatures cannot be required of ${authorities === 1 ? "1 authority" : `${authorities} authorities`}`,
  version: (value) => `write the version ${value} in quotes: as a number 1.30 would become 1.3`,
  offOnCommandLine: (rule) => `--rule ${rule}=off asks for nothing; leave a rule out with --skip ${rule}`,
};

const chinese: ConfigurationWords = {
  absent: "配置文件不存在",
  unreadable: (reason) => `无法读取配置文件：${reason}`,
  several: (files) => `同一目录下存在多份配置：${files.join("、")}，请只保留一份`,
  notOneDocument: "配置文件只能包含一个 YAML 文档，请删除 `---` 之后的内容",
  notMapping: (what) => `配置文件的顶层必须是键值映射，而不是${what}`,
  unknown: (what, name, near, known) =>
    `未知的${unknownNames[what]} "${name}"${near === undefined ? listed("，可用的有：", known, "、") : `，是否想写 "${near}"？`}`,
  extendsMissing: (file) => `\`extends\` 指定的 "${file}" 既不是内置档位，也不是可读取的文件`,
  extendsCycle: (files) => `\`extends\` 出现循环引用：${files.join(" → ")}`,
  extendsDeep: (limit) => `\`extends\` 嵌套超过 ${limit} 层`,
  missing: (key) => `缺少 "${key}"`,
  oneOf: (keys) => `至少需要指定 ${keys.join("、")} 中的一项`,
  onlyOne: (keys) => `${keys.join("、")} 只能写一个`,
  type: (path, wanted) => `"${path}" 必须是${wanted.map((each) => typeNames.zh[each] ?? each).join("或")}`,
  choice: (path, value, near, known) =>
    `"${path}" 不能是 ${value}，${near === undefined ? `可选值：${known.join("、")}` : `是否想写 "${near}"？`}`,
  blank: (path) => `"${path}" 为空`,
  form: (path, value, example) =>
    `"${path}" 的值 ${value} 格式不正确${example === undefined ? "" : `，示例：${example}`}`,
  number: (path, limit) => `"${path}" 必须 ${limit}`,
  other: (path, reason) => `"${path}" 不符合要求：${reason}`,
  date: (value) => `"${value}" 不是有效日期，格式应为 2027-01-31`,
  moment: (value) => `"${value}" 不是有效时间，格式应为 2027-01-31T18:00:00Z`,
  graceNeedsEnforce: (key) => `${key} 只能与 mode: enforce 一起使用`,
  untilNeedsSince: "until 需要与 since 一起使用：它是 since 宽限的截止时间",
  untilBeforeSince: "until 不晚于 since",
  glob: (value, reason) => `"${value}" 不是合法的 glob：${reason}`,
  pattern: (value, reason) => `"${value}" 不是合法的正则表达式：${reason}`,
  policyTwice: (name) => `已有名为 "${name}" 的签名策略，请换一个名称`,
  tooManyRequired: (required, authorities) => `只有 ${authorities} 个签名方，无法要求 ${required} 个签名`,
  version: (value) => `版本号 ${value} 需要加引号：按数字解析时 1.30 会变成 1.3`,
  offOnCommandLine: (rule) => `--rule ${rule}=off 没有意义；要排除某条规则请使用 --skip ${rule}`,
};

const unknownNames: { readonly [what in Unknown]: string } = {
  key: "配置项",
  rule: "规则",
  parameter: "规则参数",
  profile: "档位",
  level: "级别",
};

const typeNames: { readonly [language in Language]: { readonly [type: string]: string } } = {
  en: {
    string: "text",
    array: "a list",
    object: "a mapping",
    boolean: "true or false",
    integer: "a whole number",
    number: "a number",
    null: "null",
  },
  zh: {
    string: "字符串",
    array: "列表",
    object: "映射",
    boolean: "布尔值",
    integer: "整数",
    number: "数字",
    null: "null",
  },
};

const all: { readonly [language in Language]: ConfigurationWords } = { en: english, zh: chinese };

/** The words for a reader of the language. */
export function configurationWords(language: Language): ConfigurationWords {
  return all[language];
}

/** A list that would fill the screen helps nobody. */
function listed(before: string, names: readonly string[], separator: string): string {
  return names.length === 0 || names.length > 24 ? "" : before + names.join(separator);
}
