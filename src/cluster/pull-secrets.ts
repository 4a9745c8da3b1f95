import { objectOf } from "../json/json.ts";
import { messageIn } from "../messages/thrown.ts";
import { pullSecret } from "../registry/credential-files.ts";
import { type CredentialSource, firstOf } from "../registry/credentials.ts";
import type { ClusterClient } from "./client.ts";

/** Milliseconds for which a Secret is taken as it was read, and for which one that could not be read is let be. */
const FRESH = 300_000;
const FAILED = 10_000;

/**
 * Credentials for registries in Secrets of the cluster. Each is read when it is first needed, and again when it gets old;
 * one that cannot be read is a problem that the registry's refusal repeats.
 * @param names `namespace/name`: only these are ever read
 */
export function pullSecretCredentials(client: Pick<ClusterClient, "get">, names: readonly string[]): CredentialSource {
  return firstOf(names.map((name) => remembered(() => readPullSecret(client, name))));
}

/** What reading a Secret came to, and for how many milliseconds that is taken for granted. */
interface ReadSecret {
  readonly source: CredentialSource;
  readonly fresh: number;
}

/** @param read never throws */
function remembered(read: () => Promise<ReadSecret>): CredentialSource {
  let last: Promise<ReadSecret> | null = null;
  let until = 0;
  return {
    async find(repository) {
      if (last === null || Date.now() > until) {
        // Whoever asks meanwhile waits for the same answer.
        until = Number.POSITIVE_INFINITY;
        last = read().then((secret) => {
          until = Date.now() + secret.fresh;
          return secret;
        });
      }
      return (await last).source.find(repository);
    },
  };
}

async function readPullSecret(client: Pick<ClusterClient, "get">, name: string): Promise<ReadSecret> {
  const [namespace = "", secret = ""] = name.split("/");
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(secret)}`;
  try {
    return { source: pullSecret(objectOf((await client.get(path)).data)), fresh: FRESH };
  } catch (error) {
    const reason = messageIn(error);
    const source: CredentialSource = {
      find: async () => ({ kind: "anonymous", problem: (say) => say.secretUnreadable(name, reason) }),
    };
    return { source, fresh: FAILED };
  }
}
