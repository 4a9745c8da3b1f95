import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { ToolMissingError } from "../install.ts";

/** The programs of a control plane, and kubectl. */
export const CLUSTER_PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl"] as const;
export type ClusterProgram = (typeof CLUSTER_PROGRAMS)[number];

/** A go.mod and a go.sum here, and what they build. */
interface Pin {
  readonly folder: string;
  readonly programs: readonly ClusterProgram[];
  /** What is built, in words. */
  readonly what: (kubernetes: string) => string;
  /** About how long that takes on two cores. */
  readonly minutes: number;
  /** How else the programs can be had, if at all. */
  readonly otherwise: string;
}

const CONTROL_PLANE: Pin = {
  folder: import.meta.dirname,
  programs: CLUSTER_PROGRAMS,
  what: (kubernetes) => `Kubernetes ${kubernetes} with etcd`,
  minutes: 5,
  otherwise: `, or name a folder with ${CLUSTER_PROGRAMS.join(", ")} in KUBEBUILDER_ASSETS`,
};

/**
 * The path of each program of a control plane. They are those of the folder that `KUBEBUILDER_ASSETS` names, else they are
 * built from the Go modules that `go.mod` and `go.sum` here pin, once for each state of those two files, into the cache
 * (`PADDLOCK_CACHE`, else `~/.cache/paddlock`). `apiServer` is a minor version such as `1.37`: the API server is then the
 * one that the folder of that name pins, beside the same other programs, which may be a minor version behind it.
 * Says on standard error what it builds and how long that took.
 * @throws ToolMissingError where they are not built yet and Go is missing, or the build fails, or nobody pins the version.
 */
export function clusterBinaries(apiServer?: string): { readonly [program in ClusterProgram]: string } {
  const folder = controlPlaneFolder();
  const programs = {
    etcd: join(folder, "etcd"),
    "kube-apiserver": join(folder, "kube-apiserver"),
    "kube-controller-manager": join(folder, "kube-controller-manager"),
    kubectl: join(folder, "kubectl"),
  };
  if (apiServer === undefined) return programs;
  return { ...programs, "kube-apiserver": join(built(apiServerPin(apiServer)), "kube-apiserver") };
}

function controlPlaneFolder(): string {
  const given = process.env.KUBEBUILDER_ASSETS;
  if (given === undefined || given === "") return built(CONTROL_PLANE);
  return complete(given, CLUSTER_PROGRAMS, `KUBEBUILDER_ASSETS names ${given}`);
}

/** The minor versions of the API servers that have a folder of their own. */
function apiServerVersions(): string[] {
  return readdirSync(import.meta.dirname).filter((name) => existsSync(join(import.meta.dirname, name, "go.mod")));
}

function apiServerPin(minor: string): Pin {
  const known = apiServerVersions();
  if (!known.includes(minor)) {
    throw new ToolMissingError(`no API server ${minor} is pinned in tools/cluster, only ${known.join(", ")}`);
  }
  return {
    folder: join(import.meta.dirname, minor),
    programs: ["kube-apiserver"],
    what: (kubernetes) => `the API server of Kubernetes ${kubernetes}`,
    minutes: 4,
    otherwise: "",
  };
}

function built(pin: Pin): string {
  const cache = process.env.PADDLOCK_CACHE ?? join(homedir(), ".cache", "paddlock");
  const folder = join(cache, "cluster", pinnedState(pin));
  if (!existsSync(folder)) build(pin, folder);
  return complete(folder, pin.programs, `${folder} is broken, remove it`);
}

/** The version of Kubernetes that a go.mod pins, such as `1.36.3`. */
function kubernetesVersion(pin: Pin): string {
  const found = /^\s*(?:require )?k8s\.io\/kubernetes v(\S+)/m.exec(pinned(pin, "go.mod"))?.[1];
  if (found === undefined) throw new Error(`${pin.folder}/go.mod does not require k8s.io/kubernetes`);
  return found;
}

function pinnedState(pin: Pin): string {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum"]) hash.update(pinned(pin, name)).update("\0");
  return hash.digest("hex").slice(0, 16);
}

function pinned({ folder }: Pin, name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

function complete(folder: string, programs: readonly ClusterProgram[], otherwise: string): string {
  const missing = programs.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) throw new ToolMissingError(`${otherwise}: there is no ${missing.join(", no ")} in it`);
  return folder;
}

/** Built beside its place and moved there when it is whole: what is interrupted, or done twice at once, harms nobody. */
function build(pin: Pin, folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  const made = mkdtempSync(`${folder}.`);
  const version = kubernetesVersion(pin);
  process.stderr.write(
    `building ${pin.what(version)} (once, into ${folder}; about ${pin.minutes} minutes on two cores) …\n`,
  );
  const started = Date.now();
  try {
    install(pin, made, version);
    // Go names a program by its module's last folder.
    if (pin.programs.includes("etcd")) renameSync(join(made, "server"), join(made, "etcd"));
    try {
      renameSync(made, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  process.stderr.write(`built ${pin.programs.join(", ")} in ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}

function install(pin: Pin, into: string, version: string): void {
  const flags = `-s -w -X k8s.io/component-base/version.gitVersion=v${version}`;
  const { error, status, stderr } = spawnSync("go", ["install", "-trimpath", "-ldflags", flags, "tool"], {
    cwd: pin.folder,
    env: { ...process.env, GOBIN: into, GOFLAGS: "-buildvcs=false", CGO_ENABLED: "0" },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  if (error !== undefined && "code" in error && error.code === "ENOENT") {
    throw new ToolMissingError(
      `${pin.what(version)} is built from Go modules: install Go 1.26 or newer first${pin.otherwise}`,
    );
  }
  if (error !== undefined) throw error;
  if (status !== 0) {
    throw new ToolMissingError(
      `building ${pin.programs.join(", ")} failed:\n${stderr.trim().split("\n").slice(-5).join("\n")}`,
    );
  }
}

/** `node tools/cluster/binaries.ts [1.37]` builds what is missing, and prints the paths; status 2 where it cannot be had. */
if (import.meta.main) {
  try {
    process.stdout.write(`${Object.values(clusterBinaries(process.argv[2])).join("\n")}\n`);
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
