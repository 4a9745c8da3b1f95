import { describe, expect, test } from "vitest";
import { parseFile } from "../../src/documents/parse-file.ts";
import type { SourceFormat } from "../../src/documents/source-format.ts";

const MEBI = 1024 * 1024;

function range(length: number, make: (index: number) => string): string {
  return Array.from({ length }, (_, index) => make(index)).join("");
}

function codes(content: Uint8Array | string, format: SourceFormat = "yaml"): string[] {
  const { documents, notifications, unreadable } = parseFile(content, format);
  expect({ documents: documents.length, unreadable }).toEqual({ documents: 0, unreadable: 1 });
  return notifications.map(({ level, code }) => `${level} ${code}`);
}

function aliasBomb(): string {
  const level = (i: number): string => `a${i}: &a${i} [${`*a${i - 1},`.repeat(10)}]\n`;
  return `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${range(12, (i) => level(i + 1))}`;
}

describe("is refused in words", () => {
  test.each<[string, () => string | Uint8Array, SourceFormat, string]>([
    ["50 MiB", () => new Uint8Array(50 * MEBI).fill(97), "yaml", "too-large"],
    ["an alias bomb", aliasBomb, "yaml", "too-large"],
    [
      "a bomb of merges",
      () => `a: &a {${range(1000, (i) => `k${i}: 1,`)}}\nb:\n${"- {<<: *a}\n".repeat(1000)}`,
      "yaml",
      "too-large",
    ],
    [
      "aliases a thousand deep",
      () => `a0: &a0 [x]\n${range(1000, (i) => `a${i + 1}: &a${i + 1} [*a${i}]\n`)}`,
      "yaml",
      "too-deep",
    ],
    ["1,000 levels of flow", () => "[".repeat(1000) + "]".repeat(1000), "yaml", "too-deep"],
    ["1,000 levels of blocks", () => range(1000, (i) => `${" ".repeat(i)}a:\n`), "yaml", "too-deep"],
    ["100,000 levels on a line", () => "- ".repeat(100_000), "yaml", "too-deep"],
    ["a million levels of JSON", () => "[".repeat(1_000_000), "json", "too-deep"],
    ["100,000 levels of JSON", () => '{"a":'.repeat(100_000), "json", "too-deep"],
    ["15 million values", () => `[${"1,".repeat(15 * MEBI)}1]`, "json", "too-large"],
    ["15 million flow values", () => `[${"a,".repeat(15 * MEBI)}]`, "yaml", "too-large"],
    ["30 million lines", () => "\n".repeat(30 * MEBI), "yaml", "too-large"],
    ["a million quotes too many", () => `${"'".repeat(1_000_001)}`, "yaml", "yaml-syntax"],
    ["100,000 tags", () => `a: ${"!a ".repeat(100_000)}x`, "yaml", "yaml-syntax"],
  ])("%s", (_, content, format, code) => {
    expect(codes(content(), format)).toEqual([`error ${code}`]);
  });

  test("100,000 broken documents", () => {
    const parsed = parseFile("a: [\n---\n".repeat(100_000), "yaml");
    expect(parsed.unreadable).toBe(1000);
    expect(parsed.notifications.map(({ code }) => code)).toEqual([
      ...Array(100).fill("yaml-syntax"),
      "too-large",
      "yaml-syntax",
    ]);
  });

  test("more documents than a file may hold, of which the first are read", () => {
    const parsed = parseFile("a: 1\n---\n".repeat(200_000), "yaml");
    expect(parsed.documents).toHaveLength(150_000);
    expect(parsed.notifications).toMatchObject([{ level: "error", code: "too-large", line: 300_000 }]);
  });
});

describe("is read", () => {
  test.each<[string, () => string, number]>([
    ["100,000 keys", () => range(100_000, (i) => `key${i}: ${i}\n`), 1],
    ["100,000 numbers as keys", () => range(100_000, (i) => `${i * 1000}: ${i}\n`), 1],
    ["100,000 anchors", () => range(100_000, (i) => `- &a${i} x${i}\n`), 1],
    ["100,000 aliases", () => `- &a x\n${"- *a\n".repeat(100_000)}`, 1],
    ["100,000 documents", () => "a: 1\n---\n".repeat(100_000), 100_000],
    ["a line of 30 MiB", () => `a: ${"x".repeat(30 * MEBI)}`, 1],
    ["a text of 30 MiB", () => `a: "${"x".repeat(30 * MEBI)}"`, 1],
    ["100,000 lines that are not indented", () => `a: [\n${"b,\n".repeat(100_000)}]`, 1],
  ])("%s", (_, content, documents) => {
    const parsed = parseFile(content(), "yaml");
    expect(parsed.notifications).toEqual([]);
    expect(parsed.documents).toHaveLength(documents);
  });

  test("50,000 duplicate keys, of which 100 are told", () => {
    const parsed = parseFile(
      range(100_000, (i) => `key${i % 50_000}: ${i}\n`),
      "yaml",
    );
    expect(parsed.notifications).toHaveLength(101);
    expect(parsed.documents[0]?.locate(["key7"]).region.line).toBe(50_008);
  });

  test("100,000 comments that waive", () => {
    expect(parseFile("# paddlock-ignore a -- b\n".repeat(100_000), "yaml").comments).toHaveLength(100_000);
  });

  test("100,000 fences", () => {
    expect(parseFile("```yaml\na: 1\n```\n".repeat(100_000), "markdown").documents).toHaveLength(100_000);
  });
});
