import { didYouMean } from "../messages/did-you-mean.ts";
import type { Words } from "../messages/language.ts";

/** What a name that nobody knows was meant to be. */
export type Unknown = "key" | "rule" | "parameter" | "profile" | "level";

/** By the names that JSON Schema has for types. */
const enTypes: { readonly [type: string]: string | undefined } = {
  string: "text",
  array: "a list",
  object: "a mapping",
  boolean: "true or false",
  integer: "a whole number",
  number: "a number",
  null: "null",
};

/** What can be wrong with a configuration, in words. */
const en = {
  absent: "there is no such configuration file",
  unreadable: (reason: string) => `cannot read the configuration: ${reason}`,
  several: (files: readonly string[]) =>
    `more than one configuration in a folder: ${files.join(", ")}; keep one of them`,
  notOneDocument: "a configuration is one document; remove what follows `---`",
  /** `type`: of JSON Schema. */
  notMapping: (type: string) => `a configuration is a mapping of keys to values, not ${enTypes[type] ?? type}`,
  unknown: (what: Unknown, name: string, near: string | undefined, known: readonly string[]) =>
    `unknown ${what} "${name}"${near === undefined ? listed("; known: ", known, ", ") : didYouMean.en(near)}`,
  extendsMissing: (file: string) => `\`extends\` names "${file}", which is no profile and no file that can be read`,
  extendsCycle: (files: readonly string[]) => `\`extends\` goes round in a circle: ${files.join(" → ")}`,
  extendsDeep: (limit: number) => `\`extends\` is more than ${limit} files deep`,
  /** `reason`: of the YAML parser. */
  noYaml: (reason: string): string => reason,
  noMapping: (path: string) => `${path} is no mapping`,
  noList: (path: string) => `${path} is no list`,
  missing: (key: string) => `"${key}" is missing`,
  oneOf: (keys: readonly string[]) => `at least one of ${keys.join(", ")} is needed`,
  onlyOne: (keys: readonly string[]) => `only one of ${keys.join(", ")} can stand here`,
  type: (path: string, wanted: readonly string[]) =>
    `"${path}" must be ${wanted.map((each) => enTypes[each] ?? each).join(" or ")}`,
  choice: (path: string, value: string, near: string | undefined, known: readonly string[]) =>
    `"${path}" cannot be ${value}${near === undefined ? `; it is one of ${known.join(", ")}` : didYouMean.en(near)}`,
  blank: (path: string) => `"${path}" is empty`,
  form: (path: string, value: string, example: string | undefined) =>
    `"${path}" cannot be ${value}${example === undefined ? "" : `; it looks like ${example}`}`,
  number: (path: string, limit: string) => `"${path}" must be ${limit}`,
  other: (path: string, reason: string) => `"${path}" ${reason}`,
  date: (value: string) => `"${value}" is no day of the calendar; a date looks like 2027-01-31`,
  moment: (value: string) => `"${value}" is no time; a time looks like 2027-01-31T18:00:00Z`,
  graceNeedsEnforce: (key: string) => `${key} goes with mode: enforce`,
  untilNeedsSince: "until needs since: it ends what since allows",
  untilBeforeSince: "until is not after since",
  glob: (value: string, reason: string) => `"${value}" is no valid glob: ${reason}`,
  pattern: (value: string, reason: string) => `"${value}" is no regular expression: ${reason}`,
  policyTwice: (name: string) => `there is a signature policy "${name}" already; give this one another name`,
  tooManyRequired: (required: number, authorities: number) =>
    `${required} signatures cannot be required of ${authorities === 1 ? "1 authority" : `${authorities} authorities`}`,
  /** `near`: what may have been meant. */
  scope: (path: string, value: string, near: readonly string[]): string =>
    near.length === 0
      ? `"${path}" cannot be "${value}": write workload, paddle, accelerated, object, or a kind with its group, as apps/Deployment or /ConfigMap`
      : `"${path}" cannot be "${value}"; did you mean ${near.join(" or ")}?`,
  version: (value: string) => `write the version ${value} in quotes: as a number 1.30 would become 1.3`,
  offOnCommandLine: (rule: string) => `--rule ${rule}=off asks for nothing; leave a rule out with --skip ${rule}`,
};

const zhTypes: typeof enTypes = {
  string: "字符串",
  array: "列表",
  object: "映射",
  boolean: "布尔值",
  integer: "整数",
  number: "数字",
  null: "空值",
};

const zhUnknown: { readonly [what in Unknown]: string } = {
  key: "配置项",
  rule: "规则",
  parameter: "规则参数",
  profile: "档位",
  level: "级别",
};

const zh: typeof en = {
  absent: "配置文件不存在",
  unreadable: (reason) => `无法读取配置文件：${reason}`,
  several: (files) => `同一目录下存在多份配置：${files.join("、")}，请只保留一份`,
  notOneDocument: "配置文件只能包含一个 YAML 文档，请删除 `---` 之后的内容",
  notMapping: (type) => `配置文件的顶层必须是键值映射，而不是${zhTypes[type] ?? type}`,
  unknown: (what, name, near, known) =>
    `未知的${zhUnknown[what]} "${name}"${near === undefined ? listed("，可用的有：", known, "、") : didYouMean.zh(near)}`,
  extendsMissing: (file) => `\`extends\` 指定的 "${file}" 既不是内置档位，也不是可读取的文件`,
  extendsCycle: (files) => `\`extends\` 出现循环引用：${files.join(" → ")}`,
  extendsDeep: (limit) => `\`extends\` 嵌套超过 ${limit} 层`,
  noYaml: (reason) => `“${reason}”`,
  noMapping: (path) => `${path} 不是映射`,
  noList: (path) => `${path} 不是列表`,
  missing: (key) => `缺少 "${key}"`,
  oneOf: (keys) => `至少需要指定 ${keys.join("、")} 中的一项`,
  onlyOne: (keys) => `${keys.join("、")} 只能写一个`,
  type: (path, wanted) => `"${path}" 必须是${wanted.map((each) => zhTypes[each] ?? each).join("或")}`,
  choice: (path, value, near, known) =>
    `"${path}" 不能是 ${value}${near === undefined ? `，可选值：${known.join("、")}` : didYouMean.zh(near)}`,
  blank: (path) => `"${path}" 为空`,
  form: (path, value, example) =>
    `"${path}" 的值 ${value} 格式不正确${example === undefined ? "" : `，示例：${example}`}`,
  number: (path, limit) => `"${path}" 必须 ${limit}`,
  other: (path, reason) => `"${path}" 不符合要求：“${reason}”`,
  date: (value) => `"${value}" 不是有效日期，格式应为 2027-01-31`,
  moment: (value) => `"${value}" 不是有效时间，格式应为 2027-01-31T18:00:00Z`,
  graceNeedsEnforce: (key) => `${key} 只能与 mode: enforce 一起使用`,
  untilNeedsSince: "until 需要与 since 一起使用：它是 since 宽限的截止时间",
  untilBeforeSince: "until 不晚于 since",
  glob: (value, reason) => `"${value}" 不是合法的 glob：“${reason}”`,
  pattern: (value, reason) => `"${value}" 不是合法的正则表达式：“${reason}”`,
  policyTwice: (name) => `已有名为 "${name}" 的签名策略，请换一个名称`,
  tooManyRequired: (required, authorities) => `只有 ${authorities} 个签名方，无法要求 ${required} 个签名`,
  scope: (path, value, near) =>
    near.length === 0
      ? `"${path}" 不能是 "${value}"：请写 workload、paddle、accelerated、object，或带 API 组的资源类型，例如 apps/Deployment、/ConfigMap`
      : `"${path}" 不能是 "${value}"，是否想写 ${near.join(" 或 ")}？`,
  version: (value) => `版本号 ${value} 需要加引号：按数字解析时 1.30 会变成 1.3`,
  offOnCommandLine: (rule) => `--rule ${rule}=off 没有意义；要排除某条规则请使用 --skip ${rule}`,
};

export type ConfigurationWords = typeof en;
export const configurationWords: Words<typeof en> = { en, zh };

/** A list that would fill the screen helps nobody. */
function listed(before: string, names: readonly string[], separator: string): string {
  return names.length === 0 || names.length > 24 ? "" : before + names.join(separator);
}
