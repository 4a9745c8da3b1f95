import type { JudgedKinds } from "../../judging/judged-kinds.ts";
import { ApiError } from "../api-error.ts";
import { type Getter, type ServedKind, servedGroups, servedKinds } from "../discovery.ts";
import { type ListedKind, listedKinds, mayHoldListedKinds } from "./audited-kinds.ts";

/** What the cluster has that the audit may judge. */
export interface Inventory {
  /** Owners first. */
  readonly kinds: readonly ListedKind[];
  /** All groups that the cluster serves. */
  readonly groups: ReadonlySet<string>;
  /** Groups that could not be asked, and why not: an API behind another server that is down. */
  readonly unknown: ReadonlyMap<string, ApiError>;
}

/**
 * Asks the cluster what it serves of what is judged.
 * @throws ApiError where discovery as such is refused; TransportError where the cluster does not answer
 */
export async function takeInventory(client: Getter, judged: JudgedKinds, signal?: AbortSignal): Promise<Inventory> {
  const groups = await servedGroups(client, { signal });
  const wanted = groups.filter((group) => mayHoldListedKinds(group, judged));
  const unknown = new Map<string, ApiError>();
  const served: ServedKind[] = [];
  const answers = wanted.map(async (group): Promise<readonly ServedKind[]> => {
    try {
      return await servedKinds(client, group, { signal });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      unknown.set(group, error);
      return [];
    }
  });
  for (const kinds of await Promise.all(answers)) served.push(...kinds);
  return { kinds: listedKinds(served, judged), groups: new Set(groups), unknown };
}
