const prefix = "system:serviceaccount:";

/** The service account that a user's name stands for. */
export function serviceAccountOf(user: string): { readonly namespace: string; readonly name: string } | null {
  if (!user.startsWith(prefix)) return null;
  const [namespace, name, ...rest] = user.slice(prefix.length).split(":");
  return namespace && name && rest.length === 0 ? { namespace, name } : null;
}
