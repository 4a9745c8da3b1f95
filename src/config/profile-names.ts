import type { ProfileName } from "../rules/metadata.ts";

/** From the least to the most demanding. */
export const profileNames: readonly ProfileName[] = ["baseline", "recommended", "strict"];

/** The profile of that name, or null. */
export function profileNamed(name: string): ProfileName | null {
  return profileNames.find((profile) => profile === name) ?? null;
}
