import type { AdmissionSettings } from "../config/admission.ts";
import { serviceAccountOf } from "./service-account.ts";

/**
 * The names of the accounts that tools which apply what a repository holds usually run as. Whoever may write to that
 * repository acts as them.
 * Sources: the installation manifests of Argo CD, Flux, Fleet, Config Sync, kapp-controller and OpenShift GitOps.
 */
export const gitOps: readonly RegExp[] = [
  /^(?:.+-)?argocd-application-controller$/,
  /^(?:kustomize|helm)-controller$/,
  /^fleet-(?:agent|controller)$/,
  /^(?:root|ns)-reconciler(?:-.+)?$/,
  /^kapp-controller(?:-sa)?$/,
];
/** Groups of all accounts, or of those of a namespace where such tools run. */
const wide: ReadonlySet<string> = new Set([
  "system:authenticated",
  "system:unauthenticated",
  "system:serviceaccounts",
  "system:serviceaccounts:argocd",
  "system:serviceaccounts:openshift-gitops",
  "system:serviceaccounts:flux-system",
  "system:serviceaccounts:kube-system",
]);

/** What of the exemptions lets in far more than an emergency asks for, in words for the log; none: all is well. */
export function exemptWarnings({ users, groups, serviceAccounts }: AdmissionSettings["exempt"]): readonly string[] {
  const accounts = [
    ...serviceAccounts.map((written) => ({ written, account: accountOf(written) })),
    ...users.flatMap((written) => {
      const account = serviceAccountOf(written);
      return account === null ? [] : [{ written, account }];
    }),
  ];
  return [
    ...accounts.flatMap(({ written, account: { namespace, name } }) => {
      if (gitOps.some((pattern) => pattern.test(name))) {
        return [
          `admission.exempt lets in all that ${written} applies: whoever may write to its repositories passes every rule`,
        ];
      }
      if (namespace === "kube-system" && name.endsWith("-controller")) {
        return [`admission.exempt lets in all that ${written} makes, in every namespace: everybody's Pods`];
      }
      return [];
    }),
    ...groups.filter((group) => wide.has(group)).map((group) => `admission.exempt lets in the whole group ${group}`),
  ];
}

function accountOf(written: string): { readonly namespace: string; readonly name: string } {
  const slash = written.indexOf("/");
  return { namespace: written.slice(0, slash), name: written.slice(slash + 1) };
}
