import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTogether } from "../../../src/admission/certificates/read-together.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "together-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("files that one link swaps are never read half before and half after the swap", async () => {
  // Many files take long to read, so that nearly every reading meets a swap.
  const names = Array.from({ length: 200 }, (_, index) => `file-${index}`);
  const generations = ["old", "new"];
  for (const generation of generations) {
    await mkdir(join(folder, generation));
    for (const name of names) await writeFile(join(folder, generation, name), generation);
  }
  const swapTo = async (generation: string): Promise<void> => {
    await symlink(generation, join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
  };
  await swapTo("old");
  const paths = names.map((name) => join(folder, "..data", name));

  let isReading = true;
  const swapping = (async () => {
    for (let round = 0; isReading; round++) await swapTo(generations[round % 2] ?? "old");
  })();
  const seen: (readonly string[])[] = [];
  for (let round = 0; round < 20; round++) seen.push(await readTogether(paths).catch(() => []));
  isReading = false;
  await swapping;
  for (const texts of seen) expect(new Set(texts).size).toBeLessThanOrEqual(1);

  await swapTo("new");
  expect(new Set(await readTogether(paths))).toEqual(new Set(["new"]));
});

test("what is no regular file is refused, and not waited for", async () => {
  await expect(readTogether([folder])).rejects.toThrow("no regular file");
  await expect(readTogether([join(folder, "missing")])).rejects.toThrow("ENOENT");
});
