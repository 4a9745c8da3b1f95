import type { Notification } from "../../notification.ts";
import { ApiError } from "../api-error.ts";
import type { RelationGap } from "./audit-relations.ts";
import type { ListedKind } from "./audited-kinds.ts";
import type { ReportProblem } from "./report-store.ts";
import type { AuditWords } from "./words.ts";

/** `deployments.apps`, as kubectl and roles call a kind. */
function resourceName({ plural, group }: Pick<ListedKind, "plural" | "group">): string {
  return group === "" ? plural : `${plural}.${group}`;
}

/**
 * The objects of a kind could not be listed, or not all of them. Without a link, more is judged than needs be, and
 * nothing less.
 */
export function kindProblem(kind: ListedKind, namespace: string | null, error: unknown, say: AuditWords): Notification {
  const name = resourceName(kind);
  if (kind.role === "link") {
    return { level: "note", code: "forbidden", message: say.unreadableLink(name, namespace, reasonOf(error)) };
  }
  return isForbidden(error)
    ? { level: "error", code: "forbidden", message: say.forbiddenKind(name, namespace) }
    : { level: "error", code: "cluster-read", message: say.unreadableKind(name, namespace, reasonOf(error)) };
}

/**
 * Something that relations need is not known.
 * @param oneNamespace whether the run is about single namespaces, whose labels only few policies ask for
 */
export function relationProblem(
  { watched, namespace, error }: RelationGap,
  oneNamespace: boolean,
  say: AuditWords,
): Notification {
  if (watched.role === "namespace" && oneNamespace && namespace !== null) {
    if (error instanceof ApiError && error.status === 404) {
      return { level: "error", code: "no-namespace", message: say.noNamespace(namespace) };
    }
  }
  const level = watched.role === "namespace" && oneNamespace ? "warning" : "error";
  return isForbidden(error)
    ? { level, code: "forbidden", message: say.forbiddenRelation(watched.name, namespace) }
    : { level, code: "cluster-read", message: say.unreadableRelation(watched.name, namespace, reasonOf(error)) };
}

export function reportProblem({ what, report, namespace, error }: ReportProblem, say: AuditWords): Notification {
  const shown = namespace === null ? report : `${namespace}/${report}`;
  return isForbidden(error)
    ? { level: "error", code: "forbidden", message: say.reportsForbidden[what](namespace, error.message) }
    : { level: "error", code: "report", message: say.reportFailed[what](shown, error.message) };
}

export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
