import { X509Certificate } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Server } from "node:tls";
import type { CertificateEvent, CertificateSource } from "../../../src/admission/certificates/certificate-source.ts";
import type { Durations } from "../../../src/admission/certificates/durations.ts";
import {
  type SelfManagedOptions,
  selfManagedCertificates,
} from "../../../src/admission/certificates/self-managed-certificates.ts";
import { serviceNames } from "../../../src/admission/certificates/store.ts";
import { certificateStore } from "../../../src/cluster/certificate-store.ts";
import { ClusterClient } from "../../../src/cluster/client.ts";
import type { FakeApiServer } from "./fake-api-server.ts";
import type { FakeTime } from "./fake-clock.ts";
import { serve } from "./handshake.ts";

export const second = 1000;
export const minute: number = 60 * second;

/** A life in half an hour: what takes a year in a cluster. */
export const durations: Durations = {
  authorityLife: 30 * minute,
  servingLife: 12 * minute,
  overlap: 3 * minute,
  clockSkew: 360 * minute,
  pollInterval: 30 * second,
  leaseDuration: 90 * second,
};

export const settings: Omit<SelfManagedOptions, "store"> = {
  webhookConfigurations: [
    { kind: "ValidatingWebhookConfiguration", name: "paddlock" },
    { kind: "MutatingWebhookConfiguration", name: "paddlock" },
  ],
  dnsNames: [...serviceNames({ namespace: "paddlock-system", name: "paddlock" }), "127.0.0.1"],
  durations,
};

export interface Replica {
  readonly source: CertificateSource;
  readonly server: Server;
  readonly events: readonly CertificateEvent[];
  /** Ends it as a crash does: nothing is released, nothing is said. */
  crash(): void;
  close(): Promise<void>;
}

/** A replica with its server; time passes until it has its first certificate. */
export async function startReplica(
  api: FakeApiServer,
  time: FakeTime,
  { identity, skew = 0 }: { identity: string; skew?: number },
): Promise<Replica> {
  const events: CertificateEvent[] = [];
  const clock = time.clock(skew);
  const kept = { namespace: "paddlock-system", name: "paddlock-ca" };
  const client = new ClusterClient(api.kubeConfig());
  const starting = selfManagedCertificates({
    ...settings,
    store: certificateStore(client, kept, kept),
    identity,
    clock,
    onEvent: (event) => events.push(event),
  });
  const source = await started(starting, time);
  const server = await serve(source);
  const close = async (): Promise<void> => {
    await source.close();
    client.close();
    server.close();
  };
  return { source, server, events, crash: () => clock.stop(), close };
}

async function started(starting: Promise<CertificateSource>, time: FakeTime): Promise<CertificateSource> {
  let isSettled = false;
  const settled = starting
    .catch(() => {})
    .then(() => {
      isSettled = true;
    });
  // The first pass waits for nothing but the API server; those after it wait for the clock.
  for (let round = 0; !isSettled && round < 200; round++) {
    await Promise.race([settled, setTimeout(20)]);
    if (!isSettled) await time.advance(second);
  }
  if (!isSettled) throw new Error("no certificate after 200 s");
  return starting;
}

export function issuerOf({ source }: Replica): string {
  return new X509Certificate(source.current.cert).issuer;
}
