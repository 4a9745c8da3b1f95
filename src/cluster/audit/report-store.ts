import type { Finding } from "../../findings/finding.ts";
import { hash128 } from "../../findings/hash.ts";
import { objectOf, textOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import { ApiError } from "../api-error.ts";
import type { ClusterClient } from "../client.ts";
import { pathOf } from "../discovery.ts";
import type { ObjectKey } from "./audited-object.ts";
import { MANAGED_BY, ownerReport, reportContent, reportName } from "./owner-report.ts";
import { listPages, patiently } from "./patience.ts";
import type { ReportApi, ReportKind } from "./report-api.ts";
import type { Scope } from "./scope.ts";
import { type AuditShard, isOfShard } from "./shard.ts";

/** What became of the reports. */
export interface ReportCounts {
  written: number;
  unchanged: number;
  deleted: number;
}

/** Something that could not be done. */
export interface ReportProblem {
  /** `write`: the report of this name in particular; the others: all of a kind. */
  readonly what: "list" | "write" | "delete";
  readonly report: string;
  readonly namespace: string | null;
  readonly error: ApiError;
}

export interface ReportStoreOptions {
  readonly client: ClusterClient;
  /** The one that is used; what is in others is deleted. */
  readonly api: ReportApi;
  /** Those that the cluster serves. */
  readonly served: readonly ReportApi[];
  readonly scope: Scope;
  /** Null: all reports of the scope are this run's. */
  readonly shard: AuditShard | null;
  readonly category: (rule: string) => string | undefined;
  readonly omitted: (count: number) => string;
  readonly counts: ReportCounts;
  readonly onProblem: (problem: ReportProblem) => void;
  readonly signal?: AbortSignal | undefined;
}

interface Stored {
  readonly api: ReportApi;
  readonly namespace: string | null;
  readonly name: string;
  /** Of what it says. */
  readonly hash: string;
  /** Of the object that it is about: `apps/Deployment`. */
  readonly subject: string;
  /** Whether it is for this shard to delete it: until its object is met, that is told by the object's uid. */
  isOwn: boolean;
}

/** Requests at one time. */
const MOST_RUNNING = 8;

/**
 * The audit's own reports in a part of the cluster: what is there is read first, so that only what differs is written.
 */
export class ReportStore {
  readonly #options: ReportStoreOptions;
  /** By name, those of the API that is used; of others under names that no object's report has. */
  readonly #stale = new Map<string, Stored>();
  readonly #running = new Set<Promise<void>>();
  #lost: unknown;
  #refused = false;

  private constructor(options: ReportStoreOptions) {
    this.#options = options;
  }

  /** Reads the reports that are there. */
  static async open(options: ReportStoreOptions): Promise<ReportStore> {
    const store = new ReportStore(options);
    for (const api of options.served) {
      await store.#read(api, api.namespaced, options.scope.namespace);
      if (options.scope.cluster) await store.#read(api, api.cluster, null);
    }
    return store;
  }

  /** Sees to it that the report about an object is there, and says this. Waits only while many others are written. */
  async put(owner: ObjectKey, findings: readonly Finding[]): Promise<void> {
    const { api, category, omitted, counts } = this.#options;
    const report = ownerReport(owner, findings, { api, category, omitted });
    const stored = this.keep(owner.uid);
    if (stored?.hash === hashOf(report)) counts.unchanged++;
    else if (!this.#refused) await this.#run(() => this.#apply(report, owner));
  }

  /** Leaves the report about an object as it is, if there is one. */
  keep(uid: string): Stored | undefined {
    const name = reportName(uid);
    const stored = this.#stale.get(name);
    this.#stale.delete(name);
    return stored;
  }

  /** The object of this uid is this shard's, and so is the report about it. */
  claim(uid: string): void {
    const stored = this.#stale.get(reportName(uid));
    if (stored !== undefined) stored.isOwn = true;
  }

  /**
   * Deletes the reports about objects that are not there any more, and waits until everything is done.
   * @param isKnown whether all objects of a kind, `apps/Deployment`, were seen
   */
  async finish(isKnown: (subject: string) => boolean): Promise<void> {
    for (const stored of this.#stale.values()) {
      if (!stored.isOwn) continue;
      if (stored.api !== this.#options.api || isKnown(stored.subject)) await this.#run(() => this.#delete(stored));
    }
    await Promise.all(this.#running);
    if (this.#lost !== undefined) throw this.#lost;
  }

  async #read(api: ReportApi, kind: ReportKind, namespace: string | null): Promise<void> {
    const { client, signal, onProblem } = this.#options;
    const path = pathOf({ ...api, ...kind }, namespace);
    try {
      const query = { labelSelector: `${MANAGED_BY.key}=${MANAGED_BY.value}` };
      for await (const page of listPages(client, path, { signal, query })) {
        for (const item of page.items)
          this.#remember(api, { ...item, apiVersion: `${api.group}/${api.version}`, kind: kind.kind });
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Who may write into one API need not be allowed to look into the other, nor to know of it.
      if (api !== this.#options.api) return;
      this.#refused = true;
      onProblem({ what: "list", report: `${kind.plural}.${api.group}`, namespace, error });
    }
  }

  #remember(api: ReportApi, report: JsonObject): void {
    const metadata = objectOf(report.metadata);
    const name = textOf(metadata.name);
    // Others may use the label; the name is ours.
    if (name === null || !name.startsWith(reportName(""))) return;
    const scope = objectOf(report.scope);
    const apiVersion = textOf(scope.apiVersion) ?? "";
    const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
    const stored: Stored = {
      api,
      namespace: textOf(metadata.namespace),
      name,
      hash: hashOf(report),
      subject: `${group}/${textOf(scope.kind) ?? ""}`,
      isOwn: isOfShard(name.slice(reportName("").length), this.#options.shard),
    };
    this.#stale.set(api === this.#options.api ? name : `${api.name} ${name}`, stored);
  }

  async #run(work: () => Promise<void>): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost;
    const running: Promise<void> = work()
      .catch((error: unknown) => {
        this.#lost ??= error;
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    if (this.#running.size >= MOST_RUNNING) await Promise.race(this.#running);
  }

  /** Server-side apply writes what is ours, whether the report is there or not, and leaves alone what others added. */
  async #apply(report: JsonObject, { namespace, uid }: ObjectKey): Promise<void> {
    const { client, api, counts, signal } = this.#options;
    const kind = namespace === null ? api.cluster : api.namespaced;
    const path = pathOf({ ...api, ...kind }, namespace, reportName(uid));
    const query = { fieldManager: "paddlock", force: "true" };
    await this.#trying("write", reportName(uid), namespace, async () => {
      await patiently(() => client.patch(path, report, "application/apply-patch+yaml", { query, signal }), signal);
      counts.written++;
    });
  }

  async #delete({ api, namespace, name }: Stored): Promise<void> {
    const { client, counts, signal } = this.#options;
    const kind = namespace === null ? api.cluster : api.namespaced;
    const path = pathOf({ ...api, ...kind }, namespace, name);
    await this.#trying("delete", name, namespace, async () => {
      await patiently(() => client.delete(path, { signal }), signal);
      counts.deleted++;
    });
  }

  async #trying(
    what: "write" | "delete",
    report: string,
    namespace: string | null,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // The owner's garbage, or its namespace, was collected meanwhile.
      if (error.status === 404) return;
      if (error.status === 403) {
        if (this.#refused) return;
        this.#refused = true;
      }
      this.#options.onProblem({ what, report, namespace, error });
    }
  }
}

function hashOf(report: JsonObject): string {
  return hash128(reportContent(report));
}
