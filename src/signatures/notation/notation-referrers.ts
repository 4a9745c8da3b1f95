import type { Descriptor } from "../../registry/descriptor.ts";
import { type ImageArtifacts, read } from "../terms/artifacts.ts";
import type { Found } from "../terms/found.ts";
import { foundInReferrers } from "../terms/found-in-referrers.ts";

const JWS = "application/jose+json";
const COSE = "application/cose";
/** An envelope holds a chain of certificates and a payload of some hundred bytes. */
const ENVELOPE_BYTES = 1 << 20;

/**
 * The signatures of Notation that refer to the image. Those in COSE cannot be read.
 * Source: https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md
 */
export async function* notationSignatures(artifacts: ImageArtifacts): AsyncGenerator<Found> {
  yield* foundInReferrers(artifacts, async function* (artifact) {
    for (const layer of artifact.layers) yield* envelopeIn(artifacts, layer);
  });
}

async function* envelopeIn(artifacts: ImageArtifacts, layer: Descriptor): AsyncGenerator<Found> {
  if (layer.mediaType === COSE) {
    yield { type: "obstacle", obstacle: { state: "unknown", reason: "unsupported-format", detail: (say) => say.cose } };
  }
  if (layer.mediaType !== JWS) return;
  const content = await read(() => artifacts.blob(layer, ENVELOPE_BYTES));
  const image = await read(() => artifacts.image());
  if ("obstacle" in content) yield { type: "obstacle", obstacle: content.obstacle };
  else if ("obstacle" in image) yield { type: "obstacle", obstacle: image.obstacle };
  else {
    const { digest, mediaType, bytes } = image.value;
    yield { type: "notation", envelope: content.value, target: { digest, mediaType, size: bytes.length } };
  }
}
