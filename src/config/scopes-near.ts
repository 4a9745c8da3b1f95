import { homesOf, kindNames } from "../facts/schema/object-type.ts";
import { KINDS } from "../kinds/kinds.ts";
import { OTHER_KINDS } from "../kinds/other-kinds.ts";
import { nearest } from "../messages/nearest.ts";
import { NAMED_SCOPES } from "../rules/scope.ts";

/** What is a scope, and may have been meant by a text that is none: `apps/Deployment` by `deployment`. */
export function scopesNear(text: string): readonly string[] {
  const written = text.trim();
  const kind = written.slice(written.lastIndexOf("/") + 1);
  const rows = [...KINDS, ...OTHER_KINDS];
  const names = new Set([...rows.map((row) => row.kind), ...kindNames()]);
  const meant = names.has(kind) ? kind : nearest(kind, [...NAMED_SCOPES, ...names]);
  if (meant === undefined) return [];
  if (NAMED_SCOPES.includes(meant)) return [meant];
  const groups = new Set([
    ...rows.filter((row) => row.kind === meant).flatMap((row) => row.groups.filter((group) => !group.includes("*"))),
    ...homesOf(meant).map((apiVersion) => apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/")))),
  ]);
  return [...groups].slice(0, mostGroups).map((group) => `${group}/${meant}`);
}

const mostGroups = 3;
