import type { Words } from "../messages/language.ts";

/** What can be wrong with a file of rules that a user compiled, in words. */
const en = {
  noArchive: (reason: string) => `cannot be read as a .tar.gz: ${reason}`,
  noPolicy: (entrypoint: string) => `holds no policy.wasm: build it with opa build -t wasm -e ${entrypoint}`,
  noEntrypoint: (entrypoint: string) => `has no entrypoint ${entrypoint}`,
  noModule: (reason: string) => `its policy.wasm cannot be loaded: ${reason}`,
  noJson: "its data.json is no JSON",
  noObject: (path: string) => `${path} is no object`,
  noRules: "its data.json holds no rules under paddlock.catalogue",
  noRuleId: (id: string) => `"${id}" is no rule id: use lower-case words joined by "-"`,
  noLevel: (path: string) => `${path} is one of error, warning, info`,
  noText: (path: string) => `${path} is no text`,
  /** `reason`: of the module. */
  failed: (reason: string): string => reason,
  noResult: "the bundle's answer is no result set",
  noSet: "the entrypoint's value is no set",
  noViolation: (item: string) => `no violation: ${item}`,
  unknownRule: (rule: string) => `the rule "${rule}" is not in the bundle's catalogue`,
  noFact: (path: string, fact: string) => `${path}: there is no fact ${fact}`,
  ruleTwice: (rule: string) => `the rule ${rule} is there already: give it another id`,
};

const zh: typeof en = {
  noArchive: (reason) => `无法作为 .tar.gz 读取：${reason}`,
  noPolicy: (entrypoint) => `其中没有 policy.wasm：请用 opa build -t wasm -e ${entrypoint} 构建`,
  noEntrypoint: (entrypoint) => `没有入口点 ${entrypoint}`,
  noModule: (reason) => `无法加载其中的 policy.wasm：“${reason}”`,
  noJson: "其中的 data.json 不是合法的 JSON",
  noObject: (path) => `${path} 不是对象`,
  noRules: "其中的 data.json 在 paddlock.catalogue 下没有规则",
  noRuleId: (id) => `"${id}" 不是合法的规则名：请用小写单词，以 "-" 连接`,
  noLevel: (path) => `${path} 只能是 error、warning、info 之一`,
  noText: (path) => `${path} 不是文本`,
  failed: (reason) => `“${reason}”`,
  noResult: "规则包的返回值不是结果集",
  noSet: "入口点的值不是集合",
  noViolation: (item) => `不是合法的违规：${item}`,
  unknownRule: (rule) => `规则 "${rule}" 不在规则包的目录中`,
  noFact: (path, fact) => `${path}：没有名为 ${fact} 的事实`,
  ruleTwice: (rule) => `已有规则 ${rule}，请换一个规则名`,
};

export type BundleWords = typeof en;
export const bundleWords: Words<typeof en> = { en, zh };
