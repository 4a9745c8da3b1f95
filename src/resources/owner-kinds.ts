/**
 * What the controllers of a kind make, both as `group/Kind`. A reference from anything else is a forger's: anyone can
 * write an owner into his own object.
 */
export type Makes = ReadonlyMap<string, readonly string[]>;

/** What is made for the kinds that are known; a kind with nothing makes no objects itself. */
export const MAKES: Makes = new Map([
  ["apps/Deployment", ["apps/ReplicaSet"]],
  ["apps/ReplicaSet", ["/Pod"]],
  ["apps/StatefulSet", ["/Pod"]],
  ["apps/DaemonSet", ["/Pod"]],
  ["/ReplicationController", ["/Pod"]],
  ["batch/CronJob", ["batch/Job"]],
  ["batch/Job", ["/Pod"]],
  ["/Pod", []],
]);

/** Whether the controllers of the one kind make objects of the other, by the keys of both. */
export function isMadeFor(makes: Makes, owner: string, kind: string): boolean {
  return makes.get(owner)?.includes(kind) === true;
}
