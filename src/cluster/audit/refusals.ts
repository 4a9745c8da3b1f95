import { compareText } from "../../findings/order.ts";
import type { Notification } from "../../messages/notification.ts";
import type { RelationGap } from "./audit-relations.ts";
import type { ListedKind } from "./audited-kinds.ts";
import { relationName, resourceName } from "./problems.ts";
import type { AuditWords } from "./words.ts";

/**
 * The lists that the API server refused for want of a permission, so that each is told once, in however many namespaces.
 * Where the run is about single namespaces, whoever has rights in these alone is no case of failure: what he may not see
 * is said and left out, as long as he may see anything.
 */
export class Refusals {
  readonly #say: AuditWords;
  readonly #scoped: boolean;
  /** By the names of the kinds, in which namespaces. */
  readonly #kinds = new Map<string, Set<string>>();
  readonly #relations = new Map<string, { readonly gap: RelationGap; readonly namespaces: Set<string> }>();
  readonly #opened = new Set<string>();
  #count = 0;

  /** @param scoped whether the run is about single namespaces */
  constructor(say: AuditWords, scoped: boolean) {
    this.#say = say;
    this.#scoped = scoped;
  }

  /** The objects of a kind were listed; null: in all namespaces. */
  opened(namespace: string | null): void {
    if (namespace !== null) this.#opened.add(namespace);
  }

  refused(kind: ListedKind, namespace: string | null): void {
    this.#count++;
    noted(this.#kinds, resourceName(kind), namespace);
  }

  refusedRelation(gap: RelationGap): void {
    const name = relationName(gap);
    const known = this.#relations.get(name) ?? { gap, namespaces: new Set() };
    if (gap.namespace !== null) known.namespaces.add(gap.namespace);
    this.#relations.set(name, known);
  }

  /** How many lists of objects to judge were refused, where that is more than the run's own limit. */
  get failures(): number {
    return this.#scoped ? this.#shut().length : this.#count;
  }

  notifications(): Notification[] {
    const shut = this.#shut();
    const level = this.#scoped ? "warning" : "error";
    const notifications: Notification[] = [];
    if (shut.length > 0) notifications.push(notification("error", this.#say.forbiddenNamespace(shut)));
    for (const [namespaces, kinds] of this.#grouped(shut)) {
      notifications.push(notification(level, this.#say.forbiddenKinds(kinds, namespaces)));
    }
    for (const [name, { gap, namespaces }] of this.#relations) {
      const places = [...namespaces].filter((namespace) => !shut.includes(namespace));
      if (namespaces.size > 0 && places.length === 0) continue;
      const { kind, roles } = gap.watched;
      const said =
        kind === "Namespace" && this.#scoped
          ? this.#say.forbiddenOwnNamespace(places)
          : this.#say.forbiddenRelation(name, places, roles[0] ?? "");
      notifications.push(notification(level, said));
    }
    return notifications;
  }

  /** Namespaces in which nothing could be listed at all. */
  #shut(): string[] {
    const refused = new Set([...this.#kinds.values()].flatMap((namespaces) => [...namespaces]));
    return [...refused].filter((namespace) => !this.#opened.has(namespace)).sort(compareText);
  }

  /** The kinds that were refused in the same namespaces. */
  #grouped(shut: readonly string[]): ReadonlyMap<readonly string[], readonly string[]> {
    const groups = new Map<string, { readonly namespaces: readonly string[]; readonly kinds: string[] }>();
    for (const [kind, refused] of this.#kinds) {
      const namespaces = [...refused].filter((namespace) => !shut.includes(namespace)).sort(compareText);
      if (refused.size > 0 && namespaces.length === 0) continue;
      const group = groups.get(namespaces.join(" ")) ?? { namespaces, kinds: [] };
      group.kinds.push(kind);
      groups.set(namespaces.join(" "), group);
    }
    return new Map([...groups.values()].map(({ namespaces, kinds }) => [namespaces, kinds]));
  }
}

function noted(places: Map<string, Set<string>>, name: string, namespace: string | null): void {
  const namespaces = places.get(name) ?? new Set();
  if (namespace !== null) namespaces.add(namespace);
  places.set(name, namespaces);
}

function notification(level: Notification["level"], message: string): Notification {
  return { level, code: "forbidden", message };
}
