import type { ServerResponse } from "node:http";
import { json } from "./fake-answers.ts";

export interface FakeKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export const builtInKinds: readonly FakeKind[] = [
  { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false },
  { group: "", version: "v1", kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims", namespaced: true },
  { group: "", version: "v1", kind: "Service", plural: "services", namespaced: true },
  {
    group: "networking.k8s.io",
    version: "v1",
    kind: "NetworkPolicy",
    plural: "networkpolicies",
    namespaced: true,
  },
];

/** Answers where a path is that of a group or of a version of one, as discovery asks for. */
export function discover(kinds: readonly FakeKind[], path: string, response: ServerResponse): boolean {
  const inGroup = kinds.filter(({ group }) => path === `/apis/${group}`);
  const [first] = inGroup;
  if (first !== undefined) {
    const versions = [...new Set(inGroup.map(groupVersion))].map((each) => ({
      groupVersion: each,
      version: each.split("/")[1] ?? "",
    }));
    json(response, { kind: "APIGroup", name: first.group, versions, preferredVersion: versions[0] });
    return true;
  }
  const inVersion = kinds.filter((each) => path === rootOf(each));
  if (inVersion.length === 0) return false;
  const resources = inVersion.flatMap(({ kind, plural, namespaced }) => [
    { name: plural, kind, namespaced, verbs: ["get", "list", "watch"] },
    { name: `${plural}/status`, kind, namespaced, verbs: ["get"] },
  ]);
  json(response, { kind: "APIResourceList", resources });
  return true;
}

export function groupVersion({ group, version }: FakeKind): string {
  return group === "" ? version : `${group}/${version}`;
}

export function rootOf({ group, version }: FakeKind): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}
