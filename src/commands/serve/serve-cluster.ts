import type { CertificateEvent, CertificateSource } from "../../admission/certificates/certificate-source.ts";
import { selfManagedCertificates } from "../../admission/certificates/self-managed-certificates.ts";
import { serviceNames, type WebhookConfiguration } from "../../admission/certificates/store.ts";
import type { BrokenRecord } from "../../admission/exemption-records.ts";
import type { OwnerSource } from "../../admission/owner-chain.ts";
import type { ClusterFacts, ExemptionsReport } from "../../admission/server/facts.ts";
import { ApiError } from "../../cluster/api-error.ts";
import { certificateStore } from "../../cluster/certificate-store.ts";
import { ClusterClient } from "../../cluster/client.ts";
import { ExemptionWatch } from "../../cluster/exemption-watch.ts";
import type { ClusterChoice } from "../../cluster/kube-config.ts";
import { OwnerLookup } from "../../cluster/owner-lookup.ts";
import { pullSecretCredentials } from "../../cluster/pull-secrets.ts";
import { ClusterRelations } from "../../cluster/relations.ts";
import { secretValue } from "../../cluster/secret-value.ts";
import { ServedFacts } from "../../cluster/served-facts.ts";
import { warmSignatures } from "../../cluster/warm-signatures.ts";
import type { FactSource } from "../../facts/terms/source.ts";
import type { JsonObject } from "../../json/value.ts";
import type { Makes } from "../../kinds/owner-kinds.ts";
import type { CredentialSource } from "../../registry/credentials.ts";
import { rolesFor } from "../../relations/needs.ts";
import type { NamespacedName } from "../../resources/identity.ts";
import type { SecretLoader } from "../../signatures/terms/material.ts";

/** A certificate from an authority that the replicas keep in the cluster. */
export interface SelfManagedCertificate {
  readonly secret: NamespacedName;
  readonly lease: NamespacedName;
  readonly webhookConfigurations: readonly WebhookConfiguration[];
  readonly service: NamespacedName;
}

/** The cluster as a server uses it. All of it in one module, for the client behind it is large. */
export interface ServedCluster {
  readonly facts: ClusterFacts;
  /** What is known of the records of break-glass; null: none are watched. */
  exemptions(now: Date): ExemptionsReport | null;
  /** Who looks up owners, by what is made for which kinds. */
  owners(makes: Makes): OwnerSource;
  selfManaged(
    choice: SelfManagedCertificate,
    onEvent: (event: CertificateEvent) => void,
    signal: AbortSignal,
  ): Promise<CertificateSource>;
  /** A ValidatingWebhookConfiguration; null where there is none of that name. */
  webhookConfiguration(name: string): Promise<JsonObject | null>;
  /** Watches what rules need of relations, from now on. */
  watchFor(needs: ReadonlySet<string>): void;
  /** In seconds, as the configuration in force says. */
  setNetworkPolicyGrace(seconds: number): void;
  /** Credentials for registries in the Secrets of these names, `namespace/name`. */
  pullSecrets(names: readonly string[]): CredentialSource;
  /** One key of a Secret. */
  readonly secret: SecretLoader;
  /** Finds out about the images that run already, so that the first reviews need not wait for registries. */
  warm(signatures: Pick<FactSource, "facts">, onNote: (note: string) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface ServedClusterOptions extends ClusterChoice {
  /** Seconds. */
  readonly networkPolicyGrace: number;
  /** The ConfigMap with the records of break-glass; null: there are none. */
  readonly exemptions: NamespacedName | null;
  /** A text that stands among them and is no record; told once. */
  readonly onBroken: (broken: BrokenRecord) => void;
  /** The watch of a kind met with something, or is in another state now. */
  readonly onNote: (kind: string, note: string) => void;
}

/** Begins to watch. @throws ConfigurationError where there are no credentials. */
export async function openCluster({
  networkPolicyGrace,
  exemptions: place,
  onBroken,
  onNote,
  ...choice
}: ServedClusterOptions): Promise<ServedCluster> {
  const client = ClusterClient.connect(choice);
  const relations = new ClusterRelations({ networkPolicyGrace, onNote });
  relations.onChange(({ kind, state, detail }) => onNote(kind, detail === undefined ? state : `${state}: ${detail}`));
  relations.start(client);
  const exemptions =
    place === null
      ? null
      : new ExemptionWatch(client, { place, onBroken, onNote: (note) => onNote("Exemptions", note) });
  exemptions?.start();
  const facts = new ServedFacts(relations, exemptions);
  const lookup = new OwnerLookup(client);
  const ended = new AbortController();
  return {
    facts,
    exemptions: (now) => facts.exemptionsReport(now),
    owners: (makes) => ({
      chain: (object, signal) => lookup.chain(object, makes, signal),
      object: (place, signal) => lookup.object(place, signal),
    }),
    selfManaged: ({ service, secret, lease, webhookConfigurations }, onEvent, signal) =>
      selfManagedCertificates({
        store: certificateStore(client, secret, lease),
        webhookConfigurations,
        dnsNames: serviceNames(service),
        onEvent,
        signal,
      }),
    watchFor: (needs) => relations.watch(rolesFor(needs)),
    setNetworkPolicyGrace: (seconds) => relations.setNetworkPolicyGrace(seconds),
    webhookConfiguration: (name) =>
      client
        .get(`/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${encodeURIComponent(name)}`)
        .catch((error: unknown) => {
          if (error instanceof ApiError && error.status === 404) return null;
          throw error;
        }),
    pullSecrets: (names) => pullSecretCredentials(client, names),
    secret: (secret) => secretValue(client, secret),
    warm: (signatures, onNote, signal) =>
      warmSignatures(client, signatures, onNote, AbortSignal.any([ended.signal, signal])),
    async close() {
      ended.abort();
      await relations.close();
      await exemptions?.close();
      client.close();
    },
  };
}
