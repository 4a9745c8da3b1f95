import { defineConfig, type ViteUserConfig as UserConfig } from "vitest/config";

// Real registries: Debian's docker-registry, and one that Go builds.
const configuration: UserConfig = defineConfig({
  test: {
    include: ["test/signatures/registry/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
export default configuration;
