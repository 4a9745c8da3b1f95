import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scopesOf } from "../../src/cluster/audit/scope.ts";
import { isOfShard, readShard } from "../../src/cluster/audit/shard.ts";

describe("readShard", () => {
  test("reads one of several", () => {
    expect(readShard("3/8", undefined)).toEqual({ index: 3, count: 8 });
    expect(readShard("1/1", "5")).toEqual({ index: 1, count: 1 });
  });

  test("takes the index of an Indexed Job, which counts from 0", () => {
    expect(readShard("auto/8", "0")).toEqual({ index: 1, count: 8 });
    expect(readShard("auto/8", "7")).toEqual({ index: 8, count: 8 });
  });

  test.each([
    ["0/8", undefined],
    ["9/8", undefined],
    ["3", undefined],
    ["3/", undefined],
    ["-1/8", undefined],
    ["1/0", undefined],
    ["a/8", undefined],
    ["1/1001", undefined],
    ["auto/8", undefined],
    ["auto/8", "8"],
    ["auto/8", ""],
    ["auto/8", "-1"],
  ])("%s with %s is none", (written, index) => {
    expect(readShard(written, index)).toBeNull();
  });
});

const shardsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ index: index + 1, count }));

test("every object has exactly one shard", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 1, max: 50 }), (uid, count) => {
      expect(shardsOf(count).filter((shard) => isOfShard(uid, shard))).toHaveLength(1);
      expect(isOfShard(uid, null)).toBe(true);
    }),
  );
});

test("an object keeps its shard from one version to the next", () => {
  const shardOf = (uid: string) => shardsOf(8).find((shard) => isOfShard(uid, shard))?.index;
  const uids = ["011e288a-7577-4f0f-a5ca-8c36f41025e1", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", ""];
  expect(uids.map(shardOf)).toEqual([1, 5, 3]);
});

test("shards are about equally large", () => {
  const count = 8;
  const uids = Array.from({ length: 4000 }, () => crypto.randomUUID());
  for (const shard of shardsOf(count)) {
    expect(Math.abs(uids.filter((uid) => isOfShard(uid, shard)).length - 500)).toBeLessThan(120);
  }
});

describe("scopesOf", () => {
  test("takes all at once where it can", () => {
    expect(scopesOf(null)).toEqual([{ namespace: null, cluster: true }]);
  });

  test("goes through the namespaces that were asked for, each once, and leaves out what is in none", () => {
    expect(scopesOf(["b", "a", "b"])).toEqual([
      { namespace: "a", cluster: false },
      { namespace: "b", cluster: false },
    ]);
  });
});
