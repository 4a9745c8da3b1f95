import { didYouMean } from "../messages/did-you-mean.ts";
import type { Words } from "../messages/language.ts";

/** What can be wrong with a command line, in words. */
const en = {
  unknownCommand: (name: string, near: string | undefined) => `unknown command "${name}"${didYouMean.en(near)}`,
  unknownOption: (option: string, near: string | undefined) => `unknown option ${option}${didYouMean.en(near)}`,
  unknownRule: (rule: string, near: string | undefined) => `unknown rule "${rule}"${didYouMean.en(near)}`,
  takesNoValue: (option: string) => `${option} takes no value`,
  needsValue: (option: string, value: string) => `${option} needs a value: ${option} ${value}`,
  choice: (option: string, choices: readonly string[], written: string, near: string | undefined) =>
    `${option} is one of ${choices.join(", ")}, not "${written}"${didYouMean.en(near)}`,
  form: (option: string, form: string, written: string) => `${option} is ${form}, not "${written}"`,
  exclude: (one: string, other: string) => `${one} and ${other} exclude each other`,
  goesWith: (option: string, other: string) => `${option} goes with ${other}`,
  needs: (option: string, other: string) => `${option} needs ${other}`,
  commandNeeds: (command: string, option: string, example: string) => `${command} needs ${option}: ${example}`,
  inCluster: (option: string) => `${option} is about a cluster: --no-cluster excludes it`,
  noOperand: (command: string, operand: string) => `${command} takes no operand: "${operand}"`,
  namespaceOperand: (operand: string) => `audit takes no operand: "${operand}"; --namespace names a namespace`,
  noNamespace: (written: string) => `"${written}" is no name of a namespace`,
  noVersion: (written: string) => `"${written}" is no Kubernetes version: write it like 1.34`,
  stagedInput: "--staged does not read standard input",
  oneOutput: "only one --format can go to standard output: write the others to files, --format NAME=FILE",
  formatFile: (format: string) => `--format ${format}= needs a file`,
  formatsOf: (option: string, format: string) => `${option} is written as text or json, not as ${format}`,
  cannotWrite: (file: string, reason: string) => `cannot write ${file}: ${reason}`,
  cannotListen: (reason: string) => `cannot listen: ${reason}`,
  oneRule: (more: string) => `explain takes one rule: "${more}" is one too many`,
  generateWhat: (known: readonly string[]) => `generate what? There is: ${known.join(", ")}`,
  generateUnknown: (what: string, near: string | undefined, known: readonly string[]) =>
    `generate knows no "${what}"${near === undefined ? `; there is: ${known.join(", ")}` : didYouMean.en(near)}`,
  needsCertificate: "serve needs a certificate: --tls-cert FILE --tls-key FILE, or --tls-self-managed",
  address: "HOST:PORT",
  place: "NAMESPACE/NAME",
  duration: "a duration such as 5s or 500ms",
  interval: "a time from 1s on, as 90s, 10m or 1h",
  longest: (option: string, most: string) => `${option} is at most ${most}`,
  shard: (written: string, index: string | null) =>
    `--shard is I/N with I from 1 to N, as 3/8, not "${written}"${index === null ? "" : `, with JOB_COMPLETION_INDEX ${index}`}`,
  noIndex: "--shard auto/N is for the pods of an Indexed Job: JOB_COMPLETION_INDEX is not set",
  auditMemory: (megabytes: number) => `the audit needs more than ${megabytes} MB: audit in parts, --shard I/N`,
  needsImage: "verify needs an image: paddlock verify registry.example.com/app:1.2.3",
  policyOrAuthority: "--policy names a policy of the configuration, which --key and --identity take the place of",
  identityAndIssuer: "--identity and --issuer go together: anybody may have the same name elsewhere",
  noPolicies: "there is no signature policy: give --key, or --identity and --issuer, or --config with signatures",
  noPolicy: (name: string, near: string | undefined) => `there is no signature policy "${name}"${didYouMean.en(near)}`,
  /** Before the trace. */
  bug: "this is a bug of paddlock, please report it",
};

const zh: typeof en = {
  unknownCommand: (name, near) => `未知命令 "${name}"${didYouMean.zh(near)}`,
  unknownOption: (option, near) => `未知选项 ${option}${didYouMean.zh(near)}`,
  unknownRule: (rule, near) => `未知的规则 "${rule}"${didYouMean.zh(near)}`,
  takesNoValue: (option) => `${option} 不接受取值`,
  needsValue: (option, value) => `${option} 需要一个值：${option} ${value}`,
  choice: (option, choices, written, near) =>
    `${option} 只能是 ${choices.join("、")} 之一，而不是 "${written}"${didYouMean.zh(near)}`,
  form: (option, form, written) => `${option} 应为${form}，而不是 "${written}"`,
  exclude: (one, other) => `${one} 与 ${other} 不能同时使用`,
  goesWith: (option, other) => `${option} 只能与 ${other} 一起使用`,
  needs: (option, other) => `${option} 还需要 ${other}`,
  commandNeeds: (command, option, example) => `${command} 需要 ${option}：${example}`,
  inCluster: (option) => `${option} 需要访问集群，不能与 --no-cluster 同时使用`,
  noOperand: (command, operand) => `${command} 不接受位置参数："${operand}"`,
  namespaceOperand: (operand) => `audit 不接受位置参数："${operand}"；请用 --namespace 指定命名空间`,
  noNamespace: (written) => `"${written}" 不是有效的命名空间名称`,
  noVersion: (written) => `"${written}" 不是 Kubernetes 版本，格式应为 1.34`,
  stagedInput: "--staged 不读取标准输入",
  oneOutput: "只能有一个 --format 写到标准输出，其余请写入文件：--format NAME=FILE",
  formatFile: (format) => `--format ${format}= 后缺少文件名`,
  formatsOf: (option, format) => `${option} 只能输出为 text 或 json，而不是 ${format}`,
  cannotWrite: (file, reason) => `无法写入 ${file}：${reason}`,
  cannotListen: (reason) => `无法监听：${reason}`,
  oneRule: (more) => `explain 只接受一条规则，多余的参数："${more}"`,
  generateWhat: (known) => `请指定要生成的内容：${known.join("、")}`,
  generateUnknown: (what, near, known) =>
    `generate 无法生成 "${what}"${near === undefined ? `，可用的有：${known.join("、")}` : didYouMean.zh(near)}`,
  needsCertificate: "serve 需要证书：请指定 --tls-cert FILE --tls-key FILE，或 --tls-self-managed",
  address: " HOST:PORT",
  place: " NAMESPACE/NAME",
  duration: "时长，如 5s 或 500ms",
  interval: "不短于 1s 的时长，如 90s、10m 或 1h",
  longest: (option, most) => `${option} 最长 ${most}`,
  shard: (written, index) =>
    `--shard 应为 I/N，I 从 1 到 N，如 3/8，而不是 "${written}"${index === null ? "" : `（JOB_COMPLETION_INDEX 为 ${index}）`}`,
  noIndex: "--shard auto/N 用于 Indexed Job 的 Pod：未设置 JOB_COMPLETION_INDEX",
  auditMemory: (megabytes) => `检查所需内存超过 ${megabytes} MB，请分片进行：--shard I/N`,
  needsImage: "请指定镜像：paddlock verify registry.example.com/app:1.2.3",
  policyOrAuthority: "--policy 指定配置中的策略，不能与代替它的 --key、--identity 同时使用",
  identityAndIssuer: "--identity 与 --issuer 必须一起使用：其他签发方也可能签发同名身份",
  noPolicies: "没有签名策略：请指定 --key，或 --identity 与 --issuer，或用 --config 指定含 signatures 的配置",
  noPolicy: (name, near) => `没有名为 "${name}" 的签名策略${didYouMean.zh(near)}`,
  bug: "这是 paddlock 的缺陷，请反馈给我们",
};

export type UsageWords = typeof en;
export const usageWords: Words<typeof en> = { en, zh };
