import { ConfigurationError } from "../../config/configuration-error.ts";
import { ApiError, TransportError } from "../api-error.ts";
import type { ClusterClient } from "../client.ts";
import type { AuditWords } from "./words.ts";

/**
 * Says in words why there is no cluster to ask.
 * @throws ConfigurationError where the cluster does not answer, or refuses what is asked for
 */
export async function reaching<Answer>(
  client: ClusterClient,
  words: AuditWords,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    const server = client.kubeConfig.getCurrentCluster()?.server ?? "";
    if (error instanceof TransportError)
      throw ConfigurationError.of("cluster-unreachable", words.unreachable(server, words.reason(error)));
    if (error instanceof ApiError)
      throw ConfigurationError.of("cluster-refused", words.refused(server, words.reason(error)));
    throw error;
  }
}
