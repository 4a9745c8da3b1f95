import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alignDocuments } from "../../src/sources/align.ts";

/** The lines of one document, without the one behind its last line break. */
function aligned(template: string, document: string): readonly number[] {
  const [lines = []] = alignDocuments(template, [document]);
  return lines.slice(0, document.trimEnd().split("\n").length);
}

describe("lines of a template", () => {
  test("that are text are themselves, those with an expression become something else", () => {
    const template = "kind: Pod\nmetadata:\n  name: {{ .Release.Name }}-x\nspec: {}\n";
    expect(aligned(template, "kind: Pod\nmetadata:\n  name: ocr-x\nspec: {}\n")).toEqual([1, 2, -3, 4]);
  });

  test("that are left out by a condition are passed by", () => {
    const template = "a: 1\n{{- if .x }}\nb: 2\n{{- else }}\nb: 3\n{{- end }}\nc: 4\n";
    expect(aligned(template, "a: 1\nb: 3\nc: 4\n")).toEqual([1, 5, 7]);
    expect(aligned(template, "a: 1\nb: 2\nc: 4\n")).toEqual([1, 3, 7]);
  });

  test("in a loop are gone through again and again", () => {
    const template = [
      "env:",
      "{{- range .env }}",
      "- name: {{ .name }}",
      "  value: {{ .value }}",
      "{{- end }}",
      "x: 1",
    ].join("\n");
    const rendered = ["env:", "- name: A", "  value: 1", "- name: B", "  value: 2", "- name: C", "  value: 3", "x: 1"];
    expect(aligned(template, rendered.join("\n"))).toEqual([1, -3, -4, -3, -4, -3, -4, 6]);
  });

  test("in loops within loops, too", () => {
    const template = [
      "ports:",
      "{{ range .services }}",
      "  - name: {{ .name }}",
      "    ports:",
      "    {{- range .ports }}",
      "      - {{ . }}",
      "    {{- end }}",
      "{{ end }}",
      "done: true",
    ].join("\n");
    const rendered = [
      "ports:",
      "  - name: a",
      "    ports:",
      "      - 1",
      "      - 2",
      "  - name: b",
      "    ports:",
      "      - 3",
      "done: true",
    ];
    expect(aligned(template, rendered.join("\n"))).toEqual([1, -3, 4, -6, -6, -3, 4, -6, 9]);
  });

  test("that print a block stand for all of its lines", () => {
    const template = [
      "spec:",
      "  {{- with .Values.nodeSelector }}",
      "  nodeSelector:",
      "    {{- toYaml . | nindent 4 }}",
      "  {{- end }}",
      "  tolerations: {{- toYaml .Values.tolerations | nindent 4 }}",
      "  hostNetwork: false",
    ].join("\n");
    const rendered = [
      "spec:",
      "  nodeSelector:",
      "    a: b",
      "    c: d",
      "  tolerations:",
      "    - key: x",
      "  hostNetwork: false",
    ];
    expect(aligned(template, rendered.join("\n"))).toEqual([1, 3, -4, -4, -6, -6, 7]);
  });

  test("that call for a whole object stand for all of it", () => {
    expect(aligned('{{ include "common.pod" . }}\n', "kind: Pod\nmetadata:\n  name: x\n")).toEqual([-1, -1, -1]);
  });

  test("are told apart by the document that they are in", () => {
    const template = [
      "kind: Service",
      "name: {{ .name }}",
      "spec: 1",
      "---",
      "kind: Service",
      "name: {{ .name }}-headless",
      "spec: 1",
    ];
    const [second, first] = alignDocuments(template.join("\n"), [
      "kind: Service\nname: a-headless\nspec: 1\n",
      "kind: Service\nname: a\nspec: 1\n",
    ]);
    expect(first?.slice(0, 3)).toEqual([1, -2, 3]);
    expect(second?.slice(0, 3)).toEqual([5, -6, 7]);
  });

  test("of which a document is made for each turn of a loop are those of the loop", () => {
    const template = "{{- range .jobs }}\n---\nkind: Job\nname: {{ . }}\n{{- end }}\n";
    expect(alignDocuments(template, ["kind: Job\nname: a\n", "kind: Job\nname: b\n"])).toEqual([
      [3, -4, 0],
      [3, -4, 0],
    ]);
  });

  test("are read as Go reads them: comments, quoted braces, actions over several lines", () => {
    const template = [
      "{{- /* kind: Pod",
      "name: not this one */}}",
      "kind: Pod",
      'name: {{ printf "%s}}{{" .x',
      "  | quote }}",
      "text: '{{ `{{` }}'",
      "end: 1",
    ].join("\n");
    expect(aligned(template, "kind: Pod\nname: a\ntext: '{{'\nend: 1\n")).toEqual([3, -4, -6, 7]);
  });

  test("cannot be told where nothing fits", () => {
    expect(aligned("a: 1\nb: 2\n", "x: 9\n")).toEqual([0]);
    expect(aligned("", "x: 9\n")).toEqual([0]);
  });
});

test("a text without expressions is copied line by line, wherever it begins", () => {
  const text = readFileSync(
    join(import.meta.dirname, "../../fixtures/charts/ocr-serving/crds/ocrpipeline.yaml"),
    "utf8",
  );
  const count = text.trimEnd().split("\n").length;
  expect(aligned(text, text)).toEqual(Array.from({ length: count }, (_, line) => line + 1));
  expect(aligned(`# a comment\n---\n${text}`, text)).toEqual(Array.from({ length: count }, (_, line) => line + 3));
});

test("a line that is said to be the same is the same", () => {
  const line = fc.constantFrom(
    "a: 1",
    "  b: 2",
    "- c",
    "  d: {{ .x }}",
    "{{ range .y }}",
    "{{ end }}",
    "---",
    "",
    "  {{ toYaml .z | nindent 2 }}",
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.array(line, { maxLength: 12 }), (template, document) => {
      const [lines = []] = alignDocuments(template.join("\n"), [document.join("\n")]);
      expect(lines.length).toBe(Math.max(1, document.length));
      for (const [index, at] of lines.entries()) {
        expect(Math.abs(at)).toBeLessThanOrEqual(template.length);
        if (at > 0) expect(template[at - 1]).toBe(document[index]);
      }
    }),
    { numRuns: 500 },
  );
});
