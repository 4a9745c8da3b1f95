import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/findings/finding.ts";
import { Folding, messageShape } from "../../src/reporters/fold.ts";
import { githubReport } from "../../src/reporters/github.ts";
import { gitlabReport } from "../../src/reporters/gitlab.ts";
import { junitReport } from "../../src/reporters/junit.ts";
import { markdownReport } from "../../src/reporters/markdown.ts";
import { codeBlock, codeSpan, inlineMarkdown, remedyMarkdown } from "../../src/reporters/markdown-text.ts";
import { sarifReport } from "../../src/reporters/sarif.ts";
import { textReport } from "../../src/reporters/text.ts";
import { fileUri } from "../../src/reporters/uri.ts";
import { context, finding, render, report } from "./sample.ts";

function untagged(file: string, line: number, over: Partial<Finding> = {}): Finding {
  const image = `app-${line}`;
  return finding("deploy/ocr.yaml", "labels", {
    rule: "pinned-image",
    file,
    line,
    endLine: line,
    message: `image "${image}" has no tag`,
    args: { image },
    fingerprint: `${file}:${line}`,
    ...over,
  });
}

describe("folding", () => {
  it("sees the shape behind the facts", () => {
    expect(messageShape(untagged("a", 1), "en")).toBe(messageShape(untagged("b", 22), "en"));
    expect(messageShape(untagged("a", 1), "en")).not.toBe(messageShape(untagged("a", 1, { message: "other" }), "en"));
  });

  it("shows two of a file in full, of more the first, and only in three files", () => {
    const folding = new Folding("en");
    const lines = (): (readonly [number, number])[] =>
      folding.takeFile().map(({ first, folded }) => [first.line, folded] as const);
    for (const line of [1, 2]) folding.add(untagged("a", line));
    expect(lines()).toEqual([
      [1, 0],
      [2, 0],
    ]);
    for (const line of [1, 2, 3, 4]) folding.add(untagged("b", line));
    expect(lines()).toEqual([[1, 3]]);
    folding.add(untagged("c", 1));
    expect(lines()).toEqual([[1, 0]]);
    for (const line of [7, 8]) folding.add(untagged("d", line));
    folding.add(untagged("d", 9, { level: "warning" }));
    expect(lines()).toEqual([[9, 0]]);
    const [held, ...others] = [...folding.heldBack()];
    expect(others).toEqual([]);
    expect(held).toMatchObject({ first: { file: "d", line: 7 }, folded: 1, places: ["d:8"] });
  });

  it("counts every finding once, shown or not", () => {
    const findings = Array.from({ length: 400 }, (_, index) => untagged(`f${index >> 3}.yaml`, (index & 7) + 1));
    const text = render(textReport(report(findings), context()));
    const folded = [...text.matchAll(/and ([\d,]+) more like it/g)].map(([, count]) => Number(count?.replace(",", "")));
    const full = text.match(/\[pinned-image\]/g)?.length ?? 0;
    expect(full + folded.reduce((sum, count) => sum + count, 0)).toBe(400);
    expect(text.split("\n").length).toBeLessThan(80);
  });
});

describe("text", () => {
  it("says when there was nothing to judge", () => {
    const empty = report([]);
    const nothing = { ...empty, summary: { ...empty.summary, documents: 1, passedOver: 1, workloads: 0 } };
    expect(render(textReport(nothing, context()))).toMatch(/^Nothing to judge: no Kubernetes object was found\./);
    expect(render(textReport(nothing, context({ language: "zh" })))).toMatch(/^没有可检查的内容：/);
  });

  it("does not call a run clean that could not read everything", () => {
    const notifications = [{ level: "error", code: "invalid-utf8", message: "not UTF-8", file: "x.yaml" }] as const;
    const text = render(textReport(report([], { notifications }), context()));
    expect(text).toContain("Not everything could be judged.");
    expect(text).not.toContain("Nothing to say");
  });

  it("names what was not judged in a run that found nothing else", () => {
    const unknown = untagged("a", 1, { outcome: "not-judged", level: "info" });
    expect(render(textReport(report([unknown]), context()))).toContain("Nothing to say. 1 not judged.");
  });

  it("counts notices of one kind that are too many", () => {
    const notifications = Array.from({ length: 60 }, (_, index) => ({
      level: "warning" as const,
      code: "duplicate-key",
      message: `key ${index} stands twice`,
    }));
    const text = render(textReport(report([], { notifications }), context()));
    expect(text.match(/stands twice/g)).toHaveLength(10);
    expect(text).toContain("… and 50 more like it  [duplicate-key]");
  });
});

describe("uri", () => {
  it.each([
    ["deploy/a b#?%.yaml", "deploy/a%20b%23%3F%25.yaml", true],
    ["模型/a:b@c.yaml", "%E6%A8%A1%E5%9E%8B/a%3Ab@c.yaml", true],
    ["/abs/x y.yaml", "file:///abs/x%20y.yaml", false],
    ["C:/repo/x.yaml", "file:///C:/repo/x.yaml", false],
    ["C:\\repo\\x.yaml", "file:///C:/repo/x.yaml", false],
    ["//server/share/x.yaml", "file://server/share/x.yaml", false],
    ["<stdin>", "%3Cstdin%3E", false],
    ["a\ud800.yaml", "a%EF%BF%BD.yaml", true],
  ])("%s", (file, uri, relative) => {
    expect(fileUri(file)).toEqual({ uri, relative });
    if (!relative && file !== "<stdin>") expect(new URL(uri).href).toBe(uri);
  });
});

describe("sarif", () => {
  it("leaves columns out where only the line is known", () => {
    const whole = untagged("chart/templates/a.yaml", 3, { column: 1, endColumn: 1 });
    const log = JSON.parse(render(sarifReport(report([whole]), context())));
    expect(log.runs[0].results[0].locations[0].physicalLocation.region).toEqual({ startLine: 3 });
  });

  it("says nothing of suppressions and baselines where the run has none", () => {
    const [result] = JSON.parse(render(sarifReport(report([untagged("a", 1)]), context()))).runs[0].results;
    expect(result).not.toHaveProperty("suppressions");
    expect(result).not.toHaveProperty("baselineState");
  });

  it("takes a rule that is in no catalogue", () => {
    const own = untagged("a", 1, { rule: "our-own" });
    const [result] = JSON.parse(render(sarifReport(report([own]), context()))).runs[0].results;
    expect(result).toMatchObject({ ruleId: "our-own" });
    expect(result).not.toHaveProperty("ruleIndex");
  });
});

describe("junit", () => {
  const counts = (xml: string): (string | undefined)[] =>
    [...xml.matchAll(/<testsuite name="a" tests="(\d+)" failures="(\d+)" errors="\d+" skipped="(\d+)"/g)].flatMap(
      (match) => match.slice(1),
    );

  it.each([
    ["error", ["1", "0", "0"]],
    ["warning", ["1", "1", "0"]],
    ["info", ["1", "1", "0"]],
  ] as const)("fails where the run does: at %s", (failOn, expected) => {
    const warning = untagged("a", 1, { level: "warning" });
    expect(counts(render(junitReport(report([warning]), context({ failOn }))))).toEqual(expected);
  });

  it("skips what could not be judged, though a weaker finding stands beside it", () => {
    const findings = [
      untagged("a", 1, { level: "warning" }),
      untagged("a", 2, { level: "info", outcome: "not-judged" }),
    ];
    expect(counts(render(junitReport(report(findings), context())))).toEqual(["1", "0", "1"]);
  });
});

describe("github", () => {
  it("gives no file for standard input, and no columns across lines", () => {
    const findings = [untagged("<stdin>", 1), untagged("a", 1, { endLine: 2 })];
    const [first, second] = render(githubReport(report(findings), context())).split("\n");
    expect(first).toMatch(/^::error title=/);
    expect(second).toMatch(/^::error file=a,line=1,endLine=2,title=/);
  });
});

describe("gitlab", () => {
  it("has a fingerprint of its own for every issue", () => {
    const notifications = [1, 2].map((line) => ({
      level: "error" as const,
      code: "yaml-syntax",
      message: "m",
      file: "a",
      line,
    }));
    const issues: { fingerprint: string }[] = JSON.parse(
      render(gitlabReport(report([untagged("a", 1), untagged("a", 2)], { notifications }), context())),
    );
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(4);
  });
});

describe("markdown", () => {
  it("fits a comment, whatever was found, and counts the rest", () => {
    const findings = Array.from({ length: 2_000 }, (_, index) =>
      untagged(`${"long/".repeat(100)}${index}.yaml`, 1, {
        message: `<${"x".repeat(3_000)}`,
        remedy: `fix ${index} ${"y".repeat(2_000)}`,
      }),
    );
    const notifications = findings.map(({ file, message }) => ({ level: "error" as const, code: "c", message, file }));
    const text = render(markdownReport(report(findings, { notifications }), context()));
    expect(text.length).toBeLessThanOrEqual(65_000);
    const rows = text.match(/^\| error \|/gm)?.length ?? 0;
    expect(rows).toBeGreaterThan(10);
    expect(text).toContain(`… and ${(2_000 - rows).toLocaleString("en")} more findings.`);
  });

  it("lets nothing of a manifest be markup", () => {
    expect(inlineMarkdown("a|b *c* _d_ `e` <f> [g](h) ~i~ @team a@b #1 $x$ &lt; \\")).toBe(
      "a\\|b \\*c\\* \\_d\\_ \\`e\\` &lt;f&gt; \\[g\\](h) \\~i\\~ @<!-- -->team a@b #<!-- -->1 &#36;x&#36; &amp;lt; \\\\",
    );
    expect(codeSpan("a`b")).toBe("``a`b``");
    expect(codeSpan("`")).toBe("`` ` ``");
    expect(codeBlock("```\nx")).toBe("````yaml\n```\nx\n````");
    expect(remedyMarkdown("# no heading\n/close\n\n    a: 1\n      b: 2\nthen")).toBe(
      "\\# no heading\n\\/close\n\n```yaml\na: 1\n  b: 2\n```\n\nthen",
    );
  });
});
