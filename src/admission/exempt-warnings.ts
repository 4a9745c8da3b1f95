import type { AdmissionSettings } from "../config/admission.ts";
import type { Language, Words } from "../messages/language.ts";
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

const en = {
  gitOps: (account: string) =>
    `admission.exempt lets in all that ${account} applies: whoever may write to its repositories passes every rule`,
  controller: (account: string) =>
    `admission.exempt lets in all that ${account} makes, in every namespace: everybody's Pods`,
  group: (group: string) => `admission.exempt lets in the whole group ${group}`,
};
const zh: typeof en = {
  gitOps: (account) => `admission.exempt 会放行 ${account} 提交的所有对象：能写入其仓库的人可以绕过全部规则`,
  controller: (account) => `admission.exempt 会放行 ${account} 在所有命名空间创建的对象，即所有人的 Pod`,
  group: (group) => `admission.exempt 会放行整个用户组 ${group}`,
};
const words: Words<typeof en> = { en, zh };

/** What of the exemptions lets in far more than an emergency asks for, in words; none: all is well. The log speaks English. */
export function exemptWarnings(
  { users, groups, serviceAccounts }: AdmissionSettings["exempt"],
  language: Language = "en",
): readonly string[] {
  const say = words[language];
  const accounts = [
    ...serviceAccounts.map((written) => ({ written, account: accountOf(written) })),
    ...users.flatMap((written) => {
      const account = serviceAccountOf(written);
      return account === null ? [] : [{ written, account }];
    }),
  ];
  return [
    ...accounts.flatMap(({ written, account: { namespace, name } }) => {
      if (gitOps.some((pattern) => pattern.test(name))) return [say.gitOps(written)];
      if (namespace === "kube-system" && name.endsWith("-controller")) return [say.controller(written)];
      return [];
    }),
    ...groups.filter((group) => wide.has(group)).map(say.group),
  ];
}

function accountOf(written: string): { readonly namespace: string; readonly name: string } {
  const slash = written.indexOf("/");
  return { namespace: written.slice(0, slash), name: written.slice(slash + 1) };
}
