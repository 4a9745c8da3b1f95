import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ToolMissingError } from "../install.ts";
import { built, complete, type Pin, requiredVersion } from "../pinned-build.ts";

/** The programs of a control plane, and kubectl. */
export const CLUSTER_PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl"] as const;
export type ClusterProgram = (typeof CLUSTER_PROGRAMS)[number];

const KUBERNETES = "k8s.io/kubernetes";

function controlPlanePin(): Pin {
  const folder = import.meta.dirname;
  const version = requiredVersion(folder, KUBERNETES);
  return {
    folder,
    programs: CLUSTER_PROGRAMS,
    what: `Kubernetes ${version} with etcd`,
    minutes: 5,
    otherwise: `, or name a folder with ${CLUSTER_PROGRAMS.join(", ")} in KUBEBUILDER_ASSETS`,
    stamp: stampOf(version),
    comesAs: { etcd: "server" },
  };
}

/** Without it the programs call themselves v0.0.0-master. */
function stampOf(version: string): string {
  return `k8s.io/component-base/version.gitVersion=v${version}`;
}

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
  return { ...programs, "kube-apiserver": join(built(apiServerPin(apiServer), "cluster"), "kube-apiserver") };
}

function controlPlaneFolder(): string {
  const given = process.env.KUBEBUILDER_ASSETS;
  if (given === undefined || given === "") return built(controlPlanePin(), "cluster");
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
  const folder = join(import.meta.dirname, minor);
  const version = requiredVersion(folder, KUBERNETES);
  const what = `the API server of Kubernetes ${version}`;
  return { folder, programs: ["kube-apiserver"], what, minutes: 4, otherwise: "", stamp: stampOf(version) };
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
