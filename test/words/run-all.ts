import { readFileSync, writeSync } from "node:fs";

/**
 * Runs command lines one after another in this process, as the program would, and marks where each begins. A process
 * for each would take minutes. Standard input is the list, in JSON.
 */
interface Asked {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const asked: readonly Asked[] = JSON.parse(readFileSync(0, "utf8"));
const { main } = await import("../../src/cli.ts");
const usual = { ...process.env };
for (const { words, cwd, env } of asked) {
  for (const key of Object.keys(process.env)) if (!(key in usual)) delete process.env[key];
  Object.assign(process.env, usual, env);
  process.chdir(cwd);
  for (const descriptor of [1, 2]) writeSync(descriptor, "\u0000");
  await main(words);
  writeSync(1, `\u0001${process.exitCode}`);
}
process.exit(0);
