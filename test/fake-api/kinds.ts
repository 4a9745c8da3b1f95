import type { JsonObject } from "../../src/json/value.ts";

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

/** What discovery answers at a path: the groups, a group, or the kinds of a version; null where the path is none of them. */
export function discovered(kinds: readonly FakeKind[], path: string): JsonObject | null {
  const groups = [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== "");
  const described = (name: string): JsonObject => {
    const versions = [...new Set(kinds.filter(({ group }) => group === name).map(({ version }) => version))];
    const list = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { kind: "APIGroup", name, versions: list, preferredVersion: list[0] ?? null };
  };
  if (path === "/apis") return { kind: "APIGroupList", groups: groups.map(described) };
  const group = groups.find((name) => path === `/apis/${name}`);
  if (group !== undefined) return described(group);
  const inVersion = kinds.filter((kind) => rootOf(kind) === path);
  if (inVersion.length === 0) return null;
  const resources = inVersion.flatMap(({ kind, plural, namespaced }) => [
    { name: plural, kind, namespaced, verbs: ["get", "list", "patch", "watch"] },
    { name: `${plural}/status`, kind, namespaced, verbs: ["get"] },
  ]);
  return { kind: "APIResourceList", resources };
}

export function groupVersion({ group, version }: FakeKind): string {
  return group === "" ? version : `${group}/${version}`;
}

export function rootOf({ group, version }: FakeKind): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** The path of an object, or of a list: of a namespace, or of all. */
export function pathOf(kind: FakeKind, namespace: string | null, name: string | null): string {
  const within = namespace === null ? "" : `/namespaces/${namespace}`;
  return `${rootOf(kind)}${within}/${kind.plural}${name === null ? "" : `/${name}`}`;
}
