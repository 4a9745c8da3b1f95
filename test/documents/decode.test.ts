import { describe, expect, test } from "vitest";
import { parseFile } from "../../src/documents/parse-file.ts";

function refusal(bytes: Uint8Array | string): unknown {
  const { documents, notifications, unreadable } = parseFile(bytes, "yaml");
  expect({ documents, unreadable }).toEqual({ documents: [], unreadable: 1 });
  expect(notifications).toHaveLength(1);
  const [{ level, code, line, column } = { level: "note", code: "none" }] = notifications;
  return [level, code, line, column];
}

function bytes(...parts: (string | number)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.of(part) : Buffer.from(part))));
}

describe("bytes that are no text", () => {
  test.each([
    [bytes(0xff), 1, 1],
    [bytes("a: 1\nb: é ", 0xff, "x"), 2, 6],
    [bytes("a: 😀", 0xc3), 1, 6],
    [bytes("a: 1\r\nb: ", 0xc4, 0xe3), 2, 4],
    [bytes("\ufeffa", 0x80), 1, 2],
    [bytes(`${"名: 值\n".repeat(1000)}x`, 0xe4, 0xb8), 1001, 2],
    [bytes("a: ", 0xed, 0xa0, 0x80), 1, 4],
  ])("%j: invalid UTF-8 on line %i, column %i", (content, line, column) => {
    expect(refusal(content)).toEqual(["error", "invalid-utf8", line, column]);
  });

  test("UTF-16 and UTF-32 are named", () => {
    const little = Buffer.from("\ufeffa: 1\n", "utf16le");
    expect(refusal(little)).toEqual(["error", "invalid-utf8", 1, 1]);
    expect(parseFile(little, "yaml").notifications[0]?.message).toContain("UTF-16");
    expect(parseFile(Buffer.from(little).swap16(), "yaml").notifications[0]?.message).toContain("UTF-16");
    expect(parseFile(bytes(0xff, 0xfe, 0, 0), "yaml").notifications[0]?.message).toContain("UTF-32");
  });

  test("a NUL makes a file binary", () => {
    expect(refusal("a: 1\nb: \0\n")).toEqual(["error", "binary", 2, 1]);
    expect(refusal(Buffer.from("a: 1\nb: \0\n"))).toEqual(["error", "binary", 2, 1]);
    expect(refusal(Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256))).toEqual(["error", "binary", 1, 1]);
  });
});

test("a byte order mark is not counted", () => {
  for (const content of ["\ufeffa: 1\n", Buffer.from("\ufeffa: 1\n")]) {
    const [document] = parseFile(content, "yaml").documents;
    expect(document?.value).toEqual({ a: 1 });
    expect(document?.locate(["a"]).region).toEqual({ line: 1, column: 4, endLine: 1, endColumn: 5 });
  }
});

test("a part of a larger buffer is read alone", () => {
  const large = Buffer.from("x: 1\na: 2\n\0");
  expect(parseFile(large.subarray(5, 10), "yaml").documents[0]?.value).toEqual({ a: 2 });
});
