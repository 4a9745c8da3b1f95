import type { CertificateEvent, CertificateSource } from "../admission/certificates/certificate-source.ts";
import { selfManagedCertificates } from "../admission/certificates/self-managed-certificates.ts";
import { serviceNames } from "../admission/certificates/store.ts";
import type { ClusterFacts } from "../admission/server/facts.ts";
import { ClusterClient } from "../cluster/client.ts";
import { type ClusterChoice, loadKubeConfig } from "../cluster/kube-config.ts";
import { ClusterRelations } from "../cluster/relations.ts";
import type { SelfManagedCertificate } from "./serve.ts";

/** The cluster as a server uses it. All of it in one module, for the client behind it is large. */
export interface ServedCluster {
  readonly facts: ClusterFacts;
  selfManaged(
    choice: SelfManagedCertificate,
    onEvent: (event: CertificateEvent) => void,
    signal: AbortSignal,
  ): Promise<CertificateSource>;
  close(): Promise<void>;
}

export interface ServedClusterOptions extends ClusterChoice {
  /** Seconds. */
  readonly networkPolicyGrace: number;
  /** The watch of a kind met with something, or is in another state now. */
  readonly onNote: (kind: string, note: string) => void;
}

/** Begins to watch. @throws ConfigurationError where there are no credentials. */
export async function openCluster({
  networkPolicyGrace,
  onNote,
  ...choice
}: ServedClusterOptions): Promise<ServedCluster> {
  const kubeConfig = loadKubeConfig(choice);
  const client = new ClusterClient(kubeConfig);
  const facts = new ClusterRelations({ networkPolicyGrace, onNote });
  facts.onChange(({ kind, state, detail }) => onNote(kind, detail === undefined ? state : `${state}: ${detail}`));
  facts.start(client);
  return {
    facts,
    selfManaged: ({ service, ...choice }, onEvent, signal) =>
      selfManagedCertificates({ kubeConfig, dnsNames: serviceNames(service), onEvent, signal, ...choice }),
    async close() {
      await facts.close();
      client.close();
    },
  };
}
