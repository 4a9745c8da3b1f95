import { parseArgs } from "node:util";
import { ToolMissingError } from "../install.ts";
import { Cluster } from "./cluster.ts";
import { FolderInUseError } from "./processes.ts";

const USAGE = `usage: node tools/cluster/start.ts [--controllers] [--api-server MINOR] [--folder DIR] [-- FLAG…]

Starts a Kubernetes control plane on loopback, and prints the path of its kubeconfig when it is ready. It ends, and its
folder is removed, when this command ends.

  --controllers   also kube-controller-manager: Deployments make Pods, which stay Pending for there is no node
  --api-server    another minor version of the API server, such as 1.37, of those that have a folder here
  --folder DIR    where its files go: a folder that is new or empty; a temporary one otherwise
  -- FLAG…        more flags of kube-apiserver
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      controllers: { type: "boolean", default: false },
      "api-server": { type: "string" },
      folder: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return;
  }
  const cluster = await Cluster.start({
    controllers: values.controllers,
    apiServerFlags: positionals,
    ...(values["api-server"] === undefined ? {} : { apiServer: values["api-server"] }),
    ...(values.folder === undefined ? {} : { folder: values.folder }),
  });
  process.stdout.write(`${cluster.kubeconfig}\n`);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  await new Promise<void>((settle) => {
    // The loop has nothing else to wait for.
    const awake = setInterval(() => {}, 60_000);
    for (const signal of signals) process.once(signal, () => settle(clearInterval(awake)));
  });
  await cluster.stop();
}

try {
  await main();
} catch (error) {
  const usage = error instanceof FolderInUseError || (error instanceof TypeError && "code" in error);
  if (!usage && !(error instanceof ToolMissingError)) throw error;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage ? USAGE : ""}`);
  process.exitCode = 2;
}
