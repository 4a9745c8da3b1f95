import { join } from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Against an API server that reads webhooks from files: `npm run test:static-admission`. */
const configuration: ViteUserConfig = defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    include: ["test/static-admission/*.test.ts"],
    fileParallelism: false,
    // The programs that are started speak the language of the machine, and what they say is expected in English.
    env: { LC_ALL: "C.UTF-8" },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
export default configuration;
