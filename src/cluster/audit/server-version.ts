import { textOf } from "../../resources/json.ts";
import type { Getter } from "../discovery.ts";
import { isDisconnection } from "./disconnection.ts";

/**
 * The version of the cluster's API, `1.34`, so that objects are held to the schemas that the cluster itself has; null
 * where it does not tell.
 * @throws TransportError where there is no cluster to ask
 */
export async function serverVersion(client: Getter, signal?: AbortSignal): Promise<string | null> {
  try {
    const version = await client.get("/version", { signal });
    // Some distributions write `34+`.
    const minor = /^\d{1,3}/.exec(textOf(version.minor) ?? "");
    return version.major === "1" && minor !== null ? `1.${minor[0]}` : null;
  } catch (error) {
    if (isDisconnection(error)) throw error;
    return null;
  }
}
