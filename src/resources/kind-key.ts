import { fitsGlob } from "../json/glob.ts";

/** The key of a kind whatever its version: `apps/Deployment`, `/Pod`. */
export function kindKey({ group, kind }: { readonly group: string; readonly kind: string }): string {
  return `${group}/${kind}`;
}

/** The same of a kind as a reference names it. */
export function referredKindKey({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string {
  return kindKey({ group: groupAndVersion(apiVersion).group, kind });
}

/** Whether a kind is one that a pattern means: `group/Kind`, in both of which `*` stands for any characters. */
export function fitsKind({ group, kind }: { readonly group: string; readonly kind: string }, pattern: string): boolean {
  const slash = pattern.indexOf("/");
  return fitsGlob(kind, pattern.slice(slash + 1)) && fitsGlob(group, pattern.slice(0, slash));
}

/** `apps/v1` in its two parts; the core's group is "". */
export function groupAndVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
