import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { ToolMissingError } from "../install.ts";

/** The programs of a control plane, and kubectl. */
export const CLUSTER_PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl"] as const;
export type ClusterProgram = (typeof CLUSTER_PROGRAMS)[number];

/**
 * The folder with the programs of a control plane: the one that `KUBEBUILDER_ASSETS` names, else they are built from the
 * Go modules that `go.mod` and `go.sum` here pin, once for each state of those two files, into the cache
 * (`PADDLOCK_CACHE`, else `~/.cache/paddlock`). Says on standard error what it builds and how long that took.
 * @throws ToolMissingError where they are not built yet and Go is missing, or the build fails.
 */
export function clusterBinaries(): string {
  const given = process.env.KUBEBUILDER_ASSETS;
  if (given !== undefined && given !== "") return complete(given, `KUBEBUILDER_ASSETS names ${given}`);
  const cache = process.env.PADDLOCK_CACHE ?? join(homedir(), ".cache", "paddlock");
  const folder = join(cache, "cluster", pinnedState());
  if (!existsSync(folder)) build(folder);
  return complete(folder, `${folder} is broken, remove it`);
}

/** The version of Kubernetes that go.mod pins, such as `1.36.3`. */
export function clusterVersion(): string {
  const found = /^\s*(?:require )?k8s\.io\/kubernetes v(\S+)/m.exec(pinned("go.mod"))?.[1];
  if (found === undefined) throw new Error("tools/cluster/go.mod does not require k8s.io/kubernetes");
  return found;
}

function pinnedState(): string {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum"]) hash.update(pinned(name)).update("\0");
  return hash.digest("hex").slice(0, 16);
}

function pinned(name: string): string {
  return readFileSync(join(import.meta.dirname, name), "utf8");
}

function complete(folder: string, otherwise: string): string {
  const missing = CLUSTER_PROGRAMS.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) throw new ToolMissingError(`${otherwise}: there is no ${missing.join(", no ")} in it`);
  return folder;
}

/** Built beside its place and moved there when it is whole: what is interrupted, or done twice at once, harms nobody. */
function build(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  const made = mkdtempSync(`${folder}.`);
  const version = clusterVersion();
  process.stderr.write(
    `building Kubernetes ${version} and etcd (once, into ${folder}; about 5 minutes on two cores) …\n`,
  );
  const started = Date.now();
  try {
    install(made, version);
    // Go names a program by its module's last folder.
    renameSync(join(made, "server"), join(made, "etcd"));
    try {
      renameSync(made, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  process.stderr.write(`built the cluster's programs in ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}

function install(into: string, version: string): void {
  const flags = `-s -w -X k8s.io/component-base/version.gitVersion=v${version}`;
  const { error, status, stderr } = spawnSync("go", ["install", "-trimpath", "-ldflags", flags, "tool"], {
    cwd: import.meta.dirname,
    env: { ...process.env, GOBIN: into, GOFLAGS: "-buildvcs=false", CGO_ENABLED: "0" },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  if (error !== undefined && "code" in error && error.code === "ENOENT") {
    throw new ToolMissingError(
      "a cluster to test against is built from Go modules: install Go 1.26 or newer first, or name a folder with " +
        `${CLUSTER_PROGRAMS.join(", ")} in KUBEBUILDER_ASSETS`,
    );
  }
  if (error !== undefined) throw error;
  if (status !== 0) {
    throw new ToolMissingError(
      `building the cluster's programs failed:\n${stderr.trim().split("\n").slice(-5).join("\n")}`,
    );
  }
}

/** `node tools/cluster/binaries.ts` builds what is missing, and prints the folder; status 2 where it cannot be had. */
if (import.meta.main) {
  try {
    process.stdout.write(`${clusterBinaries()}\n`);
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
