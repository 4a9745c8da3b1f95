import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { LRUCache } from "lru-cache";
import { isObject } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { codeIn } from "../messages/thrown.ts";
import { askHelper } from "./credential-helper.ts";
import { ANONYMOUS, type Credential, type CredentialSource, firstOf } from "./credentials.ts";
import {
  credentialIn,
  type DockerConfig,
  helperFor,
  readDockerConfig,
  readLegacyDockerConfig,
} from "./docker-config.ts";
import { parseJson } from "./failure.ts";
import type { RepositoryName } from "./repository.ts";
import type { RegistryDetail } from "./words.ts";

const MOST_BYTES = 1 << 20;
/** Milliseconds for which a file, and what a helper said, is taken as it was. */
const FRESH = 60_000;

export interface FileOptions {
  /** Whether the file may be missing; a problem otherwise. */
  readonly optional?: boolean;
  /** What helpers run with. */
  readonly env?: NodeJS.ProcessEnv;
}

/** The credentials in a docker `config.json`, and of the helpers that it names. The file is read again when it gets old. */
export function dockerConfigFile(
  file: string,
  { optional = false, env = process.env }: FileOptions = {},
): CredentialSource {
  let read: { readonly config: Promise<DockerConfig | RegistryDetail | null>; readonly at: number } | null = null;
  const helped = new LRUCache<string, Promise<Credential>>({ max: 100, ttl: FRESH });
  const ask = (helper: string, host: string): Promise<Credential> => {
    const asked = helped.get(host) ?? askHelper(helper, host, env);
    helped.set(host, asked, { noUpdateTTL: true });
    return asked;
  };
  return {
    async find(repository) {
      if (read === null || Date.now() - read.at > FRESH) read = { config: readFileOf(file, optional), at: Date.now() };
      const config = await read.config;
      if (config === null) return ANONYMOUS;
      if (typeof config === "function") return { kind: "anonymous", problem: config };
      const helper = helperFor(config, repository.host);
      const found = helper === null ? ANONYMOUS : await ask(helper, repository.host);
      // A helper that knows nothing leaves the entries, which older logins wrote.
      return found.kind === "anonymous" ? (credentialIn(config, repository) ?? found) : found;
    },
  };
}

/**
 * The files where docker and podman keep logins, in the order in which they count: `REGISTRY_AUTH_FILE`, docker's
 * (`DOCKER_CONFIG`, else `~/.docker`), podman's in `XDG_RUNTIME_DIR`. None of them has to exist.
 */
export function userCredentials(env: NodeJS.ProcessEnv = process.env): CredentialSource {
  const { REGISTRY_AUTH_FILE: named, DOCKER_CONFIG: docker, XDG_RUNTIME_DIR: runtime } = env;
  const files = [join(docker ?? join(env.HOME ?? homedir(), ".docker"), "config.json")];
  if (named !== undefined && named !== "") files.unshift(named);
  if (runtime !== undefined && runtime !== "") files.push(join(runtime, "containers", "auth.json"));
  return firstOf(files.map((file) => dockerConfigFile(file, { optional: true, env })));
}

/**
 * The credentials in a Kubernetes Secret of type `kubernetes.io/dockerconfigjson` or `kubernetes.io/dockercfg`, from its
 * `data`, whose values are base64. Programs that it names are not run: whoever writes a Secret does not choose them.
 */
export function pullSecret(data: JsonObject): CredentialSource {
  const config = readSecret(data);
  return {
    find: async (repository: RepositoryName) => {
      if (config === null) return { kind: "anonymous", problem: (say) => say.emptySecret };
      return credentialIn(config, repository) ?? ANONYMOUS;
    },
  };
}

function readSecret(data: JsonObject): DockerConfig | null {
  for (const [key, read] of [
    [".dockerconfigjson", readDockerConfig],
    [".dockercfg", readLegacyDockerConfig],
  ] as const) {
    const encoded = data[key];
    if (typeof encoded !== "string") continue;
    const value = parseJson(Buffer.from(encoded, "base64"));
    return isObject(value) ? read(value) : null;
  }
  return null;
}

/** The configuration, null where there is none and there may be none, or what is wrong with it. */
async function readFileOf(file: string, optional: boolean): Promise<DockerConfig | RegistryDetail | null> {
  try {
    if ((await stat(file)).size > MOST_BYTES) return (say) => say.configurationLarge(file);
    const value = parseJson(await readFile(file));
    return isObject(value) ? readDockerConfig(value) : (say) => say.configurationNoObject(file);
  } catch (error) {
    const code = codeIn(error) ?? "unknown";
    if (optional && (code === "ENOENT" || code === "ENOTDIR")) return null;
    return (say) => say.configurationUnreadable(file, code);
  }
}
