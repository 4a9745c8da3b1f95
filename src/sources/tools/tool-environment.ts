import { join } from "node:path";

/** Of the user's environment a tool sees where programs are, and nothing by which it finds a home or a cluster. */
const kept = ["PATH", "Path", "PATHEXT", "SystemRoot", "SYSTEMROOT"] as const;

/**
 * The environment of a tool that renders: it writes into `scratch` alone, knows no cluster, and what it tries to fetch
 * is refused at once.
 */
export function toolEnvironment(scratch: string): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    HOME: scratch,
    USERPROFILE: scratch,
    TMPDIR: scratch,
    TEMP: scratch,
    TMP: scratch,
    LC_ALL: "C",
    KUBECONFIG: join(scratch, "no-cluster"),
    HELM_CACHE_HOME: join(scratch, "helm", "cache"),
    HELM_CONFIG_HOME: join(scratch, "helm", "config"),
    HELM_DATA_HOME: join(scratch, "helm", "data"),
    HTTP_PROXY: "http://127.0.0.1:9",
    HTTPS_PROXY: "http://127.0.0.1:9",
    NO_PROXY: "",
    GIT_ALLOW_PROTOCOL: "none",
    GIT_TERMINAL_PROMPT: "0",
  };
  for (const name of kept) if (process.env[name] !== undefined) environment[name] = process.env[name];
  return environment;
}
