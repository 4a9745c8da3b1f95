import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesByMarks, templateLines, withMarks, withoutMarks } from "../../src/sources/helm/chart-marks.ts";
import { copiedLines } from "../../src/sources/helm/copied-lines.ts";

const theMark = / #[0-9a-f]{16}-(\d+);/g;

/** A template with marks, shown as `<line>`. */
function shown(...lines: readonly string[]): readonly string[] {
  return withMarks(lines.join("\n")).replace(theMark, "<$1>").split("\n");
}

describe("a mark", () => {
  it("ends each line that prints something, and no control, blank line or separator", () => {
    expect(
      shown(
        "---",
        "a: 1",
        "{{- if .x }}",
        "b: {{ .y }}",
        "",
        "{{- end }}",
        "  {{- toYaml .z | nindent 2 }}",
        "# {{ .c }}",
      ),
    ).toEqual([
      "---",
      "a: 1<2>",
      "{{- if .x }}",
      "b: {{ .y }}<4>",
      "",
      "{{- end }}",
      "  {{- toYaml .z | nindent 2 }}<7>",
      "# {{ .c }}<8>",
    ]);
  });

  it("stands before the end of an action that cuts off what is behind it", () => {
    expect(shown("a: {{ .x -}}", "b: 1", "{{- if .y -}}")).toEqual([
      'a: {{ .x }}{{ "<1>" -}}',
      "b: 1<2>",
      "{{- if .y -}}",
    ]);
  });

  it("is in no action of several lines, no comment and nothing that others may call for", () => {
    const template = [
      "{{- /* a: 1",
      "b: 2 */}}",
      '{{- define "x" }}',
      "c: {{ .x }}",
      "{{- if .y }}",
      "{{- end }}",
      "{{- end }}",
      'd: {{ printf "%s}}{{" .x',
      "  | quote }}",
      "e: '{{ `{{` }}'",
    ];
    expect(shown(...template)).toEqual([...template.slice(0, 8), "  | quote }}<9>", "e: '{{ `{{` }}'<10>"]);
  });

  it("breaks no text of several lines", () => {
    expect(shown("a: some {{ .x }}", "  more of it", "  and more", "b: 1")).toEqual([
      "a: some {{ .x }}",
      "  more of it",
      "  and more<3>",
      "b: 1<4>",
    ]);
  });

  it("comes before the end of a line as it is written", () => {
    expect(withMarks("a: {{ .x }}\r\nb: 1  ").replace(theMark, "<$1>")).toBe("a: {{ .x }}<1>\r\nb: 1<2>  ");
  });

  it("is nowhere in a template without an expression, which is printed as it is", () => {
    expect(shown("a: 1", "b: 2")).toEqual(["a: 1", "b: 2"]);
  });

  it("can be taken out again, and nothing else", () => {
    const line = fc.constantFrom(
      "a: 1",
      "  b: {{ .x }}",
      "{{- range .y }}",
      "{{ end }}",
      "---",
      "",
      "text",
      "- c  ",
      "\r",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        expect(withoutMarks(withMarks(lines.join("\n")))).toBe(lines.join("\n"));
      }),
    );
  });
});

/** What a document with marks (`<line>`) tells of the document without. */
function told(template: readonly string[], ...lines: readonly string[]): readonly number[] | null {
  const mark = theMark.exec(withMarks("{{ .x }}"))?.[0] ?? "";
  theMark.lastIndex = 0;
  const marked = lines.join("\n").replace(/<(\d+)>/g, (_, at) => mark.replace("-1;", `-${at};`));
  return linesByMarks(templateLines(template.join("\n")), `${withoutMarks(marked).trim()}\n`, marked);
}

describe("lines", () => {
  const template = [
    "kind: Pod",
    "name: {{ .n }}",
    "{{ range .e }}",
    "- {{ . }}",
    "{{ end }}",
    "{{ toYaml .s }}",
    "text:",
    "  one",
    "",
    "  two",
  ];

  it("are their mark's, as they are or changed", () => {
    expect(told(template, "kind: Pod<1>", "name: a<2>", "", "- x<4>", "- y<4>")).toEqual([1, -2, 0, -4, -4]);
  });

  it("without a mark are printed by the next one that has", () => {
    expect(told(template, "kind: Pod<1>", "a:", "  b: 1", "c: 2<6>")).toEqual([1, -6, -6, -6]);
  });

  it("without a mark are those above in the template that say the same", () => {
    expect(told(template, "- x<4>", "text:", "  one", "", "  two<10>")).toEqual([-4, 7, 8, 0, 10]);
  });

  it("are the mark's that follows what they say where several came to stand on one", () => {
    expect(told(template, "<1>kind: Pod<2>", "a: 1<4><6>")).toEqual([-2, -4]);
    expect(told(template, "<1> <2>kind: Pod<6>")).toEqual([-6]);
  });

  it("that printed nothing are none", () => {
    expect(told(template, " <1>", "name: a<2>", "<6>", "")).toEqual([-2]);
  });

  it("cannot be told where there are others", () => {
    expect(linesByMarks(templateLines(template.join("\n")), "kind: Pod\n", "kind: Pod\nname: a\n")).toBeNull();
  });
});

describe("a text without expressions", () => {
  const text = readFileSync(
    join(import.meta.dirname, "../../fixtures/charts/ocr-serving/crds/ocrpipeline.yaml"),
    "utf8",
  );
  const count = text.trimEnd().split("\n").length;

  it("is copied line by line, wherever it begins", () => {
    expect(copiedLines(text)(text)).toEqual(Array.from({ length: count }, (_, line) => line + 1));
    const second = copiedLines(`a: 1\n---\n\n${text}---\nb: 1\n`);
    expect(second(text)).toEqual(Array.from({ length: count }, (_, line) => line + 4));
    expect(second("b: 1\n")).toEqual([count + 5]);
  });

  it("does not hold another", () => {
    expect(copiedLines(text)("a: 1\n")).toBeNull();
  });
});
