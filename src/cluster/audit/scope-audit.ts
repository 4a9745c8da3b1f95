import type { JsonObject } from "../../documents/document.ts";
import type { Notification } from "../../notification.ts";
import type { ControllerReference } from "../../resources/controller-reference.ts";
import { isObject, listOf, objectOf, textOf } from "../../resources/json.ts";
import { kindKey, referredKindKey } from "../../resources/kind-key.ts";
import { ApiError } from "../api-error.ts";
import type { ClusterClient } from "../client.ts";
import { pathOf } from "../discovery.ts";
import type { AuditRelations } from "./audit-relations.ts";
import { isUsuallyMade, type ListedKind } from "./audited-kinds.ts";
import { type ObjectKey, objectKey, shownName } from "./audited-object.ts";
import type { ClusterJudge } from "./cluster-judge.ts";
import { isDisconnection } from "./disconnection.ts";
import type { LetIn } from "./let-in.ts";
import { Owners } from "./owners.ts";
import { listPages, type PatientPage, patiently } from "./patience.ts";
import { isForbidden, kindProblem, reasonOf } from "./problems.ts";
import type { Refusals } from "./refusals.ts";
import type { ReportStore } from "./report-store.ts";
import type { AuditResults } from "./results.ts";
import type { Scope } from "./scope.ts";
import { isOfShard, type Shard } from "./shard.ts";
import type { AuditWords } from "./words.ts";

export interface ScopeAuditOptions {
  readonly client: ClusterClient;
  /** Owners first. */
  readonly kinds: readonly ListedKind[];
  readonly scope: Scope;
  /** Of whom the objects are judged; who owns whom is asked of all. Null: everything is judged. */
  readonly shard: Shard | null;
  readonly judge: ClusterJudge;
  readonly relations: AuditRelations;
  readonly results: AuditResults;
  readonly letIn: LetIn;
  readonly refusals: Refusals;
  /** Null: no reports are written. */
  readonly reports: ReportStore | null;
  readonly words: AuditWords;
  readonly signal?: AbortSignal | undefined;
  /** Called with how many objects were met, and how many there are as far as is known. */
  readonly onProgress: (met: number, known: number) => void;
}

/** An object that is to be judged. */
interface Own {
  readonly object: JsonObject;
  readonly key: ObjectKey;
}

/** Of a page of metadata, one part in so many is asked for object by object; what is more, as a page. */
const FEW = 20;

/** Lists the workloads of a part of the cluster page by page, and judges those that nobody above them stands for. */
export class ScopeAudit {
  readonly #options: ScopeAuditOptions;
  readonly #owners: Owners;
  readonly #kinds: readonly ListedKind[];
  readonly #undecided: ObjectKey[] = [];
  /** Kinds of which not all objects were seen. */
  readonly #unseen = new Set<string>();

  constructor(options: ScopeAuditOptions) {
    const { kinds, scope } = options;
    this.#options = options;
    this.#kinds = kinds.filter(({ namespaced }) => namespaced || scope.cluster);
    this.#owners = new Owners(this.#kinds);
  }

  /**
   * @param isUnknownGroup whether the kinds of a group are not known
   * @throws TransportError where the cluster does not answer any more
   */
  async run(isUnknownGroup: (group: string) => boolean): Promise<void> {
    for (const kind of this.#kinds) await this.#list(kind);
    await this.#settle();
    await this.#options.reports?.finish((subject) => {
      return !this.#unseen.has(subject) && !isUnknownGroup(subject.slice(0, subject.indexOf("/")));
    });
  }

  async #list(kind: ListedKind): Promise<void> {
    const { client, scope, shard, signal, results, refusals, words, onProgress } = this.#options;
    const path = pathOf(kind, scope.namespace);
    // All shards list everything, and each judges few of what others stand for.
    const metadataOnly = shard !== null && isUsuallyMade(kind);
    try {
      for await (const page of listPages(client, path, { signal, metadataOnly })) {
        refusals.opened(scope.namespace);
        const own = page.items.flatMap((object): Own[] => {
          const key = this.#meet(object, kind);
          return key === null ? [] : [{ object, key }];
        });
        // A page at a time, so that registries are asked about many images at once.
        await this.#judge(page.metadataOnly ? await this.#whole(own, page, path) : own);
        onProgress(page.items.length, page.remaining);
      }
    } catch (error) {
      if (isGone(error)) return;
      if (isDisconnection(error) || signal?.aborted) throw error;
      if (isForbidden(error) || kind.role === "link") this.#owners.withdraw(kind);
      this.#unseen.add(kindKey(kind));
      if (isForbidden(error) && kind.role !== "link") {
        refusals.refused(kind, scope.namespace);
        return;
      }
      const problem = kindProblem(kind, scope.namespace, error, words);
      if (problem.level === "error") results.addUnreadable(problem);
      else results.notifications.push(problem);
    }
  }

  /**
   * Takes note of an object, and gives its key where it is to be judged now. It may be met twice: a list that expired
   * begins anew.
   */
  #meet(object: JsonObject, kind: ListedKind): ObjectKey | null {
    const key = objectKey(object, kind);
    if (key === null || this.#owners.has(key.uid)) return null;
    const standing = this.#owners.add(key);
    if (standing === "covered" || !isOfShard(key.uid, this.#options.shard)) return null;
    if (standing === "judge") return key;
    this.#undecided.push(key);
    return null;
  }

  /** The objects of which a page gave the metadata. */
  async #whole(own: readonly Own[], page: PatientPage, path: string): Promise<readonly Own[]> {
    const { client, signal } = this.#options;
    const whole: Own[] = [];
    let left = own.map(({ key }) => key);
    if (own.length * FEW > page.items.length) {
      const wanted = new Map(left.map((key) => [key.uid, key]));
      for (const object of await this.#again(() => client.get(path, { query: page.query, signal }))) {
        const key = wanted.get(textOf(objectOf(object.metadata).uid) ?? "");
        if (key === undefined) continue;
        whole.push({ object, key });
        wanted.delete(key.uid);
      }
      left = [...wanted.values()];
    }
    for (const key of left) {
      const object = await this.#read(key, key);
      if (object !== null) whole.push({ object, key });
    }
    return whole;
  }

  /** A page once more; nothing where it is too large, or the server does not know any more how the list went on. */
  async #again(ask: () => Promise<JsonObject>): Promise<readonly JsonObject[]> {
    try {
      return listOf((await patiently(ask, this.#options.signal)).items).filter(isObject);
    } catch (error) {
      if (isDisconnection(error) || this.#options.signal?.aborted) throw error;
      return [];
    }
  }

  async #judge(own: readonly Own[]): Promise<void> {
    const [first] = own;
    if (first === undefined) return;
    const { judge, signal } = this.#options;
    await judge.learn(
      own.map(({ object }) => object),
      first.key.kind,
      signal,
    );
    for (const { object, key } of own) await this.#judgeOne(object, key);
  }

  async #judgeOne(object: JsonObject, key: ObjectKey): Promise<void> {
    const { judge, relations, results, reports } = this.#options;
    const audited = judge.judge(object, key, relations.of(key.namespace));
    results.add(audited);
    const told = this.#options.letIn.tell(object, key, audited);
    if (told !== null) results.notifications.push(told);
    if (reports === null) return;
    const closing = key.namespace !== null && relations.terminating.has(key.namespace);
    if (audited.complete && !closing) await reports.put(key, audited.findings);
    else reports.keep(key.uid);
  }

  /**
   * What names an owner that was not listed is judged itself, unless the owner was made after its kind was listed: then
   * the owner is met now. The list grows while it is gone through.
   */
  async #settle(): Promise<void> {
    const missing = new Set<string>();
    for (const key of this.#undecided) {
      const { uid, namespace, controller } = key;
      if (this.#owners.standing(uid, controller) === "covered") continue;
      if (controller !== null && !this.#owners.has(controller.uid) && !missing.has(controller.uid)) {
        await this.#meetLate(controller, namespace, missing);
        if (this.#owners.standing(uid, controller) === "covered") continue;
      }
      const object = await this.#read(key, key);
      if (object !== null) await this.#judge([{ object, key }]);
    }
  }

  async #meetLate(controller: ControllerReference, namespace: string | null, missing: Set<string>): Promise<void> {
    const kind = this.#kinds.find((each) => kindKey(each) === referredKindKey(controller));
    const place = kind?.namespaced === false ? null : namespace;
    const object =
      kind === undefined ? null : await this.#read({ kind, namespace: place, name: controller.name }, null);
    if (kind === undefined || object === null || objectKey(object, kind)?.uid !== controller.uid)
      missing.add(controller.uid);
    else {
      const key = this.#meet(object, kind);
      if (key !== null) await this.#judge([{ object, key }]);
    }
  }

  /** @param judged what cannot be judged if this cannot be read; null: nothing, as another object is judged for it */
  async #read(
    place: Pick<ObjectKey, "kind" | "namespace" | "name">,
    judged: ObjectKey | null,
  ): Promise<JsonObject | null> {
    const { client, signal, results, reports, words } = this.#options;
    const path = pathOf(place.kind, place.namespace, place.name);
    try {
      const object = await patiently(() => client.get(path, { signal }), signal);
      return judged === null || objectKey(object, place.kind)?.uid === judged.uid ? object : null;
    } catch (error) {
      if (isDisconnection(error) || signal?.aborted) throw error;
      if (isGone(error) || judged === null) return null;
      const name = shownName(place);
      const message = words.unreadableObject(name, reasonOf(error));
      results.addUnreadable({ level: "error", code: "cluster-read", message, file: name } satisfies Notification);
      reports?.keep(judged.uid);
      return null;
    }
  }
}

/** The object, its kind or its namespace was removed meanwhile. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
