import type { ExemptionRecord } from "../admission/exemption-record.ts";
import { type BrokenRecord, type ExemptionRecords, noRecords, readRecords } from "../admission/exemption-records.ts";
import { objectOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import type { NamespacedName } from "../resources/identity.ts";
import type { ClusterClient } from "./client.ts";
import { KindWatch, usualTiming, type WatchState, type WatchTiming } from "./kind-watch.ts";

/** What is known of the records. */
export interface ExemptionsState extends ExemptionRecords {
  readonly state: WatchState;
  readonly detail: string;
}

export interface ExemptionWatchOptions {
  readonly place: NamespacedName;
  readonly timing?: Partial<WatchTiming>;
  /** A text that is no record; told once, until it is another. */
  readonly onBroken: (broken: BrokenRecord) => void;
  readonly onNote: (note: string) => void;
}

const none: ReadonlyMap<string, readonly ExemptionRecord[]> = new Map();

/**
 * The records of break-glass, kept up to date by a watch of the one ConfigMap. While the watch is not in sync there are
 * none: one that was ended meanwhile must let nothing in.
 */
export class ExemptionWatch {
  readonly #watch: KindWatch<ExemptionRecords | null>;
  readonly #onBroken: ExemptionWatchOptions["onBroken"];
  #told: ReadonlySet<string> = new Set();
  /** Another one whenever something of it is another. */
  version = 0;
  readonly place: NamespacedName;
  #state: ExemptionsState = { ...noRecords, state: "syncing", detail: "" };
  #byNamespace = none;
  #running: Promise<void> = Promise.resolve();

  constructor(client: ClusterClient, { place, timing, onBroken, onNote }: ExemptionWatchOptions) {
    this.place = place;
    this.#onBroken = onBroken;
    const path = `/api/v1/namespaces/${encodeURIComponent(place.namespace)}/configmaps`;
    // Only so are a list and a watch of one object: rights on its name allow nothing else.
    const query = { fieldSelector: `metadata.name=${place.name}` };
    const at = {
      path,
      query,
      reduce: (object: JsonObject) => (isNamed(object, place.name) ? readRecords(objectOf(object.data)) : null),
    };
    this.#watch = new KindWatch<ExemptionRecords | null>(
      client,
      { growsOld: true, locate: async () => at },
      {
        replace: (all) => this.#set(all.find((records) => records !== null) ?? noRecords),
        put: (records) => {
          if (records !== null) this.#set(records);
        },
        remove: (records) => {
          if (records !== null) this.#set(noRecords);
        },
        clear: () => this.#set(noRecords),
        state: (state, detail) => this.#become(state, detail),
        note: onNote,
      },
      { ...usualTiming, ...timing },
    );
  }

  start(): void {
    this.#running = this.#watch.run();
  }

  async close(): Promise<void> {
    this.#watch.stop();
    await this.#running;
  }

  get state(): ExemptionsState {
    return this.#state;
  }

  /** Those for objects of a namespace; null: for objects that live in none. */
  of(namespace: string | null): readonly ExemptionRecord[] {
    if (this.#state.state !== "synced") return [];
    return this.#byNamespace.get(namespace ?? "") ?? [];
  }

  #set({ records, broken }: ExemptionRecords): void {
    const byNamespace = new Map<string, ExemptionRecord[]>();
    for (const record of records) {
      const known = byNamespace.get(record.namespace ?? "");
      if (known === undefined) byNamespace.set(record.namespace ?? "", [record]);
      else known.push(record);
    }
    this.#byNamespace = byNamespace;
    this.#state = { ...this.#state, records, broken };
    this.version++;
    for (const each of broken) if (!this.#told.has(textOf(each))) this.#onBroken(each);
    this.#told = new Set(broken.map(textOf));
  }

  #become(state: WatchState, detail: string): void {
    if (state === this.#state.state && detail === this.#state.detail) return;
    this.#state = { ...this.#state, state, detail };
    this.version++;
  }
}

function textOf({ key, reason }: BrokenRecord): string {
  return `${key}: ${reason}`;
}

/** Whoever may list more than the one is not to take another for it. */
function isNamed({ metadata }: JsonObject, name: string): boolean {
  return objectOf(metadata).name === name;
}
