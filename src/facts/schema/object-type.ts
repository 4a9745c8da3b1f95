import { KINDS } from "./kinds.generated.ts";

/** What an object says it is. */
export interface ObjectType {
  readonly apiVersion: string;
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The groups of our own schemas: a kind that is not known there may be one that we have not met. */
const PADDLE_GROUPS = /(?:^|\.)paddlepaddle\.org$|^kubeflow\.org$|^kongming\.cce\.baiudbce\.com$/;

/** Whether the object's kind has a compiled schema. */
export function isKnown({ apiVersion, kind }: ObjectType): boolean {
  return Object.hasOwn(KINDS, apiVersion) && kindsOf(apiVersion).includes(kind);
}

/** The kinds of an apiVersion that have a schema. */
export function kindsOf(apiVersion: string): readonly string[] {
  return Object.hasOwn(KINDS, apiVersion) ? (KINDS[apiVersion] as string).split(" ") : [];
}

/** The names of all kinds that have a schema. */
export function kindNames(): readonly string[] {
  return Object.keys(KINDS).flatMap(kindsOf);
}

/** The apiVersions of a group that have a schema, in the table's order. */
export function apiVersionsOf(group: string): readonly string[] {
  return Object.keys(KINDS).filter((apiVersion) => groupOf(apiVersion) === group);
}

/** Every apiVersion under which a kind has a schema, the stable ones first. */
export function homesOf(kind: string): readonly string[] {
  return Object.keys(KINDS)
    .filter((apiVersion) => kindsOf(apiVersion).includes(kind))
    .sort(
      (one, other) =>
        Number(isPreview(one)) - Number(isPreview(other)) ||
        Number(isPaddle(groupOf(one))) - Number(isPaddle(groupOf(other))),
    );
}

/** `apps`; "" for the core group. */
function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** Whether the group belongs to Kubernetes itself, so that all of its stable kinds are known. */
export function isBuiltIn(group: string): boolean {
  return !isPaddle(group) && apiVersionsOf(group).length > 0;
}

/** Whether the group is one of Paddle's. */
export function isPaddle(group: string): boolean {
  return PADDLE_GROUPS.test(group);
}

/** An alpha or beta version: there are more of those than the schemas know. */
export function isPreview(apiVersion: string): boolean {
  return /v\d+(?:alpha|beta)\d+$/.test(apiVersion);
}
