import type { Notification } from "../../messages/notification.ts";
import { ApiError } from "../api-error.ts";
import type { RelationGap } from "./audit-relations.ts";
import type { ListedKind } from "./audited-kinds.ts";
import type { ReportProblem } from "./report-store.ts";
import type { AuditWords } from "./words.ts";

/** `deployments.apps`, as kubectl and roles call a kind. */
export function resourceName({ plural, group }: Pick<ListedKind, "plural" | "group">): string {
  return group === "" ? plural : `${plural}.${group}`;
}

/**
 * The objects of a kind could not be listed, or not all of them, for another reason than a permission. Without a link, more is judged than needs be, and
 * nothing less.
 */
export function kindProblem(kind: ListedKind, namespace: string | null, error: unknown, say: AuditWords): Notification {
  const name = resourceName(kind);
  if (kind.role === "link") {
    return { level: "note", code: "forbidden", message: say.unreadableLink(name, namespace, say.reason(error)) };
  }
  return { level: "error", code: "cluster-read", message: say.unreadableKind(name, namespace, say.reason(error)) };
}

/** How people call the kind of a relation: as a role does, where it is known how it is served. */
export function relationName({ watched, at }: Pick<RelationGap, "watched" | "at">): string {
  return at === null ? watched.name : resourceName(at);
}

/**
 * Something that relations need is not known, for another reason than a permission.
 * @param oneNamespace whether the run is about single namespaces, whose labels only few policies ask for
 */
export function relationProblem(gap: RelationGap, oneNamespace: boolean, say: AuditWords): Notification {
  const { watched, namespace, error } = gap;
  if (watched.kind === "Namespace" && oneNamespace && namespace !== null) {
    if (error instanceof ApiError && error.status === 404) {
      return { level: "error", code: "no-namespace", message: say.noNamespace(namespace) };
    }
  }
  const level = watched.kind === "Namespace" && oneNamespace ? "warning" : "error";
  return {
    level,
    code: "cluster-read",
    message: say.unreadableRelation(relationName(gap), namespace, say.reason(error)),
  };
}

export function reportProblem({ what, report, namespace, error }: ReportProblem, say: AuditWords): Notification {
  const shown = namespace === null ? report : `${namespace}/${report}`;
  return isForbidden(error)
    ? { level: "error", code: "forbidden", message: say.reportsForbidden[what](namespace, say.reason(error)) }
    : { level: "error", code: "report", message: say.reportFailed[what](shown, say.reason(error)) };
}

export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}
