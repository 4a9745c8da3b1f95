import { defineConfig, type ViteUserConfig as UserConfig } from "vitest/config";

// With real registries (Debian's docker-registry, and one that Go builds), and real cosign and Notation: `npm run test:signatures`.
const configuration: UserConfig = defineConfig({
  test: {
    include: ["test/signatures/{registry,live}/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
export default configuration;
