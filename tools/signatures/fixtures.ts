import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ToolMissingError } from "../install.ts";
import { record } from "./recording.ts";
import { makeSignedWorld } from "./world.ts";

/** Makes `fixtures/signatures` anew with the real tools: `node tools/signatures/fixtures.ts`. */
async function main(): Promise<void> {
  const folder = join(import.meta.dirname, "../../fixtures/signatures");
  rmSync(folder, { recursive: true, force: true });
  for (const kind of ["referrers", "docker"] as const) {
    const world = await makeSignedWorld(kind);
    try {
      const repositories = [...new Set([...world.digests.keys()].map((name) => name.replace(/:.*/, "")))];
      const recording = await record(world.registry.url, [...repositories, "team/copied"]);
      const place = join(folder, kind);
      mkdirSync(place, { recursive: true });
      cpSync(world.materials, place, { recursive: true });
      writeFileSync(join(place, "registry.json"), `${JSON.stringify(recording, null, 1)}\n`);
    } finally {
      await world.close();
    }
  }
}

// Waiting for children that end does not keep the process.
const awake = setInterval(() => {}, 60_000);
try {
  await main();
} catch (error) {
  if (!(error instanceof ToolMissingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
} finally {
  clearInterval(awake);
}
