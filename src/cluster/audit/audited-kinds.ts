import { compareText } from "../../findings/order.ts";
import { fitsGlob } from "../../json/glob.ts";
import type { KindRow } from "../../kinds/kind-row.ts";
import { KINDS } from "../../kinds/kinds.ts";
import { MAKES } from "../../kinds/owner-kinds.ts";
import { kindKey } from "../../resources/kind-key.ts";
import type { ServedKind } from "../discovery.ts";

/** A kind of which the audit lists every object. */
export interface ListedKind extends ServedKind {
  /** `apps/v1` */
  readonly apiVersion: string;
  /** A link is no workload: it stands between a workload and what that one makes. */
  readonly role: "workload" | "link";
}

/** A revision of Knative: its controller is a Configuration, and its Deployment's controller is the revision. */
const links = [{ group: "serving.knative.dev", kind: "Revision" }] as const;

/** Kinds that others make come after those others, so that most owners are known when what they own is met. */
const ranks: readonly (readonly string[])[] = [
  ["apps/Deployment", "apps/DaemonSet", "batch/CronJob"],
  ["apps/StatefulSet"],
  ["batch/Job"],
  ["apps/ReplicaSet", "/ReplicationController"],
  ["/Pod"],
];

/**
 * Whether objects of a kind may have been made for an owner, by the keys of both. Anyone can write an owner into his own
 * object, to have that one judged in its place. Kinds of which nothing is known may make anything.
 */
export function mayBeMadeFor(owner: string, kind: string): boolean {
  const made = MAKES.get(owner);
  return made === undefined || made.has(kind);
}

/** Whether a group may have kinds that the audit lists, so that discovery need not ask the others. */
export function mayHoldListedKinds(group: string, custom: readonly KindRow[]): boolean {
  return (
    [...custom, ...KINDS].some((row) => row.groups.some((pattern) => fitsGlob(group, pattern))) ||
    links.some((link) => link.group === group)
  );
}

/**
 * The kinds to list: those of the kinds table and of the configuration that the cluster serves, each in one version,
 * owners first.
 * @param served in order of preference: of two versions of a kind the first that fits is taken
 * @param custom the configuration's rows
 */
export function listedKinds(served: readonly ServedKind[], custom: readonly KindRow[]): readonly ListedKind[] {
  const taken = new Map<string, ListedKind>();
  for (const each of served) {
    const key = kindKey(each);
    if (taken.has(key) || !each.verbs.includes("list")) continue;
    const role = roleOf(each, custom);
    if (role === null) continue;
    const apiVersion = each.group === "" ? each.version : `${each.group}/${each.version}`;
    taken.set(key, { ...each, apiVersion, role });
  }
  const listed = [...taken.values()].filter((each) => !isOldName(each, taken));
  return listed.sort((a, b) => rankOf(a) - rankOf(b) || compareText(kindKey(a), kindKey(b)));
}

/** Whether the objects of a kind are judged: by the kinds table, or by the configuration's rows. */
export function isJudgedKind(
  kind: Pick<ServedKind, "group" | "version" | "kind">,
  custom: readonly KindRow[],
): boolean {
  return [...custom, ...KINDS].some((row) => fits(kind, row));
}

function roleOf(served: ServedKind, custom: readonly KindRow[]): ListedKind["role"] | null {
  if (isJudgedKind(served, custom)) return "workload";
  return links.some(({ group, kind }) => group === served.group && kind === served.kind) ? "link" : null;
}

function fits({ group, version, kind }: Pick<ServedKind, "group" | "version" | "kind">, row: KindRow): boolean {
  return (
    row.kind === kind &&
    row.groups.some((pattern) => fitsGlob(group, pattern)) &&
    (row.versions === undefined || row.versions.some((pattern) => fitsGlob(version, pattern)))
  );
}

/** Old servers show the objects of `apps` and `batch` once more under `extensions`. */
function isOldName({ group, kind }: ServedKind, taken: ReadonlyMap<string, unknown>): boolean {
  return group === "extensions" && (taken.has(`apps/${kind}`) || taken.has(`batch/${kind}`));
}

/** -1 for kinds that people make. */
function rankOf(kind: ServedKind): number {
  return ranks.findIndex((keys) => keys.includes(kindKey(kind)));
}
