import type { Bundle } from "@sigstore/bundle";
import { type ImageArtifacts, read } from "../terms/artifacts.ts";
import { type Found, foundOr } from "../terms/found.ts";
import { Rejection } from "../terms/rejection.ts";
import { claimOf } from "../terms/statement.ts";
import { envelopeBundle, messageBundle } from "./cosign-layer.ts";
import { checkSimpleSigning } from "./simple-signing.ts";

type Annotations = Readonly<Record<string, string>>;

/** What a tag holds: layers of one media type, and how many bytes of each are read. */
const SIGNATURES = {
  suffix: "sig",
  mediaType: "application/vnd.dev.cosign.simplesigning.v1+json",
  most: 64 << 10,
} as const;
/** An attestation may hold a whole list of packages. */
const ATTESTATIONS = { suffix: "att", mediaType: "application/vnd.dsse.envelope.v1+json", most: 4 << 20 } as const;

/** The signatures that cosign up to version 2 leaves under the tag `sha256-<hex>.sig`. */
export function cosignSignatures(artifacts: ImageArtifacts): AsyncGenerator<Found> {
  const { repository, digest } = artifacts;
  return layersUnder(artifacts, SIGNATURES, (message, annotations) => ({
    type: "sigstore",
    format: "cosign",
    bundle: messageBundle(message, annotations),
    message,
    claim: () => {
      checkSimpleSigning(message, repository, digest);
      return { kind: "signature" };
    },
  }));
}

/** The attestations that cosign up to version 2 leaves under the tag `sha256-<hex>.att`. */
export function cosignAttestations(artifacts: ImageArtifacts): AsyncGenerator<Found> {
  return layersUnder(artifacts, ATTESTATIONS, (envelope, annotations) => {
    const bundle = envelopeBundle(envelope, annotations);
    return { type: "sigstore", format: "cosign", bundle, claim: () => claimOfEnvelope(bundle, artifacts.digest) };
  });
}

async function* layersUnder(
  artifacts: ImageArtifacts,
  { suffix, mediaType, most }: typeof SIGNATURES | typeof ATTESTATIONS,
  make: (content: Buffer, annotations: Annotations) => Found,
): AsyncGenerator<Found> {
  const tagged = await read(() => artifacts.tagged(suffix));
  if ("obstacle" in tagged) return yield { type: "obstacle", obstacle: tagged.obstacle };
  for (const layer of tagged.value?.layers ?? []) {
    if (layer.mediaType !== mediaType) continue;
    const content = await read(() => artifacts.blob(layer, most));
    yield "obstacle" in content
      ? { type: "obstacle", obstacle: content.obstacle }
      : foundOr(() => make(Buffer.from(content.value), layer.annotations));
  }
}

/** What the envelope of a bundle claims of an image. @throws Rejection */
export function claimOfEnvelope({ content }: Bundle, digest: string): ReturnType<typeof claimOf> {
  if (content.$case !== "dsseEnvelope") throw new Rejection("payload-mismatch", (say) => say.noStatement);
  return claimOf(content.dsseEnvelope.payloadType, content.dsseEnvelope.payload, digest);
}
