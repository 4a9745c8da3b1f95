import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "../../../tools/cluster/cluster.ts";

/** A file that ends with the cluster; its path. */
export function writeTemporary(cluster: Cluster, name: string, content: string): string {
  const file = join(cluster.processes.folder, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}
