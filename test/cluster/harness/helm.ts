import { execFile } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster, CommandResult } from "../../../tools/cluster/cluster.ts";
import { installedTool } from "../../../tools/install.ts";

/** The chart that this project installs by. */
export const CHART: string = join(import.meta.dirname, "../../../deploy/chart");
/** Where it is installed. */
export const RELEASE_NAMESPACE = "paddlock-system";

/** A copy of the chart that registers the webhook as version 0.1 did, by one entry for all namespaces. */
export function chartOfVersion01(cluster: Cluster): string {
  const copy = join(cluster.processes.folder, "chart-0.1");
  cpSync(CHART, copy, { recursive: true });
  rmSync(join(copy, "templates/mutating-webhook-configuration.yaml"));
  const before = join(import.meta.dirname, "chart-0.1");
  cpSync(join(before, "_webhook.tpl"), join(copy, "templates/_webhook.tpl"));
  cpSync(join(before, "webhook-configuration.tpl"), join(copy, "templates/webhook-configuration.yaml"));
  return copy;
}

/** What a user says to helm besides the digest of the image, which nobody pulls here. */
export function chartValues(cluster: Cluster, given: { readonly [key: string]: unknown }): readonly string[] {
  const file = join(cluster.processes.folder, "values.json");
  const image = { digest: `sha256:${"0123456789abcdef".repeat(4)}` };
  writeFileSync(file, JSON.stringify({ image, ...given }));
  return ["--values", file];
}

/** helm, as the cluster's administrator in the release's namespace; never fails by itself. */
export function helm(cluster: Cluster, words: readonly string[]): Promise<CommandResult> {
  const home = join(cluster.processes.folder, "helm");
  mkdirSync(home, { recursive: true });
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    KUBECONFIG: cluster.kubeconfig,
    HELM_CACHE_HOME: home,
    HELM_CONFIG_HOME: home,
    HELM_DATA_HOME: home,
  };
  return new Promise((settle, fail) => {
    const all = ["-n", RELEASE_NAMESPACE, ...words];
    execFile(installedTool("helm"), all, { env, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") fail(error);
      else settle({ status: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}
