import { defineConfig, type ViteUserConfig as UserConfig } from "vitest/config";

const configuration: UserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/seed.ts"],
    exclude: ["test/cluster/**", "test/signatures/{registry,live}/**"],
    testTimeout: 30_000,
  },
});
export default configuration;
