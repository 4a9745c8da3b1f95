import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import { buildSchemas } from "./schemas/build.ts";
import { buildConfigValidator } from "./schemas/config.ts";

const root = join(import.meta.dirname, "..");
const out = join(root, "dist");

/**
 * Leaves what the sources import dynamically (`await import("./helm.ts")`) out of the file that every start reads:
 * each such module becomes a CommonJS file of its own, found on first use.
 */
function lazyModules(found: Set<string>): Plugin {
  return {
    name: "lazy-modules",
    setup(bundler) {
      bundler.onResolve({ filter: /^\.{1,2}\// }, (args) => {
        if (args.kind !== "dynamic-import") return undefined;
        const file = resolve(args.resolveDir, args.path);
        found.add(file);
        return { path: `./${chunkName(file)}`, external: true };
      });
    },
  };
}

/** `src/sources/helm/helm.ts` → `sources-helm-helm.cjs`: unique, and flat so that every chunk finds every other beside it. */
function chunkName(file: string): string {
  return `${relative(join(root, "src"), file).replace(/\.ts$/, "").replaceAll(/[\\/]/g, "-")}.cjs`;
}

/** What loads policies that users compiled. */
const usersPolicies: ReadonlySet<string> = new Set(["user-bundle.ts", "assertion.ts"]);

/**
 * `@open-policy-agent/opa-wasm` brings YAML and sprintf for built-ins that our own rules do not use; leaving them out
 * saves a tenth of the start. A user's bundle may use them, so its loader keeps them.
 */
const withoutBuiltins: Plugin = {
  name: "without-builtins",
  setup(bundler) {
    bundler.onResolve({ filter: /^(yaml|sprintf-js)$/ }, (args) =>
      args.importer.includes("opa-wasm") ? { path: args.path, namespace: "left-out" } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "module.exports = {}" }));
  },
};

/**
 * The index of `@kubernetes/client-node` names a module for each kind of the API. None does anything when it is loaded,
 * so those that nobody uses can be left out: two thirds of what loading it costs.
 */
const withoutUnusedKinds: Plugin = {
  name: "without-unused-kinds",
  setup(bundler) {
    const name = "@kubernetes/client-node";
    const asked = Symbol("asked");
    bundler.onResolve({ filter: /^(\.{1,2}\/|@kubernetes\/client-node$)/ }, async (args) => {
      if (args.pluginData === asked || (args.path !== name && !args.importer.includes(name))) return undefined;
      const { importer, kind, resolveDir } = args;
      const found = await bundler.resolve(args.path, { importer, kind, resolveDir, pluginData: asked });
      return found.errors.length > 0 ? { errors: found.errors } : { path: found.path, sideEffects: false };
    });
  },
};

async function bundle(entry: string, outfile: string, found: Set<string>): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node22.18",
    format: "cjs",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename" },
    // `await import("./chunk.cjs")` becomes a require: no start of the ESM loader.
    supported: { "dynamic-import": false },
    logLevel: "warning",
    plugins: [lazyModules(found), withoutUnusedKinds, ...(usersPolicies.has(basename(entry)) ? [] : [withoutBuiltins])],
  });
}

/** What `import … from "paddlock"` loads: the bundle's names, as a module, and their types. */
function publishLibrary(): void {
  const library: object = createRequire(import.meta.url)(join(out, "library.cjs"));
  const names = Object.keys(library).sort().join(", ");
  writeFileSync(join(out, "index.mjs"), `import library from "./library.cjs";\nexport const { ${names} } = library;\n`);
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", join(root, "tsconfig.types.json")], { stdio: "inherit" });
}

/**
 * Bundles the sources into `dist`: `cli.cjs`, `worker.cjs`, `library.cjs` behind `index.mjs`, and a file for each lazily
 * loaded module.
 */
async function main(): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const pending = new Set<string>();
  await bundle(join(root, "src/cli.ts"), join(out, "cli.cjs"), pending);
  await bundle(join(root, "src/scan/worker.ts"), join(out, "worker.cjs"), pending);
  await bundle(join(root, "src/admission/server/worker.ts"), join(out, "admission-server-worker.cjs"), pending);
  await bundle(join(root, "src/index.ts"), join(out, "library.cjs"), pending);
  // A set iterates over what is added meanwhile: lazy modules of lazy modules.
  for (const file of pending) await bundle(file, join(out, chunkName(file)), pending);
  await Promise.all([buildSchemas(join(out, "schemas")), buildConfigValidator(join(out, "schemas"))]);
  publishLibrary();
}

if (!existsSync(join(root, "policies/compiled/policy.wasm"))) {
  process.stderr.write(
    `no compiled policies in ${dirname(join(root, "policies/compiled/policy.wasm"))}: npm run generate\n`,
  );
  process.exitCode = 2;
} else {
  await main();
}
