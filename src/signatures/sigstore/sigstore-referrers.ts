import { type Bundle, bundleFromJSON } from "@sigstore/bundle";
import { isObject } from "../../json/json.ts";
import type { Descriptor } from "../../registry/descriptor.ts";
import { claimOfEnvelope } from "../cosign/cosign-tag.ts";
import { type Artifact, type ImageArtifacts, read } from "../terms/artifacts.ts";
import { type Found, foundOr } from "../terms/found.ts";
import { foundInReferrers } from "../terms/found-in-referrers.ts";
import { Rejection } from "../terms/rejection.ts";
import { SIGNATURE_PREDICATE } from "../terms/statement.ts";

const BUNDLE = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v\d+\.\d+\+json|\+json)(?:;.*)?$/;
/** What the manifest says of its content. Nobody signs that: it only spares reading what is of no use. */
const PREDICATE = "dev.sigstore.bundle.predicateType";
const BUNDLE_BYTES = 4 << 20;

/**
 * The sigstore bundles that refer to the image: signatures, or attestations of one type. cosign from version 3 leaves
 * them. Which manifests hold one, only their layers tell: the type of the artefact may be the empty one.
 *
 * @param wanted the predicate's type
 */
export async function* bundles(artifacts: ImageArtifacts, wanted: string = SIGNATURE_PREDICATE): AsyncGenerator<Found> {
  yield* foundInReferrers(artifacts, (artifact) => bundlesIn(artifacts, artifact, wanted));
}

async function* bundlesIn(artifacts: ImageArtifacts, artifact: Artifact, wanted: string): AsyncGenerator<Found> {
  const { annotations } = artifact.manifest.json;
  const said = isObject(annotations) ? annotations[PREDICATE] : undefined;
  if (typeof said === "string" && said !== wanted) {
    if (wanted !== SIGNATURE_PREDICATE) return;
    return yield { type: "rejected", rejection: new Rejection("unsigned", (say) => say.onlyAttestations) };
  }
  for (const layer of artifact.layers) {
    if (BUNDLE.test(layer.mediaType)) yield await bundleIn(artifacts, layer);
  }
}

async function bundleIn(artifacts: ImageArtifacts, layer: Descriptor): Promise<Found> {
  const content = await read(() => artifacts.blob(layer, BUNDLE_BYTES));
  if ("obstacle" in content) return { type: "obstacle", obstacle: content.obstacle };
  const { digest } = artifacts;
  const found = foundOr(() => {
    const bundle = parseBundle(content.value);
    return { type: "sigstore", format: "bundle", bundle, claim: () => claimOfEnvelope(bundle, digest) };
  });
  if (found.type !== "sigstore" || found.bundle.content.$case !== "messageSignature") return found;
  // Then the signed message is the manifest of the image itself.
  const image = await read(() => artifacts.image());
  if ("obstacle" in image) return { type: "obstacle", obstacle: image.obstacle };
  return { ...found, message: Buffer.from(image.value.bytes), claim: () => ({ kind: "signature" }) };
}

function parseBundle(bytes: Uint8Array): Bundle {
  try {
    return bundleFromJSON(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch {
    throw new Rejection("unsigned", (say) => say.brokenBundle);
  }
}
