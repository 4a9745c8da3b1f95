import type { RequestListener, ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { noCredentials } from "../../src/registry/credentials.ts";
import { RegistryClient } from "../../src/registry/registry-client.ts";
import { ImageVerifier } from "../../src/signatures/image-verifier.ts";
import type { SignatureFact } from "../../src/signatures/terms/signature-fact.ts";
import { BRISK, Content, type FakeServer, failure, MANIFEST, startServer } from "../registry/fake-registry.ts";
import { cosignLayer, keyOf, newSigner, policyOf, simpleSigning } from "./hand-made.ts";

const signer = newSigner();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** An image `team/app:1` with a valid signature, behind a server that does `instead` where a path matches. */
async function signedBehind(
  at: RegExp,
  instead: (response: ServerResponse, content: Content) => void,
): Promise<FakeServer> {
  const content = new Content();
  const listener: RequestListener = (request, response) => {
    if (at.test(request.url ?? "")) instead(response, content);
    else content.answer(request, response);
  };
  const server = await startServer(listener);
  closing.push(() => server.close());
  const config = { mediaType: "application/vnd.oci.empty.v1+json", digest: content.blob(Buffer.from("{}")), size: 2 };
  const base = { schemaVersion: 2, mediaType: MANIFEST, config };
  const digest = content.manifest("team/app", { ...base, layers: [] }, { tag: "1" });
  const identity = { "docker-reference": `${server.host}/team/app` };
  const layer = cosignLayer(signer, simpleSigning("team/app", digest, { identity }));
  const payload = Buffer.from(layer.content);
  const layers = [
    {
      mediaType: layer.mediaType,
      digest: content.blob(payload),
      size: payload.length,
      annotations: layer.annotations ?? {},
    },
  ];
  content.manifest("team/app", { ...base, layers }, { tag: `${digest.replace(":", "-")}.sig` });
  return server;
}

async function judge(server: FakeServer, image = `${server.host}/team/app:1`): Promise<SignatureFact> {
  const settings = { host: server.host, insecure: true, mirrors: [] };
  const registry = new RegistryClient({ registries: [settings], credentials: noCredentials, limits: BRISK });
  closing.push(() => registry.close());
  const policies = [policyOf([keyOf(signer)], { images: ["**"] })];
  const options = { settings: { noMatch: "deny", onError: "deny", policies }, registry, language: "en" } as const;
  return (await ImageVerifier.prepare(options)).verify(image);
}

const TAG = /\/manifests\/1$/;
const SIGNATURES = /\.sig$/;
const PAYLOAD = /\/blobs\//;

type Misbehaviour = readonly [
  what: string,
  instead: (response: ServerResponse) => void,
  state: SignatureFact["state"],
  reason: SignatureFact["reason"],
];

const MISBEHAVIOURS: readonly Misbehaviour[] = [
  ["hangs", (response) => void response.flushHeaders(), "unknown", "timeout"],
  ["breaks off", (response) => void response.destroy(), "unknown", "refused"],
  ["answers 401", (response) => void failure(response, 401, "UNAUTHORIZED"), "failed", "unauthorized"],
  ["answers 403", (response) => void failure(response, 403, "DENIED"), "failed", "forbidden"],
  [
    "answers 429 and asks for an hour",
    (response) => void failure(response, 429, "TOOMANYREQUESTS", { "retry-after": "3600" }),
    "unknown",
    "rate-limited",
  ],
  ["answers 500", (response) => void failure(response, 500, "UNKNOWN"), "unknown", "server"],
  [
    "answers HTML",
    (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    "unknown",
    "protocol",
  ],
  [
    "redirects to a link-local address",
    (response) => void response.writeHead(307, { location: "http://169.254.169.254/latest" }).end(),
    "unknown",
    "not-allowed",
  ],
];

describe("a registry that is not as it should be", () => {
  it("is trusted with a valid signature when it is", async () => {
    expect(await judge(await signedBehind(/never/, () => {}))).toMatchObject({ state: "verified" });
  });

  it.each(MISBEHAVIOURS)("and %s gives no yes, at whichever step", async (_, instead, state, reason) => {
    for (const at of [TAG, SIGNATURES, PAYLOAD]) {
      const fact = await judge(await signedBehind(at, instead));
      expect({ at, state: fact.state, reason: fact.reason }).toEqual({ at, state, reason });
    }
  });

  it("and hands out other bytes than the digest names is denied", async () => {
    const octets = { "content-type": "application/octet-stream" };
    const fact = await judge(
      await signedBehind(PAYLOAD, (response) => void response.writeHead(200, octets).end("x".repeat(300))),
    );
    expect(fact).toMatchObject({ state: "failed", reason: "digest-mismatch", action: "deny" });
  });

  it("and knows no such tag, or no signature, is denied", async () => {
    const gone = (response: ServerResponse): void => failure(response, 404, "MANIFEST_UNKNOWN");
    expect(await judge(await signedBehind(TAG, gone))).toMatchObject({ state: "failed", reason: "tag-not-found" });
    expect(await judge(await signedBehind(SIGNATURES, gone))).toMatchObject({ state: "failed", reason: "unsigned" });
  });

  it("is never asked where only an image names it", async () => {
    const server = await signedBehind(/never/, () => {});
    const other = await signedBehind(/never/, () => {});
    for (const image of [`${other.host}/team/app:1`, "169.254.169.254/team/app:1", "localhost:1/team/app"]) {
      expect(await judge(server, image)).toMatchObject({ state: "unknown", reason: "not-allowed", action: "deny" });
    }
    expect(other.asked).toEqual([]);
  });
});
