import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { BoundedMemo } from "../src/budget/bounded-memo.ts";
import { validateObject } from "../src/facts/schema/validate.ts";
import { classifyImage } from "../src/images/classify.ts";
import { ImageMatcher } from "../src/signatures/image-matcher.ts";
import { Subjects } from "../src/signatures/image-subject.ts";
import { detailWords } from "../src/signatures/terms/detail-words.ts";
import { acceleratorTable } from "../src/workloads/workload.ts";

describe("a memo", () => {
  it("gives what it was given", () => {
    const memo = new BoundedMemo<number>(10_000, 10);
    memo.set("a", 1);
    memo.set("a", 2);
    expect([memo.get("a"), memo.get("b")]).toEqual([2, undefined]);
  });

  it("keeps no more bytes than it may, whatever comes", () => {
    const memo = new BoundedMemo<number>(10_000, 100);
    for (let index = 0; index < 1_000; index++) {
      memo.set(String(index).padStart(100, "x"), index);
      expect(memo.size * (2 * 100 + 256)).toBeLessThanOrEqual(10_000);
    }
    expect(memo.size).toBeGreaterThan(0);
  });

  it("keeps nothing for a text that is too long", () => {
    const memo = new BoundedMemo<number>(10_000, 10);
    memo.set("x".repeat(11), 1);
    expect([memo.size, memo.get("x".repeat(11))]).toEqual([0, undefined]);
  });
});

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Bytes that the heap is larger for good after some work was done with so many texts of a megabyte. */
function kept(texts: number, work: (text: string) => void): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < texts; index++) work(Buffer.alloc(1 << 20, `a${index}/`).toString("latin1"));
  collect();
  return process.memoryUsage().heapUsed - before;
}

describe("nothing is kept of names of a megabyte", () => {
  const subjects = async (): Promise<Subjects> => new Subjects([], await ImageMatcher.of([]), "allow", detailWords.en);
  it.each<[string, () => Promise<(text: string) => void>]>([
    ["an image", async () => (text) => void classifyImage(text)],
    [
      "an image that is to be signed",
      async () => {
        const known = await subjects();
        return (text) => void known.of(text);
      },
    ],
    ["a resource", async () => (text) => void acceleratorTable().classify(`nvidia.com/${text}`)],
    [
      "a kind",
      async () => (text) =>
        void validateObject(
          {},
          { apiVersion: "v1", group: "", version: "v1", kind: text },
          { kubernetesVersion: "1.34" },
        ),
    ],
  ])("%s", async (_, prepare) => {
    const work = await prepare();
    work("x".repeat(1 << 20));
    expect(kept(40, work)).toBeLessThan(8 << 20);
  });
});
