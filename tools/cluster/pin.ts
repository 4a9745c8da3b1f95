import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a go.mod here builds, and from which releases. */
export interface Pinned {
  /** Such as `1.36.3`. */
  readonly kubernetes: string;
  /** Such as `3.6.12`; the API server alone is built where it is left out. */
  readonly etcd?: string | undefined;
}

const ETCD = "go.etcd.io/etcd/server/v3";

/**
 * The text of a go.mod that builds the cluster's programs, before `go mod tidy` completes it. `upstream` is the go.mod
 * of k8s.io/kubernetes: it finds its own modules in folders of its repository, where we must name what is published.
 */
export function clusterModule(upstream: string, { kubernetes, etcd }: Pinned): string {
  const go = /^go \S+$/m.exec(upstream)?.[0];
  const staged = [...upstream.matchAll(/^\t(\S+) => \.\/staging\//gm)].map(([, module]) => module);
  if (go === undefined || staged.length === 0) throw new Error("this is not the go.mod of k8s.io/kubernetes");
  const published = kubernetes.replace(/^1\./, "v0.");
  const programs = etcd === undefined ? ["kube-apiserver"] : ["kube-apiserver", "kube-controller-manager", "kubectl"];
  return [
    "module paddlock.dev/cluster",
    go,
    ...(etcd === undefined ? [] : [`tool ${ETCD}`]),
    ...programs.map((program) => `tool k8s.io/kubernetes/cmd/${program}`),
    ...(etcd === undefined ? [] : [`require ${ETCD} v${etcd}`]),
    `require k8s.io/kubernetes v${kubernetes}`,
    ...staged.map((module) => `replace ${module} => ${module} ${published}`),
    "",
  ].join("\n\n");
}

const USAGE = `usage: node tools/cluster/pin.ts KUBERNETES [ETCD], such as 1.36.3 3.6.12

With ETCD: the control plane, whose go.mod and go.sum lie beside this file.
Without: the API server of another minor version, in a folder named after it.
`;

/** Pins other versions: writes go.mod and go.sum. */
function main([kubernetes, etcd]: readonly string[]): void {
  const minor = /^(\d+\.\d+)\.\d+$/.exec(kubernetes ?? "")?.[1];
  if (kubernetes === undefined || minor === undefined) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  // Outside of this folder, whose own go.mod would have a say in what is downloaded.
  const words = ["mod", "download", "-json", `k8s.io/kubernetes@v${kubernetes}`];
  const answer: unknown = JSON.parse(execFileSync("go", words, { cwd: tmpdir(), encoding: "utf8" }));
  if (typeof answer !== "object" || answer === null || !("GoMod" in answer)) throw new Error(`go ${words.join(" ")}`);
  const upstream = readFileSync(String(answer.GoMod), "utf8");
  const folder = etcd === undefined ? join(import.meta.dirname, minor) : import.meta.dirname;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "go.mod"), clusterModule(upstream, { kubernetes, etcd }));
  execFileSync("go", ["mod", "tidy"], { cwd: folder, stdio: "inherit" });
}

if (import.meta.main) main(process.argv.slice(2));
