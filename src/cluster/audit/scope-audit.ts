import { LRUCache } from "lru-cache";
import { objectOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import type { Notification } from "../../messages/notification.ts";
import type { ControllerReference } from "../../resources/controller-reference.ts";
import { kindKey, referredKindKey } from "../../resources/kind-key.ts";
import { ApiError } from "../api-error.ts";
import type { ClusterClient } from "../client.ts";
import { pathOf } from "../discovery.ts";
import type { AuditRelations } from "./audit-relations.ts";
import { isOfControlPlane, type ListedKind } from "./audited-kinds.ts";
import { type ObjectKey, objectKey, shownName } from "./audited-object.ts";
import type { AuditedObject, ClusterJudge } from "./cluster-judge.ts";
import { isDisconnection } from "./disconnection.ts";
import { type Explanation, explanationOf, podDigest, unexplained } from "./explained.ts";
import type { LetIn } from "./let-in.ts";
import { Owners } from "./owners.ts";
import { listPages, patiently } from "./patience.ts";
import { isForbidden, kindProblem } from "./problems.ts";
import type { Refusals } from "./refusals.ts";
import type { ReportStore } from "./report-store.ts";
import type { AuditResults } from "./results.ts";
import type { Scope } from "./scope.ts";
import { type AuditShard, isOfShard } from "./shard.ts";
import type { AuditWords } from "./words.ts";

export interface ScopeAuditOptions {
  readonly client: ClusterClient;
  /** Owners first. */
  readonly kinds: readonly ListedKind[];
  readonly scope: Scope;
  /** Of whom the objects are judged; who owns whom is asked of all. Null: everything is judged. */
  readonly shard: AuditShard | null;
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

/** An object that is to be judged: for itself, or as one that its owner has to explain. */
interface Own {
  readonly object: JsonObject;
  readonly key: ObjectKey;
  readonly covered: boolean;
}

/** Owners whose explanations are kept, and pods that were explained: one that was let go is looked at again. */
const MOST_EXPLANATIONS = 20_000;
const MOST_EXPLAINED = 50_000;

/** Lists the objects of a part of the cluster page by page, and judges those that nobody above them stands for. */
export class ScopeAudit {
  readonly #options: ScopeAuditOptions;
  readonly #owners: Owners;
  readonly #kinds: readonly ListedKind[];
  readonly #undecided: ObjectKey[] = [];
  /** Kinds of which not all objects were seen. */
  readonly #unseen = new Set<string>();
  /** By uid what an object has itself. */
  readonly #explanations = new LRUCache<string, { readonly of: Explanation }>({ max: MOST_EXPLANATIONS });
  /** Pods of an owner are alike, but for a few. */
  readonly #explained = new LRUCache<string, true>({ max: MOST_EXPLAINED });

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
    const { client, scope, signal, results, refusals, words, onProgress } = this.#options;
    const path = pathOf(kind, scope.namespace);
    try {
      for await (const page of listPages(client, path, { signal })) {
        refusals.opened(scope.namespace);
        // A page at a time, so that registries are asked about many images at once.
        await this.#judge(page.items.flatMap((object) => this.#meet(object, kind) ?? []));
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
   * Takes note of an object, and gives it where it is to be judged now. It may be met twice: a list that expired begins
   * anew.
   */
  #meet(object: JsonObject, kind: ListedKind): Own | null {
    const key = objectKey(object, kind);
    if (key === null || this.#owners.has(key.uid, key.namespace) || isOfControlPlane(kindKey(kind), object))
      return null;
    const standing = this.#owners.add(key);
    if (kind.role === "link") return null;
    if (standing !== "undecided") return this.#isOwn(key) ? { object, key, covered: standing === "covered" } : null;
    this.#undecided.push(key);
    return null;
  }

  /** Whether an object is this shard's, which is said once of each: what its owners explain is best known where they are. */
  #isOwn(key: ObjectKey): boolean {
    const { shard, reports } = this.#options;
    const isOwn = isOfShard(shard === null ? key.uid : this.#owners.top(key), shard);
    if (isOwn) reports?.claim(key.uid);
    else reports?.keep(key.uid);
    return isOwn;
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
    for (const each of own) {
      if (each.covered) await this.#check(each);
      else await this.#report(each, this.#judged(each));
    }
  }

  #judged({ object, key }: Pick<Own, "object" | "key">): AuditedObject {
    const { judge, relations } = this.#options;
    const audited = judge.judge(object, key, relations.of(key.namespace));
    this.#explanations.set(key.uid, { of: explanationOf(audited.findings) });
    return audited;
  }

  /** Reports of an object what its owner does not explain, which is nothing where it was the owner's controller that made it. */
  async #check({ object, key }: Own): Promise<void> {
    // What runs nothing was often made from a template that has been mended since.
    if (kindKey(key.kind) === "apps/ReplicaSet" && objectOf(object.spec).replicas === 0) return;
    const maker = this.#owners.maker(key);
    const isPod = kindKey(key.kind) === "/Pod";
    const alike = isPod ? `${maker?.uid} ${podDigest(object)}` : null;
    if (alike !== null && this.#explained.has(alike)) return;
    const owner = maker === null ? explanationOf([]) : await this.#explanation(maker, key.namespace);
    const audited = this.#judged({ object, key });
    const { categoryOf } = this.#options.judge;
    const findings = unexplained(audited.findings, owner, key.kind.role === "workload" ? categoryOf : null);
    if (findings.length > 0 || !audited.complete) await this.#report({ object, key }, { ...audited, findings });
    else if (alike !== null) this.#explained.set(alike, true);
  }

  /** What an owner has itself, which is nothing where there is no such owner. */
  async #explanation(maker: ControllerReference, namespace: string | null): Promise<Explanation> {
    const known = this.#explanations.get(maker.uid);
    if (known !== undefined) return known.of;
    const kind = this.#kinds.find((each) => kindKey(each) === referredKindKey(maker));
    const place = kind?.namespaced === false ? null : namespace;
    const object = kind === undefined ? null : await this.#read({ kind, namespace: place, name: maker.name }, null);
    const key = kind === undefined || object === null ? null : objectKey(object, kind);
    if (object === null || key?.uid !== maker.uid) return explanationOf([]);
    await this.#options.judge.learn([object], key.kind, this.#options.signal);
    return explanationOf(this.#judged({ object, key }).findings);
  }

  async #report({ object, key }: Pick<Own, "object" | "key">, audited: AuditedObject): Promise<void> {
    const { relations, results, reports } = this.#options;
    results.add(audited);
    const told = this.#options.letIn.tell(object, key, audited);
    if (told !== null) results.notifications.push(told);
    if (reports === null) return;
    const closing = key.namespace !== null && relations.terminating.has(key.namespace);
    if (!audited.complete || closing) reports.keep(key.uid);
    // Of a workload it is told that nothing is wrong with it; other objects are too many for that, and a report goes.
    else if (key.kind.role === "workload" || audited.findings.length > 0) await reports.put(key, audited.findings);
  }

  /**
   * What names an owner that was not listed is judged itself, unless the owner was made after its kind was listed: then
   * the owner is met now. The list grows while it is gone through.
   */
  async #settle(): Promise<void> {
    const missing = new Set<string>();
    for (const key of this.#undecided) {
      const { namespace, controller } = key;
      if (controller !== null && !this.#owners.has(controller.uid, namespace) && !missing.has(controller.uid)) {
        await this.#meetLate(controller, namespace, missing);
      }
      if (!this.#isOwn(key)) continue;
      const covered = this.#owners.standing(key) === "covered";
      const object = await this.#read(key, key);
      if (object !== null) await this.#judge([{ object, key, covered }]);
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
      const own = this.#meet(object, kind);
      if (own !== null) await this.#judge([own]);
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
      const message = words.unreadableObject(name, words.reason(error));
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
