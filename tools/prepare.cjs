// npm's `prepare`: builds `dist`. CommonJS, so that an old Node can read it and say what is wrong.
const { execFileSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `paddlock needs Node 22.18 or newer to build; this is Node ${process.versions.node}.\n` +
      'In .pre-commit-config.yaml, set "language_version: 24.21.0" for the hook and pre-commit brings its own.\n',
  );
  process.exitCode = 2;
} else {
  if (!existsSync(join(root, "node_modules", "esbuild"))) installBuildTools();
  execFileSync(process.execPath, [join(root, "tools", "build.ts")], { cwd: root, stdio: "inherit" });
}

/**
 * `npm install --global git+…` (so does pre-commit) prepares its clone with `global` set, and then installs none of the
 * packages that the build needs; nor does `--omit=dev`. So they are installed here, without what npm's own flags say.
 */
function installBuildTools() {
  const inherited =
    /^(npm_config_(global|location|prefix|install_links|omit|only|include|production|force|dry_run)|NODE_ENV)$/i;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
  const npm = process.env.npm_execpath;
  const words = ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
  process.stderr.write("installing what the build needs …\n");
  // What npm prints must not reach standard output: the one who called reads the name of a package there.
  const options = { cwd: root, env, stdio: ["ignore", process.stderr.fd, "inherit"] };
  if (npm === undefined) execFileSync("npm", words, options);
  else execFileSync(process.execPath, [npm, ...words], options);
}
