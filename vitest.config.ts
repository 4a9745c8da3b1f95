import { defineConfig, type ViteUserConfig as UserConfig } from "vitest/config";

const configuration: UserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/seed.ts"],
    exclude: ["test/cluster/**", "test/signatures/{registry,live}/**", "test/static-admission/**"],
    testTimeout: 30_000,
    // Much of the time is spent waiting for servers; the usual one worker on two cores would wait alone.
    maxWorkers: "100%",
  },
});
export default configuration;
