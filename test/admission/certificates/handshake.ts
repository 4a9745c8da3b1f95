import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Server, type TLSSocket } from "node:tls";
import type { CertificateSource } from "../../../src/admission/certificates/certificate-source.ts";
import { certificatesIn } from "../../../src/admission/certificates/pem.ts";

/** A TLS server that presents what its source has, as the webhook does. */
export async function serve(source: CertificateSource): Promise<Server> {
  const server = createServer({ cert: source.current.cert, key: source.current.key, minVersion: "TLSv1.3" });
  source.onChange(({ cert, key }) => server.setSecureContext({ cert, key, minVersion: "TLSv1.3" }));
  server.on("secureConnection", (socket) => socket.on("error", () => {}).end());
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/**
 * A handshake of a client that trusts just this bundle, at this moment: null where it succeeds, else the reason. OpenSSL
 * looks at the machine's clock, so what the moment forbids is looked at here, as strictly as Go does: a root that has
 * expired is none.
 */
export async function handshakeProblem(server: Server, bundle: string, now: Date): Promise<string | null> {
  const roots = bundle === "" ? [] : certificatesIn(bundle).filter((root) => isValid(root, now));
  if (roots.length === 0) return "no valid root in the bundle";
  const { port } = server.address() as AddressInfo;
  const socket = connect({
    host: "127.0.0.1",
    port,
    ca: roots.map(String),
    servername: "paddlock.paddlock-system.svc",
  });
  const ended = once(socket, "close");
  try {
    await once(socket, "secureConnect");
    const leaf = leafOf(socket);
    return isValid(leaf, now) ? null : `valid from ${leaf.validFrom} to ${leaf.validTo}, not at ${now.toISOString()}`;
  } catch (error) {
    return String(error);
  } finally {
    socket.destroy();
    await ended.catch(() => {});
  }
}

function leafOf(socket: TLSSocket): X509Certificate {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw new Error("no certificate was presented");
  return certificate;
}

function isValid({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  return validFromDate <= now && now < validToDate;
}
