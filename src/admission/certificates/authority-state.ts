import { type Authority, type AuthorityCertificate, ownAuthorities, readAuthority } from "./authority.ts";

/** What the Secret says of the authorities. */
export interface AuthorityState {
  /** The one that issues. */
  readonly current: Authority | null;
  /** The one that will issue when clients have had time to learn of it. */
  readonly next: Authority | null;
  /** Since when all bundles have held the next one, by the clock of the replica that saw it. */
  readonly nextTrustedSince: Date | null;
  /** Those that issued before; trusted until they expire. */
  readonly retired: readonly AuthorityCertificate[];
}

const keys = {
  currentCert: "ca.crt",
  currentKey: "ca.key",
  nextCert: "next-ca.crt",
  nextKey: "next-ca.key",
  nextTrustedSince: "next-ca.trusted-since",
  retired: "retired-ca.crt",
} as const;

/** The state in a Secret's data, and what of it could not be read: that is left out of the state. */
export function readState(data: Readonly<Record<string, string>>): {
  readonly state: AuthorityState;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const authority = (certKey: string, keyKey: string): Authority | null => {
    const [cert = "", key = ""] = [data[certKey], data[keyKey]];
    if (cert === "" && key === "") return null;
    try {
      return readAuthority(cert, key);
    } catch (error) {
      problems.push(`${certKey} and ${keyKey}: ${error instanceof Error ? error.message : "unreadable"}`);
      return null;
    }
  };
  const since = new Date(data[keys.nextTrustedSince] ?? Number.NaN);
  const state = {
    current: authority(keys.currentCert, keys.currentKey),
    next: authority(keys.nextCert, keys.nextKey),
    nextTrustedSince: Number.isNaN(since.getTime()) ? null : since,
    retired: ownAuthorities(data[keys.retired] ?? ""),
  };
  return { state, problems };
}

/** The Secret's data for a state; null for keys that must go. */
export function writeState(state: AuthorityState): Readonly<Record<string, string | null>> {
  const { current, next, nextTrustedSince, retired } = state;
  return {
    [keys.currentCert]: current?.cert ?? null,
    [keys.currentKey]: current?.key ?? null,
    [keys.nextCert]: next?.cert ?? null,
    [keys.nextKey]: next?.key ?? null,
    [keys.nextTrustedSince]: nextTrustedSince?.toISOString() ?? null,
    [keys.retired]: retired.length === 0 ? null : retired.map(({ cert }) => cert).join(""),
  };
}

/** Every authority that clients must trust in this state, the issuing one first. */
export function trusted(state: AuthorityState): readonly AuthorityCertificate[] {
  const { current, next, retired } = state;
  return [current, next, ...retired].filter((authority) => authority !== null);
}
