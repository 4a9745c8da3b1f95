import type { NamespacedName } from "../../resources/identity.ts";

/** A Secret's data, decoded. */
export interface StoredSecret {
  readonly data: Readonly<Record<string, string>>;
  /** The resourceVersion: a write with an older one is refused. */
  readonly version: string;
}

/** A coordination.k8s.io/v1 Lease. */
export interface StoredLease {
  /** Empty where nobody holds it. */
  readonly holder: string;
  readonly durationSeconds: number;
  readonly acquired: Date | null;
  readonly transitions: number;
  readonly version: string;
}

/** A configuration of admissionregistration.k8s.io/v1, by which the API server calls webhooks. */
export interface WebhookConfiguration {
  readonly kind: "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration";
  readonly name: string;
}

/** The bundles of one webhook configuration. */
export interface StoredBundles {
  readonly configuration: WebhookConfiguration;
  /** PEM, for each webhook in order; empty where there is none. */
  readonly webhooks: readonly { readonly name: string; readonly bundle: string }[];
  readonly version: string;
}

/** What self-managed certificates ask of the API server. All methods throw StoreError, and nothing else. */
export interface CertificateStore {
  readSecret(): Promise<StoredSecret>;
  /** Sets these keys (null removes one) and leaves all others. */
  writeSecret(data: Readonly<Record<string, string | null>>, version: string): Promise<StoredSecret>;
  readLease(): Promise<StoredLease>;
  /** Renews the lease for its holder, now. */
  writeLease(lease: StoredLease, now: Date): Promise<StoredLease>;
  readBundles(configuration: WebhookConfiguration): Promise<StoredBundles>;
  /** Gives every webhook of the configuration this bundle (PEM), and changes nothing else. */
  writeBundle(stored: StoredBundles, bundle: string): Promise<StoredBundles>;
}

/** What a store could not do. */
export class StoreError extends Error {
  override name = "StoreError";
  /** Somebody else has written meanwhile: read again, then decide again. */
  readonly conflict: boolean;

  constructor(message: string, conflict: boolean) {
    super(message);
    this.conflict = conflict;
  }
}

/** The names by which the API server and others in the cluster reach a Service. */
export function serviceNames({ namespace, name }: NamespacedName): readonly string[] {
  return [`${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`, `${name}.${namespace}`];
}
