import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { explainCatalogue, explainRule } from "../../src/commands/explain/explain.ts";
import type { Language } from "../../src/messages/language.ts";
import { printable } from "../../src/reporters/printable.ts";
import { textWidth } from "../../src/reporters/width.ts";
import { exampleOf } from "../../src/rules/example.ts";
import type { Catalogue, RuleMetadata, RuleText } from "../../src/rules/metadata.ts";
import { changedParameters, levelOf, parametersOf } from "../../src/rules/parameters.ts";
import { rulePage, ruleTable } from "../../tools/generate/rule-pages.ts";
import { expectGolden } from "../golden.ts";

const GOLDEN = join(import.meta.dirname, "golden");

const METADATA: RuleMetadata = {
  id: "probe-delays",
  category: "health",
  scope: "paddle",
  needs: [],
  ownedPods: "deny",
  mendedLater: [],
  level: "error",
  parameters: {
    minStartupSeconds: { type: "integer", minimum: 0, default: 60, description: "" },
    slowImages: { type: "array", items: { type: "string" }, default: ["*llm*", "*-vl*"], description: "" },
    readinessDelay: { enum: ["info", "warning"], default: "info", description: "" },
  },
  references: [{ url: "https://kubernetes.io/docs/concepts/workloads/pods/probes/", title: "Kubernetes: probes" }],
};

const TEXTS: { readonly [language in Language]: RuleText } = {
  en: {
    title: "Probes leave a model the time to load",
    rationale:
      "A model loads for\ntens of seconds. A probe that gives up <earlier> kills the container | again and again.",
    message: "{budget} s are too few",
    remedy: "Add a startupProbe of at least {required} s:\n\n  startupProbe:\n    failureThreshold: 30",
    cases: {},
    parameters: { minStartupSeconds: "Seconds that a\nserver needs.", slowImages: "Globs.", readinessDelay: "Level." },
  },
  zh: {
    title: "探针应为模型加载留足时间",
    rationale: "模型加载需要\n几十秒，探针过早放弃会让容器 | 反复被 <终止>。",
    message: "{budget} 秒太短",
    remedy: "添加不少于 {required} 秒的 startupProbe：\n\n  startupProbe:\n    failureThreshold: 30",
    cases: {},
    parameters: { minStartupSeconds: "服务启动所需\n的秒数。", slowImages: "通配符。", readinessDelay: "级别。" },
  },
};

const CATALOGUE: Catalogue = {
  rules: [METADATA, { ...METADATA, id: "cpu-memory-resources", scope: "workload", level: "warning", parameters: {} }],
  profiles: {
    baseline: { "probe-delays": { level: "off", parameters: {} } },
    recommended: {
      "probe-delays": { level: "as written", parameters: { minStartupSeconds: 60, slowImages: ["*llm*", "*-vl*"] } },
      "cpu-memory-resources": { level: "as written", parameters: {} },
    },
    strict: {
      "probe-delays": { level: "as written", parameters: { readinessDelay: "warning", slowImages: [] } },
      "cpu-memory-resources": { level: "error", parameters: {} },
    },
  },
};

const FIXTURE = `---
# the first document is fine
kind: ConfigMap
---

kind: Deployment
spec:
  livenessProbe:
    initialDelaySeconds: 5 # 太短
---
kind: Service
`;
const LIVENESS = { line: 8, column: 3, endLine: 8, endColumn: 16 };
const EXAMPLES = {
  good: exampleOf("---\nkind: Deployment\nspec:\n  startupProbe: {failureThreshold: 30}\n---\nkind: Service\n", []),
  bad: exampleOf(FIXTURE, [
    { level: "error", outcome: "violation", message: "15 s are too few \u001b[31m", ...LIVENESS },
    {
      level: "warning",
      outcome: "violation",
      message: "starts after 5 s",
      line: 9,
      column: 5,
      endLine: 9,
      endColumn: 27,
    },
    {
      level: "info",
      outcome: "not-judged",
      message: "of another document",
      line: 11,
      column: 1,
      endLine: 11,
      endColumn: 5,
    },
  ]),
};

function explained(language: Language, columns: number): string {
  const text = TEXTS[language];
  const { profiles } = CATALOGUE;
  const url = "https://docs.example/rules/probe-delays";
  const pieces = explainRule({
    metadata: METADATA,
    text,
    profiles,
    examples: EXAMPLES,
    url,
    language,
    columns,
    colour: null,
  });
  return [...pieces].join("");
}

describe("exampleOf", () => {
  it("cuts out the document with the finding and counts its lines anew", () => {
    expect(EXAMPLES.bad.text).toBe("kind: Deployment\nspec:\n  livenessProbe:\n    initialDelaySeconds: 5 # 太短");
    expect(EXAMPLES.bad.findings.map(({ line, endLine }) => [line, endLine])).toEqual([
      [3, 3],
      [4, 4],
    ]);
  });

  it("keeps all documents of a good example", () => {
    expect(EXAMPLES.good.text).toContain("\n---\nkind: Service");
    expect(EXAMPLES.good.text.startsWith("kind: Deployment")).toBe(true);
  });
});

describe("parameters", () => {
  it("describes types and defaults", () => {
    expect(parametersOf(METADATA, "en").map(({ type, preset }) => [type, preset])).toEqual([
      ["integer", "60"],
      ["list of string", '["*llm*", "*-vl*"]'],
      ["info | warning", '"info"'],
    ]);
    expect(parametersOf(METADATA, "zh")[1]?.type).toBe("列表（string）");
  });

  it("tells what a profile changes, and its level", () => {
    const { baseline, recommended, strict } = CATALOGUE.profiles;
    expect(changedParameters(METADATA, recommended["probe-delays"])).toEqual([]);
    expect(changedParameters(METADATA, strict["probe-delays"])).toEqual([
      'readinessDelay: "warning"',
      "slowImages: []",
    ]);
    expect([baseline, recommended, strict].map((profile) => levelOf(METADATA, profile["probe-delays"]))).toEqual([
      "off",
      "error",
      "error",
    ]);
    expect(levelOf(METADATA, undefined)).toBe("off");
  });
});

describe.each(["en", "zh"] as const)("in %s", (language) => {
  it.each([80, 40])("explains a rule on %i columns", (columns) => {
    const text = explained(language, columns);
    expectGolden(join(GOLDEN, `explain.${language}.${columns}.txt`), text);
    expect(text.split("\n").map(printable)).toEqual(text.split("\n"));
  });

  it.each([100, 60])("lists the catalogue on %i columns", (columns) => {
    const text = [
      ...explainCatalogue({
        catalogue: CATALOGUE,
        texts: { "probe-delays": TEXTS[language] },
        language,
        columns,
        colour: null,
      }),
    ].join("");
    expectGolden(join(GOLDEN, `catalogue.${language}.${columns}.txt`), text);
    for (const line of text.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(columns);
  });

  it("writes the page of a rule, and the table of all", () => {
    const page = rulePage({
      metadata: METADATA,
      text: TEXTS[language],
      profiles: CATALOGUE.profiles,
      examples: EXAMPLES,
      language,
    });
    const table = ruleTable(CATALOGUE, { "probe-delays": TEXTS[language] }, language, "docs/rules");
    expectGolden(join(GOLDEN, `page.${language}.md`), `${page}\n${table}\n`);
    expect(page).toContain("&lt;");
  });
});

it("does without examples and without a page", () => {
  const { profiles } = CATALOGUE;
  const bare = {
    metadata: METADATA,
    text: TEXTS.en,
    profiles,
    examples: { good: null, bad: null },
    language: "en",
  } as const;
  const text = [...explainRule({ ...bare, url: null, columns: 80, colour: null })].join("");
  expect(text).not.toMatch(/example|Page/);
  expect(rulePage(bare)).not.toContain("example");
});
