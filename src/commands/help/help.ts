import type { Language, Words } from "../../messages/language.ts";
import { textWidth } from "../../reporters/width.ts";
import { wrap } from "../../reporters/wrap.ts";
import { loadCatalogue } from "../../rules/catalogue.ts";
import { auditOptions } from "../audit/audit-options.ts";
import { checkOptions } from "../check/check-options.ts";
import { enforceOptions } from "../enforce/enforce-options.ts";
import { exemptOptions } from "../exempt/exempt-options.ts";
import { explainOptions } from "../explain/explain-options.ts";
import { staticAdmissionOptions } from "../generate/generate-static-admission-options.ts";
import { initOptions } from "../init/init-options.ts";
import { serveOptions } from "../serve/serve-options.ts";
import type { OptionSpecs } from "../usage.ts";
import { verifyOptions } from "../verify/verify-options.ts";

type Status = "findings" | "done" | "followed" | "verified" | "answered";

/** By its words: `generate static-admission` is what `generate` makes. */
interface CommandHelp extends Words<string> {
  readonly usage: string;
  readonly options: OptionSpecs;
  readonly examples: readonly string[];
  /** What its exit statuses mean. */
  readonly status: Status;
  /** Whether it is told which rules. */
  readonly takesRules?: true;
}

const commands: { readonly [name: string]: CommandHelp } = {
  check: {
    usage: "paddlock check [PATH…] [OPTION…]",
    options: checkOptions,
    status: "findings",
    takesRules: true,
    examples: [
      "paddlock check deploy/",
      "paddlock check --staged",
      "paddlock check charts/ocr --values prod.yaml --profile strict",
      "helm template . | paddlock check -",
      "paddlock check . --format text --format sarif=paddlock.sarif",
    ],
    en: "judges files, directories, globs, charts, kustomizations, or - for standard input; default: this directory",
    zh: "检查文件、目录、通配路径、Helm Chart、kustomization，- 表示标准输入；默认检查当前目录",
  },
  explain: {
    usage: "paddlock explain [RULE] [OPTION…]",
    options: explainOptions,
    status: "done",
    takesRules: true,
    examples: ["paddlock explain", "paddlock explain model-volume --lang zh"],
    en: "what a rule asks, why, and how to fix it, with a good and a bad example; without RULE the catalogue",
    zh: "说明规则的要求、原因和修复方法，附正反示例；不写规则名时列出全部规则",
  },
  serve: {
    usage: "paddlock serve [OPTION…]",
    options: serveOptions,
    status: "answered",
    examples: [
      "paddlock serve --config paddlock.yaml --tls-cert tls.crt --tls-key tls.key",
      "paddlock serve --no-cluster --listen 127.0.0.1:0 --tls-cert tls.crt --tls-key tls.key --log-level warn",
      "paddlock serve --tls-self-managed --tls-secret paddlock-system/paddlock-ca --service paddlock-system/paddlock --webhook-configuration paddlock --metrics-listen 0.0.0.0:9443",
    ],
    en: "the admission webhook: POST /validate and /imagereview, GET /healthz, /readyz and /metrics; SIGHUP reloads",
    zh: "准入 webhook：POST /validate 和 /imagereview，GET /healthz、/readyz 和 /metrics；SIGHUP 重新加载配置",
  },
  audit: {
    usage: "paddlock audit [OPTION…]",
    options: auditOptions,
    status: "findings",
    takesRules: true,
    examples: [
      "paddlock audit",
      "paddlock audit --namespace ml --namespace ml-staging --profile strict",
      "paddlock audit --policy-reports --format json=audit.json",
      "paddlock audit --policy-reports --shard auto/8",
      "paddlock audit --preflight",
      "paddlock audit --watch --interval 30m --policy-reports",
      "kubectl paddlock audit -n ml",
      "kubectl paddlock audit --would-deny ml",
    ],
    en: "what already runs in the cluster: same rules, same report; with --policy-reports also reports in the cluster",
    zh: "检查集群中已在运行的工作负载：规则和报告与 check 相同；加 --policy-reports 时还会把报告写入集群",
  },
  enforce: {
    usage: "paddlock enforce NAMESPACE [OPTION…]",
    options: enforceOptions,
    status: "followed",
    examples: [
      "kubectl paddlock enforce ml --for 720h",
      "kubectl paddlock enforce ml --until 2027-01-31 --dry-run",
      "kubectl paddlock enforce ml --warn",
      "kubectl paddlock enforce ml --off --config-map paddlock-system/paddlock-config",
    ],
    en: "enforces a namespace from now on: says what that would stop, lets run on until a time what is there, and prints the values for helm",
    zh: "从现在起对命名空间启用强制：先说明会影响什么，现有工作负载可继续运行到指定时间，并打印 helm 的 values",
  },
  exempt: {
    usage: "paddlock exempt KIND/NAME --for TIME --reason TEXT [OPTION…]",
    options: exemptOptions,
    status: "done",
    examples: [
      'kubectl paddlock exempt deployment/ocr -n ml --for 2h --reason "hotfix, ticket 4711"',
      "kubectl paddlock exempt --list",
      "kubectl paddlock exempt --end deployment/ocr -n ml",
      'paddlock exempt paddlejob/train --namespace ml --for 30m --reason "restore" --config-map paddlock-system/paddlock-exemptions',
    ],
    en: "break-glass: lets in an object, and what its controllers make of it, until the record ends; every use is recorded",
    zh: "应急放行：在记录到期之前放行某个对象及其控制器创建的对象；每次放行都会留下记录",
  },
  verify: {
    usage: "paddlock verify IMAGE… [OPTION…]",
    options: verifyOptions,
    status: "verified",
    examples: [
      "paddlock verify registry.example.com/paddleocr:3.2.0",
      "paddlock verify registry.example.com/paddleocr@sha256:… --policy ours --format json",
      "paddlock verify registry.example.com/paddleocr:3.2.0 --key cosign.pub",
      "paddlock verify ghcr.io/example/app:1.0.0 --identity ci@example.com --issuer https://accounts.google.com",
    ],
    en: "who signed an image, and whether the signature policies trust them",
    zh: "查看镜像由谁签名、是否满足签名策略",
  },
  "generate static-admission": {
    usage: "paddlock generate static-admission --url URL --ca FILE [OPTION…]",
    options: staticAdmissionOptions,
    status: "done",
    examples: [
      "paddlock generate static-admission --url https://127.0.0.1:8443 --ca ca.crt --config paddlock.yaml",
      "paddlock generate static-admission --url https://127.0.0.1:8443 --ca ca.crt --tls-cert tls.crt --fail --output out --force",
      "paddlock generate static-admission --url https://paddlock.example.com --ca ca.crt --exclude-namespace kube-flannel",
    ],
    en: "files with which an API server of Kubernetes 1.37 asks the webhook from its start, which nobody can take away through the API",
    zh: "生成 Kubernetes 1.37 API server 的启动文件：从启动起就调用 webhook，且无法通过 API 移除",
  },
  init: {
    usage: "paddlock init [OPTION…]",
    options: initOptions,
    status: "done",
    examples: ["paddlock init"],
    en: "writes the configuration, the pre-commit entry and the CI snippet for what it finds; never overwrites",
    zh: "根据仓库内容生成配置、pre-commit 条目和 CI 片段；不会覆盖已有文件",
  },
};

const en = {
  about: "Paddlock judges PaddlePaddle workloads on Kubernetes.",
  commands: "Commands:",
  command: "COMMAND",
  options: "Options:",
  examples: "Examples:",
  more: (commands: readonly string[]) => `${commands.map((each) => `paddlock ${each} --help`).join(", ")} tells more.`,
  status: {
    findings: "Exit status: 0 nothing found, 1 findings, 2 something could not be judged.",
    done: "Exit status: 0 done, 2 not done.",
    followed: "Exit status: 0 done, 1 written but the webhook's entries do not follow, 2 not done.",
    verified: "Exit status: 0 verified, 1 not verified, 2 could not be found out.",
    answered: "Exit status: 0 every review was answered, 2 one was not, or it could not start.",
  },
  rules: (ids: readonly string[]) => `Rules: ${ids.join(", ")}`,
};
const zh: typeof en = {
  about: "Paddlock 检查 Kubernetes 上的 PaddlePaddle 工作负载。",
  commands: "命令：",
  command: "命令",
  options: "选项：",
  examples: "示例：",
  more: (commands) => `${commands.map((each) => `paddlock ${each} --help`).join("、")} 查看详情。`,
  status: {
    findings: "退出码：0 未发现问题，1 发现问题，2 存在无法判定的内容。",
    done: "退出码：0 已完成，2 未完成。",
    followed: "退出码：0 完成，1 已写入但 webhook 的条目未跟上，2 未完成。",
    verified: "退出码：0 通过验证，1 未通过验证，2 无法查明。",
    answered: "退出码：0 所有请求均已应答，2 有请求未应答或无法启动。",
  },
  rules: (ids) => `规则：${ids.join("、")}`,
};
const words: Words<typeof en> = { en, zh };

/** Of a line, what stands before the descriptions of options takes no more than this part. */
const headShare = 0.4;

/**
 * The help of the command that a command line begins with, of all that begin with its first word, or of all.
 * @param columns cells of a line; usages and examples are longer where they must be, so that they can be copied
 */
export function helpText([first = "", second = ""]: readonly string[], language: Language, columns: number): string {
  const own = commandNamed(`${first} ${second}`) ?? commandNamed(first);
  const lines = own === undefined ? overview(first, language, columns) : commandHelp(own, language, columns);
  return `${lines.join("\n")}\n`;
}

function overview(first: string, language: Language, columns: number): readonly string[] {
  const say = words[language];
  const below = Object.entries(commands).filter(([name]) => name.startsWith(`${first} `));
  const listed = below.length > 0 ? below : Object.entries(commands);
  const more = below.length > 0 ? below.map(([name]) => name) : [say.command];
  const statuses = new Set(below.map(([, { status }]) => status));
  return [
    ...wrap(say.about, columns),
    "",
    say.commands,
    ...listed.flatMap(([, each]) => [`  ${each.usage}`, ...indented(each[language], 6, columns)]),
    "",
    ...[...(below.length > 0 ? statuses : ["findings" as const])].flatMap((each) => wrap(say.status[each], columns)),
    ...wrap(say.more(more), columns),
  ];
}

function commandHelp(own: CommandHelp, language: Language, columns: number): readonly string[] {
  const say = words[language];
  const rules = own.takesRules ? loadCatalogue().rules.map(({ id }) => id) : [];
  return [
    own.usage,
    ...wrap(own[language], columns),
    "",
    say.options,
    ...optionLines(own.options, language, columns),
    "",
    say.examples,
    ...own.examples.map((example) => `  ${example}`),
    "",
    ...(rules.length > 0 ? wrap(say.rules(rules), columns) : []),
    ...wrap(say.status[own.status], columns),
  ];
}

/** Each option with its description beside it, or below it where its name takes too much of the line. */
function optionLines(options: OptionSpecs, language: Language, columns: number): readonly string[] {
  const heads = Object.entries(options).map(([name, spec]): [string, string] => [
    `  ${spec.short === undefined ? "" : `-${spec.short}, `}--${name}${spec.value === undefined ? "" : ` ${spec.value}`}  `,
    spec[language],
  ]);
  const most = Math.floor(columns * headShare);
  const column = Math.max(8, ...heads.map(([head]) => textWidth(head)).filter((width) => width <= most));
  return heads.flatMap(([head, text]) => {
    const lines = indented(text, column, columns);
    if (textWidth(head) > column) return [head.trimEnd(), ...lines];
    const [beside = "", ...rest] = lines;
    return [`${head}${beside.slice(textWidth(head))}`, ...rest];
  });
}

function indented(text: string, indent: number, columns: number): readonly string[] {
  return wrap(text, columns - indent).map((line) => `${" ".repeat(indent)}${line}`);
}

function commandNamed(name: string): CommandHelp | undefined {
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}
