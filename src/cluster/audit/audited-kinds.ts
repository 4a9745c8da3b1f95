import { compareText } from "../../findings/order.ts";
import { objectOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import { type JudgedKinds, judgedAs, mayHoldJudged } from "../../judging/judged-kinds.ts";
import { WITHOUT_PODS } from "../../kinds/other-kinds.ts";
import { MAKES } from "../../kinds/owner-kinds.ts";
import { kindKey } from "../../resources/kind-key.ts";
import type { ServedKind } from "../discovery.ts";

/** A kind of which the audit lists every object. */
export interface ListedKind extends ServedKind {
  /** `apps/v1` */
  readonly apiVersion: string;
  /** A link is not judged: it stands between a workload and what that one makes. */
  readonly role: "workload" | "object" | "link";
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
 * object, to have that one judged in its place. Kinds of which nothing is known may make anything, but for those without
 * pods, which make none with pods.
 */
export function mayBeMadeFor(owner: string, kind: string): boolean {
  const made = MAKES.get(owner);
  if (made !== undefined) return made.has(kind);
  return !WITHOUT_PODS.has(owner) || WITHOUT_PODS.has(kind);
}

/** Whether an object is the control plane's own, by which it or its replicas find each other: nobody wrote it. */
export function isOfControlPlane(key: string, { metadata, data, binaryData }: JsonObject): boolean {
  if (key !== "/ConfigMap") return false;
  const { name, annotations } = objectOf(metadata);
  if (name === "kube-root-ca.crt") return true;
  return data === undefined && binaryData === undefined && LEADER in objectOf(annotations);
}

/** Source: kubernetes/client-go, tools/leaderelection/resourcelock. */
const LEADER = "control-plane.alpha.kubernetes.io/leader";

/** Whether a group may have kinds that the audit lists, so that discovery need not ask the others. */
export function mayHoldListedKinds(group: string, judged: JudgedKinds): boolean {
  return mayHoldJudged(judged, group) || links.some((link) => link.group === group);
}

/**
 * The kinds to list: those that are judged and that the cluster serves, each in one version, owners first.
 * @param served in order of preference: of two versions of a kind the first that fits is taken
 */
export function listedKinds(served: readonly ServedKind[], judged: JudgedKinds): readonly ListedKind[] {
  const taken = new Map<string, ListedKind>();
  for (const each of served) {
    const key = kindKey(each);
    if (taken.has(key) || !each.verbs.includes("list")) continue;
    const isLink = links.some(({ group, kind }) => group === each.group && kind === each.kind);
    const role = isLink ? "link" : judgedAs(judged, each);
    if (role === null) continue;
    const apiVersion = each.group === "" ? each.version : `${each.group}/${each.version}`;
    taken.set(key, { ...each, apiVersion, role });
  }
  const listed = [...taken.values()].filter((each) => !isOldName(each, taken));
  return listed.sort((a, b) => rankOf(a) - rankOf(b) || compareText(kindKey(a), kindKey(b)));
}

/** Old servers show the objects of `apps` and `batch` once more under `extensions`. */
function isOldName({ group, kind }: ServedKind, taken: ReadonlyMap<string, unknown>): boolean {
  return group === "extensions" && (taken.has(`apps/${kind}`) || taken.has(`batch/${kind}`));
}

/** -1 for kinds that people make. */
function rankOf(kind: ServedKind): number {
  return ranks.findIndex((keys) => keys.includes(kindKey(kind)));
}
