import { pullSecret } from "../registry/credential-files.ts";
import { type CredentialSource, firstOf } from "../registry/credentials.ts";
import { objectOf } from "../resources/json.ts";
import type { ClusterClient } from "./client.ts";

/** Milliseconds for which a Secret is taken as it was read. */
const FRESH = 300_000;

/**
 * Credentials for registries in Secrets of the cluster. Each is read when it is first needed, and again when it gets old;
 * one that cannot be read is a problem that the registry's refusal repeats.
 * @param names `namespace/name`: only these are ever read
 */
export function pullSecretCredentials(client: Pick<ClusterClient, "get">, names: readonly string[]): CredentialSource {
  return firstOf(names.map((name) => remembered(() => readPullSecret(client, name))));
}

function remembered(read: () => Promise<CredentialSource>): CredentialSource {
  let last: { readonly source: Promise<CredentialSource>; readonly at: number } | null = null;
  return {
    async find(repository) {
      if (last === null || Date.now() - last.at > FRESH) last = { source: read(), at: Date.now() };
      return (await last.source).find(repository);
    },
  };
}

async function readPullSecret(client: Pick<ClusterClient, "get">, name: string): Promise<CredentialSource> {
  const [namespace = "", secret = ""] = name.split("/");
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(secret)}`;
  try {
    return pullSecret(objectOf((await client.get(path)).data));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { find: async () => ({ kind: "anonymous", problem: `the pull secret ${name} cannot be read: ${reason}` }) };
  }
}
