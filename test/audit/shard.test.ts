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

test("every namespace, and what is in none, has exactly one shard", () => {
  const namespaces = fc.option(fc.stringMatching(/^[a-z0-9-]{1,63}$/));
  fc.assert(
    fc.property(namespaces, fc.integer({ min: 1, max: 50 }), (namespace, count) => {
      expect(shardsOf(count).filter((shard) => isOfShard(namespace, shard))).toHaveLength(1);
    }),
  );
});

test("a namespace keeps its shard from one version to the next", () => {
  const shardOf = (namespace: string | null) => shardsOf(8).find((shard) => isOfShard(namespace, shard))?.index;
  expect(["default", "kube-system", "ml", "ml-staging", null].map(shardOf)).toEqual([2, 1, 2, 5, 1]);
});

test("shards are about equally large", () => {
  const count = 8;
  const sizes = shardsOf(count).map(
    (shard) => Array.from({ length: 4000 }, (_, n) => `team-${n}`).filter((name) => isOfShard(name, shard)).length,
  );
  for (const size of sizes) expect(Math.abs(size - 500)).toBeLessThan(100);
});

describe("scopesOf", () => {
  const all = ["a", "b", "c", "d"];

  test("takes all at once where it can", () => {
    expect(scopesOf(null, all, null)).toEqual([{ namespace: null, namespaced: true, cluster: true }]);
  });

  test("goes through the namespaces that were asked for, each once, and leaves out what is in none", () => {
    expect(scopesOf(["b", "a", "b"], all, null)).toEqual([
      { namespace: "a", namespaced: true, cluster: false },
      { namespace: "b", namespaced: true, cluster: false },
    ]);
  });

  test("all shards together are the cluster, and no two overlap", () => {
    const scopes = shardsOf(3).flatMap((shard) => scopesOf(null, all, shard));
    expect(scopes.flatMap(({ namespace, namespaced }) => (namespaced ? [namespace] : [])).sort()).toEqual(all);
    expect(scopes.filter(({ cluster }) => cluster)).toHaveLength(1);
  });

  test("shards share the namespaces that were asked for", () => {
    const scopes = shardsOf(3).flatMap((shard) => scopesOf(["c", "a"], all, shard));
    expect(scopes.map(({ namespace }) => namespace).sort()).toEqual(["a", "c"]);
  });
});
