import { join } from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Against a real API server: `npm run test:cluster`. */
const configuration: ViteUserConfig = defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    include: ["test/cluster/**/*.test.ts"],
    // One control plane at a time: two would share the cores that the deadlines of both count on.
    fileParallelism: false,
    // The programs that are started speak the language of the machine, and what they say is expected in English.
    env: { LC_ALL: "C.UTF-8" },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
export default configuration;
