import { accessSync, constants, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import { installedTool } from "../tools/install.ts";

/** What a peer is given: all the files below a folder, in which it is started. */
interface Manifests {
  readonly files: readonly string[];
  readonly json: boolean;
}

/** A tool that people might take instead. */
export interface Peer {
  readonly name: string;
  readonly file: string;
  readonly args: (manifests: Manifests) => readonly string[];
}

const conftestPolicies = join(import.meta.dirname, "peers", "conftest");

/** The kinds of the corpus: skipped, kubeconform parses a document, looks at its kind and is done. */
const skipped = "Deployment,StatefulSet,CronJob,PaddleJob,Service,NetworkPolicy";

/**
 * kubeconform only parsing, the yardstick, on as many cores as there are. It is to say how many documents it skipped, so
 * that one can see that it read them.
 * @throws ToolMissingError where it cannot be built.
 */
export function yardstick(): Peer {
  const cores = String(availableParallelism());
  return {
    name: "kubeconform, parsing only",
    file: installedTool("kubeconform"),
    args: ({ json }) => ["-n", cores, "-summary", "-skip", skipped, ...(json ? ["-output", "json"] : []), "."],
  };
}

/**
 * The peers built from pinned Go modules, and those that are installed.
 * @throws ToolMissingError where one of the former cannot be built.
 */
export function peers(): Peer[] {
  const found: Peer[] = [
    {
      name: "kube-score",
      file: installedTool("kube-score"),
      args: ({ files, json }) => ["score", ...(json ? ["--output-format", "json"] : []), ...files],
    },
    {
      name: "conftest",
      file: installedTool("conftest"),
      args: ({ json }) => ["test", "--policy", conftestPolicies, ...(json ? ["--output", "json"] : []), "."],
    },
  ];
  const kubeLinter = installed("kube-linter");
  if (kubeLinter !== undefined) {
    const args = ({ json }: Manifests): string[] => ["lint", ...(json ? ["--format", "json"] : []), "."];
    found.push({ name: "kube-linter", file: kubeLinter, args });
  }
  const polaris = installed("polaris");
  if (polaris !== undefined) {
    const args = ({ json }: Manifests): string[] => [
      "audit",
      "--audit-path",
      ".",
      "--format",
      json ? "json" : "pretty",
    ];
    found.push({ name: "polaris", file: polaris, args });
  }
  return found;
}

/** `v0.8.0` of the tools that are pinned. */
export function pinnedVersion(name: string): string | undefined {
  const versions = readFileSync(join(import.meta.dirname, "..", "tools", "versions"), "utf8");
  return new RegExp(`^${name} \\S+@(\\S+)$`, "m").exec(versions)?.[1];
}

function installed(name: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
