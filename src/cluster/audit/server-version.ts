import { textOf } from "../../json/json.ts";
import type { Getter } from "../discovery.ts";

/**
 * The version of the cluster's API, `1.34`, so that objects are held to the schemas that the cluster itself has; null
 * where it does not tell.
 */
export async function serverVersion(client: Getter, signal?: AbortSignal): Promise<string | null> {
  try {
    const version = await client.get("/version", { signal });
    // Some distributions write `34+`.
    const minor = /^\d{1,3}/.exec(textOf(version.minor) ?? "");
    return version.major === "1" && minor !== null ? `1.${minor[0]}` : null;
  } catch {
    // Whoever asks the next question hears why.
    return null;
  }
}
