import type { CertificatePair } from "../../../src/admission/certificates/certificate-source.ts";
import { createAuthority, issueServing } from "../../../src/admission/certificates/issue.ts";

const hour = 3_600_000;

export interface Issued extends CertificatePair {
  /** PEM. */
  readonly authority: string;
}

/** A certificate for the webhook with its own authority, good from an hour before `now` for so many hours. */
export async function issued(now: Date, hours = 24): Promise<Issued> {
  const validity = { now, life: hours * hour, clockSkew: hour };
  const authority = await createAuthority(validity);
  return {
    ...(await issueServing(authority, ["paddlock.paddlock-system.svc", "127.0.0.1"], validity)),
    authority: authority.cert,
  };
}
