import { describe, expect, test } from "vitest";
import { entrypoint, instructions, of, stage, stages, words } from "./dockerfile.ts";

describe("the Dockerfile", () => {
  test("begins each of its two stages at an image whose digest is named", () => {
    expect(stages).toHaveLength(2);
    for (const from of stages) expect(from.getImage()).toMatch(/^[a-z0-9./-]+:[a-z0-9.-]+@sha256:[0-9a-f]{64}$/);
  });

  test("builds with a Node that is new enough, of the line that tests run with", () => {
    const line = process.versions.node.split(".")[0];
    expect(stages[0]?.getImageTag()).toMatch(new RegExp(`^${line}\\.`));
    expect(stages[1]?.getImage()).toContain(`nodejs${line}-`);
  });

  test("runs as a user that is a number above 0, and has no shell to start", () => {
    expect(of(1, "USER").map(words)).toEqual([["65532:65532"]]);
    const last = stage(1).at(-1);
    expect(last?.getKeyword()).toBe("CMD");
    expect(entrypoint()).toEqual(["/nodejs/bin/node", "/opt/paddlock/bin/paddlock.cjs"]);
    expect(of(1, "RUN")).toEqual([]);
  });

  test("fetches nothing but packages, and adds no archive and no address", () => {
    expect(instructions.filter((instruction) => instruction.getKeyword() === "ADD")).toEqual([]);
    expect(of(0, "RUN").map((instruction) => instruction.getArgumentsContent())).toEqual([
      "npm ci --ignore-scripts --no-audit --no-fund",
      "node tools/build.ts",
      "rm -rf dist/types dist/index.mjs dist/library.cjs",
    ]);
  });
});
