// The library's dependency container asks for this polyfill to be there before it.
import "reflect-metadata";
import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Pkcs10CertificateRequest } from "@peculiar/x509";
import { decodeJwt } from "jose";
import { Authorities, pemOf } from "./authorities.ts";

export interface AuthorityServer {
  readonly authorities: Authorities;
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves authorities on loopback as Fulcio (both versions of its API) and Rekor are served, to real cosign. Whoever asks gets a certificate for whatever identity token is shown: nothing here is for use.
 */
export async function serveAuthorities(): Promise<AuthorityServer> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const url = `http://127.0.0.1:${address.port}`;
  const authorities = await Authorities.create(url);
  server.on("request", (request, response) => {
    answer(authorities, request, response).catch((error: unknown) => {
      send(response, 500, "text/plain", String(error));
    });
  });
  return {
    authorities,
    url,
    async close() {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    },
  };
}

async function answer(authorities: Authorities, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  switch (request.url) {
    case "/api/v1/signingCert":
      return send(
        response,
        201,
        "application/pem-certificate-chain",
        (await certificatesFor(authorities, request, body)).join(""),
      );
    case "/api/v2/signingCert": {
      const certificates = await certificatesFor(authorities, request, body);
      const answered = JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates } } });
      return send(response, 200, "application/json", answered);
    }
    case "/api/v1/log/entries":
      return loggedEntry(authorities, body, response);
    default:
      send(response, 404, "text/plain", "no such API here");
  }
}

/** A chain in PEM for the key that is sent, and whoever the identity token names. */
async function certificatesFor(
  authorities: Authorities,
  { headers }: IncomingMessage,
  body: Buffer,
): Promise<string[]> {
  const {
    publicKeyRequest,
    publicKey = publicKeyRequest?.publicKey,
    certificateSigningRequest,
    credentials,
  } = JSON.parse(body.toString("utf8"));
  const token: string = credentials?.oidcIdentityToken ?? headers.authorization?.replace(/^Bearer /, "") ?? "";
  const { iss = "", sub = "" } = decodeJwt(token);
  const key =
    typeof certificateSigningRequest !== "string" || certificateSigningRequest === ""
      ? keyIn(String(publicKey?.content))
      : createPublicKey(new Pkcs10CertificateRequest(textIn(certificateSigningRequest)).publicKey.toString("pem"));
  const leaf = await authorities.certify({ issuer: iss, subject: sub }, key);
  return [pemOf(leaf), authorities.pems.ca];
}

function keyIn(content: string): KeyObject {
  const text = textIn(content);
  if (text.startsWith("-----BEGIN")) return createPublicKey(text);
  return createPublicKey({ key: Buffer.from(content, "base64"), format: "der", type: "spki" });
}

/** PEM, in base64 once more where version 1 sends it. */
function textIn(content: string): string {
  return content.startsWith("-----BEGIN") ? content : Buffer.from(content, "base64").toString("utf8");
}

/** Rekor keeps the hashes of an envelope that is proposed, and tells the entry's name in a header. */
async function loggedEntry(authorities: Authorities, body: Buffer, response: ServerResponse): Promise<void> {
  const proposed = JSON.parse(body.toString("utf8"));
  const { envelope, verifiers } = proposed.spec.proposedContent ?? {};
  const entry = envelope === undefined ? proposed : { ...proposed, spec: hashesOf(String(envelope), verifiers) };
  const answered = await authorities.parts.log.log(entry);
  const [name = ""] = Object.keys(answered);
  response.setHeader("etag", name);
  response.setHeader("location", `/api/v1/log/entries/${name}`);
  send(response, 201, "application/json", JSON.stringify(answered));
}

function hashesOf(envelope: string, verifiers: readonly string[]): object {
  const { payload, signatures } = JSON.parse(envelope);
  const sha256 = (bytes: string | Buffer): object => ({
    algorithm: "sha256",
    value: createHash("sha256").update(bytes).digest("hex"),
  });
  return {
    envelopeHash: sha256(envelope),
    payloadHash: sha256(Buffer.from(payload, "base64")),
    signatures: signatures.map(({ sig }: { sig: string }, index: number) => ({
      signature: sig,
      verifier: verifiers[index],
    })),
  };
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { "content-type": type });
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
