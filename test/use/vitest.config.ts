import { join } from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";

/** What takes long or needs the package registries: `npm run test:use`. */
const configuration: ViteUserConfig = defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    include: ["test/use/**/*.use.ts"],
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
export default configuration;
