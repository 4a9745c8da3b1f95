import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { AuthorityKeeper } from "./authority-keeper.ts";
import type { CertificateEvent, CertificateSource } from "./certificate-source.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Durations, durationsWith } from "./durations.ts";
import type { CertificateStore, WebhookConfiguration } from "./store.ts";

export interface SelfManagedOptions {
  /** Where the authorities are kept, and who holds the lease. */
  readonly store: CertificateStore;
  /** Those whose bundles are kept. */
  readonly webhookConfigurations: readonly WebhookConfiguration[];
  /** The names that the certificate is for (`serviceNames` gives a Service's); IP addresses are taken as such. */
  readonly dnsNames: readonly string[];
  readonly durations?: Partial<Durations>;
  /** This replica's own name; the host's (in a cluster: the pod's) with something random when not given. */
  readonly identity?: string;
  readonly clock?: Clock;
  readonly onEvent?: (event: CertificateEvent) => void;
  /** Ends the wait for the first certificate. */
  readonly signal?: AbortSignal;
}

/**
 * Certificates from an authority of our own that all replicas share through a Secret. Resolves when there is a
 * certificate to serve with; until then, and after, whatever the API server refuses is tried again.
 * @throws RangeError where the durations do not fit together, or the signal's reason.
 */
export async function selfManagedCertificates(options: SelfManagedOptions): Promise<CertificateSource> {
  const { clock = systemClock, onEvent = () => {}, signal, store } = options;
  const { dnsNames, webhookConfigurations, identity = `${hostname()}_${randomBytes(6).toString("hex")}` } = options;
  const durations = durationsWith(options.durations ?? {});
  signal?.throwIfAborted();
  return AuthorityKeeper.start({ clock, dnsNames, durations, identity, onEvent, signal, store, webhookConfigurations });
}
