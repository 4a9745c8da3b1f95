import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { wordsOfRule } from "../../tools/policies/words.ts";

const scratch: string[] = [];

afterEach(() => {
  for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true });
});

const REGO = `package paddlock.rules.health.sleep

# "commented" is no case.
violations contains result.fail_case("short", ["spec"], {"seconds": 1})
violations contains result.fail_level("info", "long", ["spec"], {}) if input.workload
`;
const EN = `title: Sleeps enough
rationale: |
  Two lines
  of one text.
message: it sleeps {seconds} seconds
remedy: Sleep longer.
cases:
  short:
    message: only {seconds} seconds
  long:
    remedy: Wake up.
parameters:
  least: The least number of seconds.
`;
const ZH = `title: 睡眠充足
rationale: |
  一段话，
  分成两行。
message: 只睡 {seconds} 秒
remedy: 多睡一会儿。
cases:
  short:
    message: 仅 {seconds} 秒
  long:
    remedy: 该起床了。
parameters:
  least: 最少秒数。
`;

function wordsFrom(
  en: string,
  zh: string,
  { parameters = ["least"], computedCases = [] as string[], rego = REGO } = {},
) {
  const parent = mkdtempSync(join(tmpdir(), "paddlock-words-"));
  scratch.push(parent);
  const folder = join(parent, "sleep");
  mkdirSync(folder);
  writeFileSync(join(folder, "sleep.rego"), rego);
  writeFileSync(join(folder, "words.en.yaml"), en);
  writeFileSync(join(folder, "words.zh.yaml"), zh);
  return wordsOfRule(folder, { parameters, computedCases });
}

describe("the words of a rule", () => {
  it("are those of both files, in lines as they are read", () => {
    expect(wordsFrom(EN, ZH)).toEqual({
      en: {
        title: "Sleeps enough",
        rationale: "Two lines of one text.\n",
        message: "it sleeps {seconds} seconds",
        remedy: "Sleep longer.",
        cases: { long: { remedy: "Wake up." }, short: { message: "only {seconds} seconds" } },
        parameters: { least: "The least number of seconds." },
      },
      zh: {
        title: "睡眠充足",
        rationale: "一段话，分成两行。\n",
        message: "只睡 {seconds} 秒",
        remedy: "多睡一会儿。",
        cases: { long: { remedy: "该起床了。" }, short: { message: "仅 {seconds} 秒" } },
        parameters: { least: "最少秒数。" },
      },
    });
  });

  it.each([
    [
      "a case that one language lacks",
      EN,
      ZH.replace(/ {2}long:\n.*\n/, ""),
      "sleep/words.zh.yaml: cases: long is missing",
    ],
    [
      "a case that one language has alone",
      EN,
      ZH.replace("long:", "lang:\n    remedy: 好。\n  long:"),
      "there is no lang",
    ],
    ["a fact that one language leaves out", EN, ZH.replace("仅 {seconds} 秒", "太短"), "short: its message names"],
    [
      "a general fact that differs",
      EN,
      ZH.replace("只睡 {seconds}", "只睡 {minutes}"),
      "names {minutes}, in English {seconds}",
    ],
    [
      "a remedy in one language alone",
      EN,
      ZH.replace("    message: 仅", "    remedy: 好。\n    message: 仅"),
      "short: its remedy names",
    ],
    [
      "a parameter without a meaning",
      EN,
      ZH.replace("least:", "most:"),
      "sleep/words.zh.yaml: parameters: least is missing",
    ],
    ["a key that is none", `${EN}tone: kind\n`, ZH, "sleep/words.en.yaml must NOT have additional properties"],
    ["no rationale", EN.replace(/rationale:[\s\S]*?message/, "message"), ZH, "must have required property 'rationale'"],
  ])("refuse %s", (_, en, zh, said) => {
    expect(() => wordsFrom(en, zh)).toThrow(said);
  });

  it("refuse a case that the Rego does not name, a comment does not count", () => {
    const more = "cases:\n  commented:\n    message: x\n";
    expect(() => wordsFrom(EN.replace("cases:\n", more), ZH.replace("cases:\n", more))).toThrow(
      "sleep: its Rego names no case commented",
    );
    const computed = { computedCases: ["commented"] };
    expect(wordsFrom(EN.replace("cases:\n", more), ZH.replace("cases:\n", more), computed).en.cases).toHaveProperty(
      "commented",
    );
  });

  it.each([
    ["the Rego names", { rego: `${REGO}other := result.not_judged("unseen", [], {})` }, "the case unseen has no words"],
    ["is said to be computed", { computedCases: ["guessed"] }, "the case guessed has no words"],
  ])("refuse to be without a case that %s", (_, options, said) => {
    expect(() => wordsFrom(EN, ZH, options)).toThrow(said);
  });
});
