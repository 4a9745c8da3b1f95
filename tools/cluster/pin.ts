import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TOOLS = [
  "go.etcd.io/etcd/server/v3",
  "k8s.io/kubernetes/cmd/kube-apiserver",
  "k8s.io/kubernetes/cmd/kube-controller-manager",
  "k8s.io/kubernetes/cmd/kubectl",
];

/**
 * The text of a go.mod that builds the cluster's programs, before `go mod tidy` completes it. `upstream` is the go.mod
 * of k8s.io/kubernetes: it finds its own modules in folders of its repository, where we must name what is published.
 */
export function clusterModule(upstream: string, kubernetes: string, etcd: string): string {
  const go = /^go \S+$/m.exec(upstream)?.[0];
  const staged = [...upstream.matchAll(/^\t(\S+) => \.\/staging\//gm)].map(([, module]) => module);
  if (go === undefined || staged.length === 0) throw new Error("this is not the go.mod of k8s.io/kubernetes");
  const published = kubernetes.replace(/^1\./, "v0.");
  return [
    "module paddlock.dev/cluster",
    go,
    ...TOOLS.map((tool) => `tool ${tool}`),
    `require go.etcd.io/etcd/server/v3 v${etcd}`,
    `require k8s.io/kubernetes v${kubernetes}`,
    ...staged.map((module) => `replace ${module} => ${module} ${published}`),
    "",
  ].join("\n\n");
}

/** `node tools/cluster/pin.ts KUBERNETES ETCD` pins other versions: writes go.mod and go.sum beside this file. */
function main([kubernetes, etcd]: readonly string[]): void {
  if (kubernetes === undefined || etcd === undefined) {
    process.stderr.write("usage: node tools/cluster/pin.ts KUBERNETES ETCD, such as 1.36.3 3.6.12\n");
    process.exitCode = 2;
    return;
  }
  // Outside of this folder, whose own go.mod would have a say in what is downloaded.
  const words = ["mod", "download", "-json", `k8s.io/kubernetes@v${kubernetes}`];
  const answer: unknown = JSON.parse(execFileSync("go", words, { cwd: tmpdir(), encoding: "utf8" }));
  if (typeof answer !== "object" || answer === null || !("GoMod" in answer)) throw new Error(`go ${words.join(" ")}`);
  const upstream = readFileSync(String(answer.GoMod), "utf8");
  writeFileSync(join(import.meta.dirname, "go.mod"), clusterModule(upstream, kubernetes, etcd));
  execFileSync("go", ["mod", "tidy"], { cwd: import.meta.dirname, stdio: "inherit" });
}

if (import.meta.main) main(process.argv.slice(2));
