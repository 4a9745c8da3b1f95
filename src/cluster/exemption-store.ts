import { createHash } from "node:crypto";
import {
  BrokenRecordError,
  type ExemptionRecord,
  type ExemptObject,
  readRecord,
  recordLimits,
  writeRecord,
} from "../admission/exemption-record.ts";
import { type ExemptionRecords, isFor, readRecords } from "../admission/exemption-records.ts";
import { objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import type { NamespacedName } from "../resources/identity.ts";
import { ApiError } from "./api-error.ts";
import type { ClusterClient } from "./client.ts";

/** There are as many records as a cluster may have. */
export class TooManyRecordsError extends Error {
  override name = "TooManyRecordsError";
  /** How many there are. */
  readonly count: number;

  constructor(count: number) {
    super(`there are ${count} records`);
    this.count = count;
  }
}

/** Somebody else writes at the same time; more tries than this are no accident. */
const mostTries = 10;

/** The records of break-glass as an administrator writes them, with his own rights. */
export class ExemptionStore {
  readonly #client: ClusterClient;
  readonly #place: NamespacedName;

  constructor(client: ClusterClient, place: NamespacedName) {
    this.#client = client;
    this.#place = place;
  }

  /** @throws ApiError, TransportError; a ConfigMap that is not there has no records. */
  async read(): Promise<ExemptionRecords> {
    return (await this.find()) ?? readRecords({});
  }

  /** Null: the ConfigMap is not there. @throws ApiError, TransportError */
  async find(): Promise<ExemptionRecords | null> {
    const found = await this.#get();
    return found === null ? null : readRecords(objectOf(found.data));
  }

  /**
   * Writes a record in place of those that the object has, and takes away what has expired.
   * @returns those that it replaced
   * @throws TooManyRecordsError, ApiError, TransportError
   */
  async add(record: ExemptionRecord, now: Date): Promise<readonly ExemptionRecord[]> {
    const text = writeRecord(record);
    // What is written here must be what is read there.
    readRecord(text);
    let replaced: ExemptionRecord[] = [];
    await this.#change((data) => {
      replaced = [];
      const kept = without(data, (each) => {
        const expired = each.until <= now.getTime();
        if (isFor(each, record) && !expired) replaced.push(each);
        return isFor(each, record) || expired;
      });
      const changed = { ...kept, [keyOf(record)]: text };
      const texts = Object.values(changed).filter((value) => typeof value === "string");
      const total = texts.reduce((sum, value) => sum + value.length, 0);
      if (texts.length > recordLimits.records || total > recordLimits.total) {
        throw new TooManyRecordsError(texts.length - 1);
      }
      return changed;
    });
    return replaced;
  }

  /** Takes away the records of an object, and what has expired; those that it took of the object. */
  async end(object: ExemptObject, now: Date): Promise<readonly ExemptionRecord[]> {
    let ended: ExemptionRecord[] = [];
    await this.#change((data) => {
      ended = [];
      return without(data, (record) => {
        if (isFor(record, object)) ended.push(record);
        return isFor(record, object) || record.until <= now.getTime();
      });
    });
    return ended;
  }

  async #change(edit: (data: JsonObject) => JsonObject): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const found = await this.#get();
      const data = edit(objectOf(found?.data));
      try {
        if (found === null) await this.#create(data);
        else await this.#client.replace(this.#path, { ...found, data });
        return;
      } catch (error) {
        const conflict = error instanceof ApiError && error.status === 409;
        if (!conflict || attempt >= mostTries) throw error;
      }
    }
  }

  async #get(): Promise<JsonObject | null> {
    try {
      return await this.#client.get(this.#path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }

  async #create(data: JsonObject): Promise<void> {
    const { namespace, name } = this.#place;
    await this.#client.create(`/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace, labels: { "app.kubernetes.io/component": "exemptions" } },
      data,
    });
  }

  get #path(): string {
    const { namespace, name } = this.#place;
    return `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`;
  }
}

/** Who asks, and when, both as the API server sees it: his own clock may be wrong, and it is theirs that records end by. */
export async function whoAmI(client: ClusterClient): Promise<{ readonly user: string; readonly now: Date }> {
  const review = await client.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", {
    apiVersion: "authentication.k8s.io/v1",
    kind: "SelfSubjectReview",
  });
  const user = textOf(objectOf(objectOf(review.status).userInfo).username) ?? "?";
  const created = Date.parse(textOf(objectOf(review.metadata).creationTimestamp) ?? "");
  return { user, now: Number.isNaN(created) ? new Date() : new Date(created) };
}

/** Texts that are no records are left where they are: whoever put them there is to see them. */
function without(data: JsonObject, isGone: (record: ExemptionRecord) => boolean): JsonObject {
  const kept = Object.entries(data).filter(([, text]) => {
    try {
      return typeof text !== "string" || !isGone(readRecord(text));
    } catch (error) {
      if (error instanceof BrokenRecordError) return true;
      throw error;
    }
  });
  return Object.fromEntries(kept);
}

/** A key that a ConfigMap takes, for people to find the object by; a digest tells apart what it cannot spell out. */
function keyOf({ group, kind, namespace, name }: ExemptObject): string {
  const full = [group === "" ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`, namespace ?? "", name].join("_");
  if (full.length <= 200 && /^[-._a-zA-Z0-9]+$/.test(full)) return full;
  const digest = createHash("sha256").update(full).digest("hex").slice(0, 16);
  return `${full.slice(0, 180).replaceAll(/[^-._a-zA-Z0-9]/g, "-")}_${digest}`;
}
