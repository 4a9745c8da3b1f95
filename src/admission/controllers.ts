/** The controller manager, where its controllers have no accounts of their own. */
const controllerManager = "system:kube-controller-manager";

/**
 * The accounts of the controllers of Kubernetes itself, by what they make and for what: nobody else holds one.
 * Source: kubernetes/kubernetes, `plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go`, and
 * `cmd/kube-controller-manager/app/apps.go`, `batch.go`.
 */
const accounts: ReadonlyMap<string, string> = new Map([
  ["apps/Deployment apps/ReplicaSet", "deployment-controller"],
  ["apps/ReplicaSet /Pod", "replicaset-controller"],
  ["apps/StatefulSet /Pod", "statefulset-controller"],
  ["apps/DaemonSet /Pod", "daemon-set-controller"],
  ["/ReplicationController /Pod", "replication-controller"],
  ["batch/CronJob batch/Job", "cronjob-controller"],
  ["batch/Job /Pod", "job-controller"],
]);

/** Whether it is a controller of Kubernetes itself that makes objects of a kind for an owner, by the keys of both. */
export function hasOwnController(owner: string, kind: string): boolean {
  return accounts.has(`${owner} ${kind}`);
}

/** Whether a user is the controller of Kubernetes itself that makes objects of a kind for an owner, by the keys of both. */
export function isOwnController(user: string, owner: string, kind: string): boolean {
  const account = accounts.get(`${owner} ${kind}`);
  if (account === undefined) return false;
  return user === controllerManager || user === `system:serviceaccount:kube-system:${account}`;
}
