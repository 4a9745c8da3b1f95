import { LRUCache } from "lru-cache";
import { because, failureWords } from "../admission/failure-words.ts";
import type { LiveOwner, Looked, OwnedObject, OwnerChain } from "../admission/owner-chain.ts";
import type { ObjectPlace } from "../admission/scale.ts";
import { untilAborted } from "../budget/until-aborted.ts";
import { objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { isMadeFor, MAKES, type Makes } from "../kinds/owner-kinds.ts";
import { inEach } from "../messages/language.ts";
import { type ControllerReference, controllerReference } from "../resources/controller-reference.ts";
import { groupAndVersion, kindKey, referredKindKey } from "../resources/kind-key.ts";
import { ApiError, clusterReason, TransportError } from "./api-error.ts";
import type { ClusterClient } from "./client.ts";
import { pathOf, type ServedKind, servedVersion } from "./discovery.ts";
import { clusterWords } from "./words.ts";

/** Milliseconds for which an owner is taken as it was read: it is its existence and its template that are asked for. */
const FRESH_MS = 10_000;
/** The same of one that is not there, which may come any moment. */
const ABSENT_MS = 1_000;
/** Milliseconds that a question may take, whoever waits for it and however long. */
const ASK_MS = 30_000;
/** Owners that are kept, by the length of their text in bytes and by number. */
const MOST_BYTES = 32 << 20;
const MOST_OWNERS = 10_000;
/** Of one owner: more the API server does not keep. */
const MOST_OWNER_BYTES = 2 << 20;
/** Owners of owners beyond this are nobody's doing but a forger's; Knative under KServe needs six. */
const LONGEST_CHAIN = 16;

/** Kinds whose place is remembered, and for how many milliseconds. */
const MOST_PLACES = 256;
const PLACE_MS = 600_000;

/** Where the API server has the objects of a kind. */
type OwnerResource = Pick<ServedKind, "group" | "version" | "plural" | "namespaced">;

/** What the API server answers about an owner: the object, or null where there is none. */
interface Found {
  readonly owner: LiveOwner | null;
  /** Of the whole object, as JSON; a rough figure. */
  readonly bytes: number;
}

/**
 * Looks owners up by what they are called, each by one GET where the cache does not have it. A path is only ever built of
 * a kind that makes something, so that nobody can have anything else read for him.
 */
export class OwnerLookup {
  readonly #client: Pick<ClusterClient, "get">;
  readonly #known = new LRUCache<string, Found>({
    max: MOST_OWNERS,
    maxSize: MOST_BYTES,
    sizeCalculation: ({ bytes }, key) => bytes + key.length,
  });
  /** Where the objects of kinds are that the configuration names, by apiVersion and kind; null: nowhere. */
  readonly #places = new LRUCache<string, { readonly place: OwnerResource | null }>({
    max: MOST_PLACES,
    ttl: PLACE_MS,
  });
  /** Whoever asks meanwhile waits for the same answer. */
  readonly #asked = new Map<string, Promise<LiveOwner | null>>();

  constructor(client: Pick<ClusterClient, "get">) {
    this.#client = client;
  }

  /** Never throws. A chain that comes back to an owner it had is broken: anyone can write a reference to himself. */
  async chain({ kind, namespace, controller }: OwnedObject, makes: Makes, signal: AbortSignal): Promise<OwnerChain> {
    const owners: LiveOwner[] = [];
    let made = kind;
    let next: ControllerReference | null = controller;
    while (next !== null) {
      if (owners.length === LONGEST_CHAIN || owners.some(({ uid }) => uid === next?.uid)) {
        return { owners, state: "broken", why: because((say) => say.circle) };
      }
      const called = `${next.kind} ${next.name}`;
      const owner = referredKindKey(next);
      if (!isMadeFor(makes, owner, made))
        return { owners, state: "broken", why: because((say) => say.makesNone(called)) };
      let live: LiveOwner | null;
      try {
        live = await this.#find(next, namespace, signal);
      } catch (error) {
        const why = inEach((language) => failureWords[language].ownerUnread(called, clusterReason(error, language)));
        return { owners, state: "unknown", why };
      }
      if (live === null) return { owners, state: "broken", why: because((say) => say.noOwner(called)) };
      owners.push(live);
      made = owner;
      next = controllerReference(objectOf(live.object.metadata));
    }
    return { owners, state: "complete", why: null };
  }

  /** An object by its place, not by what is remembered. Never throws. */
  async object({ group, version, plural, namespace, name }: ObjectPlace, signal: AbortSignal): Promise<Looked> {
    const isPlace =
      versions.test(version) && plurals.test(plural) && names.test(name) && (group === "" || names.test(group));
    const place = `${plural}/${name}`.slice(0, 200);
    if (!isPlace) return { why: because((say) => say.noPlace(place)) };
    try {
      const path = pathOf({ group, version, plural }, namespace, name);
      return { object: await this.#client.get(path, { signal, most: MOST_OWNER_BYTES }) };
    } catch (error) {
      return { why: inEach((language) => failureWords[language].unread(place, clusterReason(error, language))) };
    }
  }

  async #find(
    reference: ControllerReference,
    namespace: string | null,
    signal: AbortSignal,
  ): Promise<LiveOwner | null> {
    const { apiVersion, kind, name } = reference;
    if (!versions.test(groupAndVersion(apiVersion).version) || !names.test(name)) return null;
    const place = await untilAborted(this.#place(apiVersion, kind), signal, late);
    if (place === null) return null;
    const path = pathOf(place, place.namespaced ? namespace : null, name);
    const known = this.#known.get(path)?.owner;
    // Another uid is that of one that came after, or went before.
    if (known !== undefined && known?.uid === reference.uid) return known;
    if (known === null) return null;
    const live = await untilAborted(this.#ask(path, reference, namespace), signal, late);
    return live?.uid === reference.uid ? live : null;
  }

  /** The kinds of operators that are known are all called in the same manner; of others the API server must be asked. */
  async #place(apiVersion: string, kind: string): Promise<OwnerResource | null> {
    const { group, version } = groupAndVersion(apiVersion);
    if (MAKES.has(kindKey({ group, kind })))
      return { group, version, plural: `${kind.toLowerCase()}s`, namespaced: true };
    const key = `${apiVersion} ${kind}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known.place;
    const served = await servedVersion(this.#client, group, version, { signal: AbortSignal.timeout(ASK_MS) });
    const place = served.find((each) => each.kind === kind) ?? null;
    this.#places.set(key, { place });
    return place;
  }

  #ask(path: string, reference: ControllerReference, namespace: string | null): Promise<LiveOwner | null> {
    const asked = this.#asked.get(path);
    if (asked !== undefined) return asked;
    const answer = this.#read(path, reference, namespace).finally(() => this.#asked.delete(path));
    this.#asked.set(path, answer);
    return answer;
  }

  async #read(path: string, reference: ControllerReference, namespace: string | null): Promise<LiveOwner | null> {
    try {
      const object = await this.#client.get(path, { signal: AbortSignal.timeout(ASK_MS), most: MOST_OWNER_BYTES });
      const owner = liveOwner(object, reference, namespace);
      this.#known.set(path, { owner, bytes: JSON.stringify(owner).length }, { ttl: FRESH_MS });
      return owner;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
      this.#known.set(path, { owner: null, bytes: 1 }, { ttl: ABSENT_MS });
      return null;
    }
  }
}

/** Names as the API server gives them; anything else is no object's. */
const names = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const plurals = /^[a-z][a-z0-9]{0,62}$/;
const versions = /^v[0-9]{1,4}(?:(?:alpha|beta)[0-9]{1,4})?$/;

function liveOwner(
  object: JsonObject,
  { apiVersion, kind, name }: ControllerReference,
  namespace: string | null,
): LiveOwner {
  const { status: _status, metadata: written, ...rest } = object;
  const { managedFields: _fields, ...metadata } = objectOf(written);
  return {
    ...groupAndVersion(apiVersion),
    kind,
    namespace,
    name,
    uid: textOf(metadata.uid) ?? "",
    createdAt: Date.parse(textOf(metadata.creationTimestamp) ?? ""),
    object: { ...rest, metadata },
  };
}

function late(): never {
  throw new TransportError("timeout", (language) => clusterWords[language].late);
}
