import { noCredentials } from "../../../src/registry/credentials.ts";
import { RegistryClient } from "../../../src/registry/registry-client.ts";
import { ImageVerifier } from "../../../src/signatures/image-verifier.ts";
import type { SignedWorld } from "../../../tools/signatures/world.ts";
import type { Case } from "../cases.ts";
import { policyOf } from "../hand-made.ts";

export function clientOf({ registry }: SignedWorld): RegistryClient {
  return new RegistryClient({ registries: [registry.settings], credentials: noCredentials });
}

/** A verifier with one policy for all images of the world. */
export function verifierFor(
  world: SignedWorld,
  client: RegistryClient,
  policy: Case["policy"],
): Promise<ImageVerifier> {
  const { registry, materials } = world;
  const policies = [policyOf([], { images: [`${registry.host}/**`], ...policy(materials) })];
  return ImageVerifier.prepare({
    settings: { noMatch: "deny", onError: "deny", policies },
    registry: client,
    language: "en",
  });
}

/** `team/app:1`, or `team/app@tag` for the digest that the tag had. */
export function fullName({ registry, digests }: SignedWorld, image: string): string {
  const [name, tag] = image.split("@");
  return tag === undefined ? `${registry.host}/${image}` : `${registry.host}/${name}@${digests.get(`${name}:${tag}`)}`;
}
