import { describe, expect, it } from "vitest";
import type { RegistryErrorKind } from "../../src/registry/registry-error.ts";
import { SIGNATURE_PREDICATE } from "../../src/signatures/terms/statement.ts";
import {
  bundleSign,
  cosignLayer,
  cosignSign,
  envelope,
  HOST,
  keyBundle,
  keyOf,
  newSigner,
  policyOf,
  simpleSigning,
  verifierOf,
} from "./hand-made.ts";
import { INDEX, type Layer, MANIFEST, MemoryRegistry } from "./memory-registry.ts";

const signer = newSigner();
const stranger = newSigner();
const OTHER = `sha256:${"0".repeat(64)}`;

/** The verdict on an image of which `sign` leaves signatures. */
async function judge(
  sign: (registry: MemoryRegistry, digest: string) => void,
  policy: Parameters<typeof policyOf>[1] = {},
  image = "team/app:1",
) {
  const registry = new MemoryRegistry();
  sign(registry, registry.image("team/app", "1"));
  return (await verifierOf(registry, [policyOf([keyOf(signer)], policy)])).verify(`${HOST}/${image}`);
}

function under(registry: MemoryRegistry, digest: string, ...layers: Layer[]): void {
  registry.artifact("team/app", { tag: `${digest.replace(":", "-")}.sig`, layers });
}

function refer(registry: MemoryRegistry, digest: string, ...layers: Layer[]): void {
  registry.artifact("team/app", { subject: digest, layers });
}

describe("a payload under the tag", () => {
  it.each([
    ["of another digest", { image: { "docker-manifest-digest": OTHER } }],
    ["of another repository", { identity: { "docker-reference": `${HOST}/team/other` } }],
    ["of another registry", { identity: { "docker-reference": "evil.example.com/team/app" } }],
    ["of a longer repository", { identity: { "docker-reference": `${HOST}/team/app/x` } }],
    ["of no repository", { identity: { "docker-reference": "" } }],
    ["of another type", { type: "something else" }],
    ["without an image", { image: {} }],
  ])("%s is refused, though its signature is valid", async (_, changed) => {
    const fact = await judge((registry, digest) =>
      under(registry, digest, cosignLayer(signer, simpleSigning("team/app", digest, changed))),
    );
    expect(fact).toMatchObject({ state: "failed", reason: "payload-mismatch", action: "deny" });
  });

  it("of the same repository with a tag, or by another name of Docker Hub, is taken", async () => {
    const fact = await judge((registry, digest) => {
      const identity = { "docker-reference": `${HOST}/team/app:1` };
      under(registry, digest, cosignLayer(signer, simpleSigning("team/app", digest, { identity })));
    });
    expect(fact).toMatchObject({ state: "verified" });
    const registry = new MemoryRegistry();
    const digest = registry.image("library/nginx", "1");
    const identity = { "docker-reference": "index.docker.io/library/nginx" };
    const layers = [cosignLayer(signer, simpleSigning("", digest, { identity }))];
    registry.artifact("library/nginx", { tag: `${digest.replace(":", "-")}.sig`, layers });
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)], { images: ["nginx"] })]);
    expect(await verifier.verify("nginx:1")).toMatchObject({ state: "verified", digest });
  });

  it("that is none of JSON is refused", async () => {
    const fact = await judge((registry, digest) => under(registry, digest, cosignLayer(signer, Buffer.from("<html>"))));
    expect(fact).toMatchObject({ state: "failed", reason: "payload-mismatch" });
  });

  it("that nobody wanted to sign is refused", async () => {
    const fact = await judge((registry, digest) => {
      const layer = cosignLayer(stranger, simpleSigning("team/app", digest));
      const changed = { ...layer, content: simpleSigning("team/app", digest, { extra: "1" }) };
      under(registry, digest, layer, changed, { ...layer, annotations: {} });
    });
    expect(fact).toMatchObject({ state: "failed", reason: "wrong-key" });
  });
});

describe("a bundle that refers to the image", () => {
  it("is taken with any type of the artefact", async () => {
    for (const artifactType of [undefined, "application/vnd.oci.empty.v1+json", "application/x-anything"]) {
      const fact = await judge((registry, subject) => {
        const layers = [keyBundle(envelope(signer, subject, SIGNATURE_PREDICATE, {}))];
        registry.artifact("team/app", { subject, layers, ...(artifactType === undefined ? {} : { artifactType }) });
      });
      expect(fact).toMatchObject({ state: "verified" });
    }
  });

  it("about another image is refused", async () => {
    const fact = await judge((registry, digest) =>
      refer(registry, digest, keyBundle(envelope(signer, OTHER, SIGNATURE_PREDICATE, {}))),
    );
    expect(fact).toMatchObject({ state: "failed", reason: "payload-mismatch" });
  });

  it("with another predicate is no signature", async () => {
    const fact = await judge((registry, digest) =>
      refer(registry, digest, keyBundle(envelope(signer, digest, "https://slsa.dev/provenance/v1", {}))),
    );
    expect(fact).toMatchObject({ state: "failed", reason: "unsigned" });
  });

  it("that says beforehand that it is a report is not even fetched", async () => {
    const registry = new MemoryRegistry();
    const subject = registry.image("team/app", "1");
    const layers = [keyBundle(envelope(signer, subject, "https://slsa.dev/provenance/v1", {}))];
    const annotations = { "dev.sigstore.bundle.predicateType": "https://slsa.dev/provenance/v1" };
    registry.artifact("team/app", { subject, layers, annotations });
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])]);
    const fact = await verifier.verify(`${HOST}/team/app:1`);
    expect(fact).toMatchObject({ reason: "unsigned", detail: "there are attestations, and no signature" });
    expect(registry.asked.filter((call) => call.startsWith("blob"))).toEqual([]);
  });

  it("of another payload type is refused", async () => {
    const fact = await judge((registry, digest) =>
      refer(registry, digest, keyBundle(envelope(signer, digest, SIGNATURE_PREDICATE, {}, "text/plain"))),
    );
    expect(fact).toMatchObject({ state: "failed", reason: "payload-mismatch" });
  });

  it("with log entries and timestamps that are broken is a key's signature all the same", async () => {
    const entry = {
      logIndex: "1",
      logId: { keyId: Buffer.alloc(32).toString("base64") },
      kindVersion: { kind: "dsse", version: "0.0.1" },
      integratedTime: "1",
      inclusionPromise: { signedEntryTimestamp: "AAAA" },
      inclusionProof: { logIndex: "1", rootHash: "AAAA", treeSize: "1", hashes: [], checkpoint: { envelope: "x" } },
      canonicalizedBody: "AAAA",
    };
    const rfc3161Timestamps = [{ signedTimestamp: "AAAA" }];
    const fact = await judge((registry, digest) => {
      const material = { tlogEntries: [entry], timestampVerificationData: { rfc3161Timestamps } };
      refer(registry, digest, keyBundle(envelope(signer, digest, SIGNATURE_PREDICATE, {}), material));
    });
    expect(fact).toMatchObject({ state: "verified" });
  });

  it("that is broken does not hide one beside it", async () => {
    const fact = await judge((registry, digest) => {
      const mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";
      for (const text of ["", "{}", "[]", "null", '{"mediaType":"x"}', "<html>"]) {
        refer(registry, digest, { mediaType, content: Buffer.from(text) });
      }
      bundleSign(registry, "team/app", digest, signer);
    });
    expect(fact).toMatchObject({ state: "verified" });
  });

  it("of the image's own bytes is taken, and of other bytes refused", async () => {
    const message = (registry: MemoryRegistry, digest: string, bytes: Buffer): void => {
      const mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";
      const messageDigest = { algorithm: "SHA2_256", digest: Buffer.from(digest.slice(7), "hex").toString("base64") };
      const bundle = {
        mediaType,
        verificationMaterial: { publicKey: { hint: "" }, tlogEntries: [] },
        messageSignature: { messageDigest, signature: signer.sign(bytes).toString("base64") },
      };
      refer(registry, digest, { mediaType, content: Buffer.from(JSON.stringify(bundle)) });
    };
    const registry = new MemoryRegistry();
    const digest = registry.image("team/app", "1");
    const { bytes } = await registry.manifest({ host: HOST, path: "team/app" }, digest);
    message(registry, digest, Buffer.from(bytes));
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])]);
    expect(await verifier.verify(`${HOST}/team/app:1`)).toMatchObject({ state: "verified" });
    const other = await judge((held, image) => message(held, image, Buffer.from("other")));
    expect(other).toMatchObject({ state: "failed", reason: "wrong-key" });
  });
});

describe("an index", () => {
  it("is signed for itself, not for its members", async () => {
    const registry = new MemoryRegistry();
    const member = registry.image("team/app", "amd64");
    const manifests = [{ mediaType: MANIFEST, digest: member, size: 1 }];
    const index = registry.put("team/app", { schemaVersion: 2, mediaType: INDEX, manifests }, "1");
    cosignSign(registry, "team/app", index, signer);
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])]);
    expect(await verifier.verify(`${HOST}/team/app:1`)).toMatchObject({ state: "verified", digest: index });
    expect(await verifier.verify(`${HOST}/team/app@${member}`)).toMatchObject({ state: "failed", reason: "unsigned" });
    // A digest wins over a tag beside it.
    expect(await verifier.verify(`${HOST}/team/app:1@${member}`)).toMatchObject({ state: "failed", digest: member });
  });
});

describe("a registry that does not answer", () => {
  it.each([
    ["refused", "unknown", "refused"],
    ["timeout", "unknown", "timeout"],
    ["rate-limited", "unknown", "rate-limited"],
    ["server", "unknown", "server"],
    ["too-large", "unknown", "too-large"],
    ["too-many", "unknown", "too-many"],
    ["protocol", "unknown", "protocol"],
    ["not-allowed", "unknown", "not-allowed"],
    ["unauthorized", "failed", "unauthorized"],
    ["forbidden", "failed", "forbidden"],
    ["digest-mismatch", "failed", "digest-mismatch"],
  ] as const)("by %s makes it %s, at whichever call", async (kind: RegistryErrorKind, state, reason) => {
    for (const call of ["resolve", "manifest", "referrers"]) {
      const fact = await judge((registry) => void registry.refusals.set(call, kind));
      expect({ call, state: fact.state, reason: fact.reason }).toEqual({ call, state, reason });
      expect(fact.action).toBe("deny");
    }
  });

  it("is judged by onError when nobody can say, and denied when it says no", async () => {
    for (const onError of ["allow", "warn", "deny"] as const) {
      const registry = new MemoryRegistry();
      registry.image("team/app", "1");
      const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])], { onError });
      registry.refusals.set("resolve", "server");
      expect(await verifier.verify(`${HOST}/team/app:1`)).toMatchObject({ state: "unknown", action: onError });
      registry.refusals.set("resolve", "forbidden");
      expect(await verifier.verify(`${HOST}/team/app:1`)).toMatchObject({ state: "failed", action: "deny" });
    }
  });

  it("for one way does not matter where the other suffices, and leaves it open where not", async () => {
    const good = await judge((registry, digest) => {
      registry.refusals.set("manifest team/app sha256-", "server");
      bundleSign(registry, "team/app", digest, signer);
    });
    expect(good).toMatchObject({ state: "verified" });
    const open = await judge((registry, digest) => {
      cosignSign(registry, "team/app", digest, stranger);
      registry.refusals.set("referrers", "timeout");
    });
    expect(open).toMatchObject({ state: "unknown", reason: "timeout" });
  });

  it("is unknown with 60 referrers, with 51 layers, and with a payload of 5 MB", async () => {
    const referrers = await judge((registry, digest) => {
      for (let index = 0; index < 60; index++)
        refer(registry, digest, { mediaType: "x", content: Buffer.from([index]) });
    });
    expect(referrers).toMatchObject({ state: "unknown", reason: "too-many" });
    const layers = await judge((registry, digest) => {
      const layer = cosignLayer(stranger, simpleSigning("team/app", digest));
      under(registry, digest, ...Array.from({ length: 51 }, () => layer));
    });
    expect(layers).toMatchObject({ state: "unknown", reason: "too-many" });
    const large = await judge((registry, digest) =>
      under(registry, digest, { ...cosignLayer(signer, Buffer.from("x")), content: Buffer.alloc(5 << 20, "x") }),
    );
    expect(large).toMatchObject({ state: "unknown", reason: "too-large" });
  });
});

describe("names", () => {
  it("that are none are denied without asking anybody", async () => {
    const registry = new MemoryRegistry();
    const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])]);
    for (const image of ["", "UPPER/case", `${HOST}/a b`, `${HOST}/app@sha256:12`, "http://x/y"]) {
      expect(await verifier.verify(image)).toMatchObject({ state: "failed", reason: "bad-reference", action: "deny" });
      expect(verifier.cached(image)).toMatchObject({ state: "failed", reason: "bad-reference" });
    }
    expect(registry.asked).toEqual([]);
  });

  it("that no policy is for follow noMatch without asking anybody", async () => {
    for (const noMatch of ["allow", "warn", "deny"] as const) {
      const registry = new MemoryRegistry();
      const verifier = await verifierOf(registry, [policyOf([keyOf(signer)])], { noMatch });
      const fact = await verifier.verify("evil.example.com/app:1");
      expect(fact).toMatchObject({ state: "unmatched", reason: null, action: noMatch, policies: [] });
      expect(registry.asked).toEqual([]);
    }
  });

  it("of tags that are not there are denied", async () => {
    expect(await judge(() => {}, {}, "team/app:2")).toMatchObject({ state: "failed", reason: "tag-not-found" });
  });
});

describe("several policies for an image", () => {
  it("must all pass", async () => {
    const registry = new MemoryRegistry();
    const digest = registry.image("team/app", "1");
    cosignSign(registry, "team/app", digest, signer);
    const one = policyOf([keyOf(signer)], { name: "one" });
    const two = policyOf([keyOf(stranger)], { name: "two" });
    const both = await verifierOf(registry, [one, two]);
    const fact = await both.verify(`${HOST}/team/app:1`);
    expect(fact).toMatchObject({ state: "failed", reason: "wrong-key", policies: ["one", "two"] });
    expect(fact.detail).toContain("policy two");
    const same = await verifierOf(registry, [one, { ...one, name: "again" }]);
    const { fact: passed, signatures } = await same.inspect(`${HOST}/team/app:1`);
    expect(passed.state).toBe("verified");
    expect(signatures.map(({ authority }) => authority.policy)).toEqual(["one", "again"]);
    const elsewhere = await verifierOf(registry, [one, { ...two, exclude: [`${HOST}/team/*`] }]);
    expect(await elsewhere.verify(`${HOST}/team/app:1`)).toMatchObject({ state: "verified", policies: ["one"] });
  });
});
