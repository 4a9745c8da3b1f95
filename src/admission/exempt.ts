import type { AdmissionSettings } from "../config/admission.ts";
import type { AdmissionRequest } from "./admission-review.ts";

const serviceAccountPrefix = "system:serviceaccount:";

/** As whom a requester is let in unjudged: `user root`, `group ops`, `service account argocd/controller`; null: not at all. */
export function exemption({ user }: AdmissionRequest, exempt: AdmissionSettings["exempt"]): string | null {
  if (exempt.users.includes(user.name)) return `user ${user.name}`;
  const group = exempt.groups.find((each) => user.groups.includes(each));
  if (group !== undefined) return `group ${group}`;
  const account = serviceAccountOf(user.name);
  if (account !== null && exempt.serviceAccounts.includes(`${account.namespace}/${account.name}`)) {
    return `service account ${account.namespace}/${account.name}`;
  }
  return null;
}

/** The service account that a user's name stands for. */
export function serviceAccountOf(user: string): { readonly namespace: string; readonly name: string } | null {
  if (!user.startsWith(serviceAccountPrefix)) return null;
  const [namespace, name, ...rest] = user.slice(serviceAccountPrefix.length).split(":");
  return namespace && name && rest.length === 0 ? { namespace, name } : null;
}
