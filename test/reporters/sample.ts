import type { Finding } from "../../src/findings/finding.ts";
import type { FindingSequence, Report } from "../../src/findings/report.ts";
import type { Language } from "../../src/messages/language.ts";
import type { Notification } from "../../src/messages/notification.ts";
import type { ReportContext } from "../../src/reporters/reporter.ts";
import type { RuleMetadata, RuleText } from "../../src/rules/metadata.ts";

/** Findings in memory, encoded in two chunks so that the joint between chunks is tried too. */
export function sequence(findings: readonly Finding[]): FindingSequence {
  const encoder = new TextEncoder();
  const half = Math.ceil(findings.length / 2);
  return {
    length: findings.length,
    *[Symbol.iterator]() {
      yield* findings;
    },
    *json() {
      for (const part of [findings.slice(0, half), [], findings.slice(half)]) {
        yield encoder.encode(JSON.stringify(part).slice(1, -1));
      }
    },
  };
}

export function report(findings: readonly Finding[], over: Partial<Report> = {}): Report {
  const of = (level: string): number =>
    findings.filter((finding) => finding.outcome === "violation" && finding.level === level).length;
  const outcome = (name: string): number => findings.filter((finding) => finding.outcome === name).length;
  return {
    schemaVersion: 1,
    tool: { name: "paddlock", version: "0.1.0" },
    profile: "recommended",
    summary: {
      files: 3,
      documents: 5,
      workloads: 4,
      rules: 9,
      passedOver: 1,
      unreadable: 0,
      errors: of("error"),
      warnings: of("warning"),
      infos: of("info"),
      notJudged: outcome("not-judged"),
      waived: outcome("waived"),
      baselined: outcome("baselined"),
      coverage: { byRow: 2, byShape: 1, notJudged: 1, kinds: ["example.com/Pipeline", "example.com/Robot"] },
      durationMs: 41,
    },
    findings: sequence(findings),
    notifications: [],
    skippedRules: [{ rule: "signed-image", reason: "no signature policy" }],
    ...over,
  };
}

/** A finding about the text `needle` of a file, whose region is looked up. */
export function finding(
  file: string,
  needle: string,
  { rule, ...over }: Partial<Finding> & Pick<Finding, "rule">,
): Finding {
  const text = SOURCES[file] ?? "";
  const at = text.indexOf(needle);
  if (at < 0) throw new Error(`${needle} is not in ${file}`);
  const before = text.slice(0, at).split("\n");
  const lines = needle.split("\n");
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  return {
    rule,
    level: "error",
    outcome: "violation",
    message: `something is wrong with ${needle}`,
    remedy: "",
    url: `https://docs.example/rules/${rule}`,
    file,
    line,
    column,
    endLine: line + lines.length - 1,
    endColumn: lines.length === 1 ? column + needle.length : (lines.at(-1)?.length ?? 0) + 1,
    path: "spec",
    resource: { apiVersion: "apps/v1", kind: "Deployment", namespace: null, name: "ocr" },
    container: null,
    args: {},
    fingerprint: `${rule}-${line}-${column}`,
    ...over,
  };
}

const OCR = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: paddle-ocr-service
  namespace: ai-inference
spec:
  template:
    metadata:
      labels:
        app: paddle-ocr
    spec:
      containers:
        - name: ocr-engine
          image: registry.example.com/paddle-ocr:v2.6-gpu
          command: ["sh", "-c", "echo 启动 && exec python3 serve.py --模型目录 /models/ch_PP-OCRv4_server_det --port 8080 --workers 4 --log-level info"]
          resources:
            limits: {nvidia.com/gpu: 1}
        - name: 预热
          image: registry.example.com/预热/镜像:latest # 预热容器
          args:
            - |
              set -e
              curl -O https://models.example/det.tar
              tar xf det.tar
              echo done
              sleep 1
          volumeMounts:
\t\t\t- {name: m, mountPath: /models}
      volumes:
        - name: model-storage
          persistentVolumeClaim:
            claimName: pvc-model-store
`;

const HOSTILE = `apiVersion: batch.paddlepaddle.org/v1
kind: PaddleJob
metadata: {name: "a]]>b\u001b[31mred", namespace: "<ml>&\\"'"}
spec:
  worker:
    template:
      spec:
        containers:
          - image: "evil\u001b]0;title\u0007\u202etxt.exe:latest"
`;

function job(index: number, containers: number): string {
  const items = Array.from(
    { length: containers },
    (_, at) => `    - name: c${at}\n      image: paddle:job-${index}-${at}\n`,
  );
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: job-${index}}\nspec:\n  containers:\n${items.join("")}`;
}

export const SOURCES: { readonly [file: string]: string | undefined } = {
  "deploy/ocr.yaml": OCR,
  "jobs/a b,c:%1.yaml": HOSTILE,
  ...Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [`many/${index}.yaml`, job(index, index === 0 ? 5 : 2)]),
  ),
};

const OCR_RESOURCE = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  namespace: "ai-inference",
  name: "paddle-ocr-service",
};
const ENGINE = { name: "ocr-engine", role: "container" };
const WARM_UP = { name: "预热", role: "initContainer" };
const HOSTILE_RESOURCE = {
  apiVersion: "batch.paddlepaddle.org/v1",
  kind: "PaddleJob",
  namespace: "<ml>&\"'",
  name: "a]]>b\u001b[31mred",
};
const HOSTILE_IMAGE = "evil\u001b]0;title\u0007\u202etxt.exe:latest";

interface Wording {
  readonly partial: string;
  readonly partialFix: string;
  readonly root: string;
  readonly rootFix: string;
  readonly network: string;
  readonly networkFix: string;
  readonly download: string;
  readonly downloadFix: string;
  readonly floating: string;
  readonly claim: string;
  readonly claimFix: string;
  readonly readOnly: string;
}

const WORDING: { readonly [language in Language]: Wording } = {
  en: {
    partial:
      'image "registry.example.com/paddle-ocr:v2.6-gpu" names a series (2.6), so what runs changes with the next patch release',
    partialFix: "Name a full version, or better the digest that you tested: registry.example.com/paddle-ocr@sha256:….",
    root: "nothing keeps this container from running as root: neither it nor its pod sets runAsNonRoot or runAsUser",
    rootFix:
      "Set it on the pod, and give Paddle a home that it may write to:\n\n  securityContext: {runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001}\n  env: [{name: PADDLE_PDX_CACHE_HOME, value: /cache}]",
    network: "no NetworkPolicy of the namespace selects these pods, so every pod of the cluster may call them",
    networkFix: "Add a NetworkPolicy whose podSelector matches these labels and whose policyTypes hold Ingress.",
    download: "the model is downloaded at start to a path that no claim keeps",
    downloadFix: "Put the model on a PersistentVolumeClaim and mount it.",
    floating: 'image "{image}" floats: tomorrow the same manifest runs something else',
    claim: 'claim "pvc-model-store" is not among the documents of this run, so whether it fits could not be judged',
    claimFix: "Give its manifest with --with.",
    readOnly: "the mount of the models is writable",
  },
  zh: {
    partial:
      "镜像 registry.example.com/paddle-ocr:v2.6-gpu 只写到系列号 2.6，下一个补丁版本发布后实际运行的内容会随之改变",
    partialFix: "写明完整版本号，最好固定到测试过的摘要：registry.example.com/paddle-ocr@sha256:…。",
    root: "容器可能以 root 身份运行：容器和 Pod 都没有设置 runAsNonRoot 或 runAsUser",
    rootFix:
      "在 Pod 上设置以下内容，并为 Paddle 提供可写的主目录：\n\n  securityContext: {runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001}\n  env: [{name: PADDLE_PDX_CACHE_HOME, value: /cache}]",
    network: "命名空间内没有任何 NetworkPolicy 选中这些 Pod，集群中的所有 Pod 都可以访问它们",
    networkFix: "新增一条 NetworkPolicy，podSelector 匹配上述标签，policyTypes 包含 Ingress。",
    download: "启动时下载模型，而目标路径不在任何 PVC 上",
    downloadFix: "将模型放到 PersistentVolumeClaim 上并挂载。",
    floating: "镜像 {image} 使用浮动标签，同一份清单明天拉取到的可能是另一个镜像",
    claim: "本次检查的文档中没有 PVC pvc-model-store，无法判断它是否符合要求",
    claimFix: "用 --with 指定它所在的清单。",
    readOnly: "模型卷以可写方式挂载",
  },
};

/** Findings of every level and outcome, with everything in them that a format could trip over. */
export function sampleFindings(language: Language): Finding[] {
  const words = WORDING[language];
  const floating = (image: string): string => words.floating.replace("{image}", image);
  const ocr = (needle: string, over: Partial<Finding> & Pick<Finding, "rule">): Finding =>
    finding("deploy/ocr.yaml", needle, { resource: OCR_RESOURCE, ...over });
  const hostile = (needle: string, over: Partial<Finding> & Pick<Finding, "rule">): Finding =>
    finding("jobs/a b,c:%1.yaml", needle, { resource: HOSTILE_RESOURCE, ...over });
  return [
    ocr("labels", {
      rule: "network-policy",
      message: words.network,
      remedy: words.networkFix,
      path: "spec.template.metadata.labels",
    }),
    ocr("name: ocr-engine", {
      rule: "run-as-non-root",
      message: words.root,
      remedy: words.rootFix,
      path: "spec.template.spec.containers[0]",
      container: ENGINE,
    }),
    ocr("registry.example.com/paddle-ocr:v2.6-gpu", {
      rule: "pinned-image",
      level: "warning",
      message: words.partial,
      remedy: words.partialFix,
      path: "spec.template.spec.containers[0].image",
      container: ENGINE,
      args: { image: "registry.example.com/paddle-ocr:v2.6-gpu", class: "partial" },
    }),
    ocr("--模型目录 /models/ch_PP-OCRv4_server_det", {
      rule: "model-volume",
      message: words.download,
      remedy: words.downloadFix,
      path: "spec.template.spec.containers[0].command[2]",
      container: ENGINE,
    }),
    ocr("{nvidia.com/gpu: 1}", {
      rule: "cpu-memory-resources",
      level: "warning",
      outcome: "waived",
      message: "no CPU request",
      path: 'spec.template.spec.containers[0].resources.limits["nvidia.com/gpu"]',
      container: ENGINE,
      waiver: { source: "comment", reason: "由调度器统一设置 ]]> --", expires: "2027-01-31" },
    }),
    ocr("name: 预热", {
      rule: "run-as-non-root",
      message: words.root,
      remedy: words.rootFix,
      path: "spec.template.spec.containers[1]",
      container: WARM_UP,
    }),
    ocr("registry.example.com/预热/镜像:latest", {
      rule: "pinned-image",
      message: floating("registry.example.com/预热/镜像:latest"),
      remedy: words.partialFix,
      path: "spec.template.spec.containers[1].image",
      container: WARM_UP,
      args: { image: "registry.example.com/预热/镜像:latest", class: "floating" },
    }),
    ocr(
      "|\n              set -e\n              curl -O https://models.example/det.tar\n              tar xf det.tar\n              echo done\n              sleep 1",
      {
        rule: "model-volume",
        message: words.download,
        remedy: words.downloadFix,
        path: "spec.template.spec.containers[1].args[0]",
        container: WARM_UP,
      },
    ),
    ocr("{name: m, mountPath: /models}", {
      rule: "model-volume",
      level: "info",
      message: words.readOnly,
      remedy: "readOnly: true",
      path: "spec.template.spec.containers[1].volumeMounts[0]",
      container: WARM_UP,
    }),
    ocr("pvc-model-store", {
      rule: "model-volume",
      level: "info",
      outcome: "not-judged",
      message: words.claim,
      remedy: words.claimFix,
      path: "spec.template.spec.volumes[0].persistentVolumeClaim.claimName",
      args: { claim: "pvc-model-store" },
    }),
    hostile("kind", {
      rule: "schema",
      level: "error",
      outcome: "baselined",
      message: "field is unknown",
      path: "kind",
    }),
    hostile("metadata", {
      rule: "run-as-non-root",
      outcome: "waived",
      message: words.root,
      path: "metadata.name",
      waiver: { source: "configuration", reason: 'legacy "team" <a@b>' },
    }),
    hostile(`"${HOSTILE_IMAGE}"`, {
      rule: "pinned-image",
      message: floating(HOSTILE_IMAGE),
      remedy: "|pipe| *star* `tick` <script>alert(1)</script> [a](b) @team #1\r\nsecond line\u2028third",
      path: "spec.worker.template.spec.containers[0].image",
      container: { name: "a\"<b>&'\u0000]]>", role: "container" },
      args: { image: HOSTILE_IMAGE },
    }),
    ...Array.from({ length: 8 }, (_, index) => index).flatMap((index) =>
      Array.from({ length: index === 0 ? 5 : 2 }, (_, at) =>
        finding(`many/${index}.yaml`, `paddle:job-${index}-${at}`, {
          rule: "pinned-image",
          message: floating(`paddle:job-${index}-${at}`),
          remedy: words.partialFix,
          path: `spec.containers[${at}].image`,
          resource: { apiVersion: "v1", kind: "Pod", namespace: null, name: `job-${index}` },
          container: { name: `c${at}`, role: "container" },
          args: { image: `paddle:job-${index}-${at}` },
          fingerprint: `many-${index}-${at}`,
        }),
      ),
    ),
  ];
}

export const NOTIFICATIONS: readonly Notification[] = [
  {
    level: "error",
    code: "yaml-syntax",
    message: "bad indentation of a mapping entry: \u001b[2J<&>",
    file: "b|ad.yaml",
    line: 3,
    column: 1,
  },
  { level: "error", code: "tool-missing", message: "helm is not installed: charts/ocr was not rendered" },
  {
    level: "warning",
    code: "duplicate-key",
    message: 'the key "name" stands twice; the last one counts',
    file: "deploy/ocr.yaml",
    line: 7,
    column: 5,
  },
  { level: "note", code: "kustomize-version", message: "kustomizations are rendered by kubectl 1.36" },
];

export function sample(language: Language): Report {
  const base = report(sampleFindings(language), { notifications: NOTIFICATIONS });
  return { ...base, summary: { ...base.summary, unreadable: 1 } };
}

export const RULES: readonly RuleMetadata[] = [
  ["pinned-image", "images", "error"],
  ["run-as-non-root", "security", "error"],
  ["gpu-requests-equal-limits", "resources", "error"],
  ["probe-delays", "health", "error"],
  ["model-volume", "models", "error"],
  ["network-policy", "network", "error"],
  ["cpu-memory-resources", "resources", "warning"],
  ["schema", "delivery", "error"],
].map(([id = "", category = "", level]) => ({
  id,
  category,
  scope: id === "schema" ? "object" : "workload",
  needs: [],
  ownedPods: "deny",
  mendedLater: [],
  level: level === "warning" ? "warning" : "error",
  parameters: {},
  references: [{ url: `https://kubernetes.io/docs/${id}/`, title: `About ${id}` }],
}));

export function ruleText(id: string): RuleText {
  return {
    title: `The ${id} rule`,
    rationale: `Why ${id} matters: "quotes" & <tags>.`,
    message: "message of {name}",
    remedy: `How to satisfy ${id}.`,
    cases: {},
    parameters: {},
  };
}

export function context(over: Partial<ReportContext> = {}): ReportContext {
  return {
    language: "en",
    command: "paddlock check",
    columns: 80,
    colour: null,
    failOn: "error",
    rules: RULES,
    rule: (id) => RULES.find((rule) => rule.id === id),
    ruleText,
    ruleUrl: (id) => `https://docs.example/rules/${id}`,
    sourceText: (file) => SOURCES[file],
    ...over,
  };
}

export function render(pieces: Iterable<string | Uint8Array>): string {
  return Buffer.concat([...pieces].map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece))).toString();
}
