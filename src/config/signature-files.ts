import type { Authority, RegistriesSettings, SignatureSettings, TextSource } from "./signatures.ts";

/** The files, absolute, that the blocks `signatures` and `registries` name: what they mean changes with them. */
export function signatureFiles(signatures: SignatureSettings | null, { hosts }: RegistriesSettings): readonly string[] {
  const policies = signatures?.policies ?? [];
  const files = [
    ...policies.flatMap(({ authorities }) => authorities.map(fileOf)),
    ...policies.flatMap(({ attestations }) => attestations.map(({ assert }) => assert)),
    ...hosts.flatMap(({ ca, dockerConfig }) => [ca, dockerConfig]),
  ];
  return [...new Set(files.filter((file) => file !== undefined))];
}

function fileOf(authority: Authority): string | undefined {
  if (authority.type === "key") return textFile(authority.key);
  if (authority.type === "certificate") return textFile(authority.roots);
  const { trustedRoot } = authority;
  if (trustedRoot === undefined) return undefined;
  return "file" in trustedRoot ? trustedRoot.file : trustedRoot.tuf.root;
}

function textFile(source: TextSource): string | undefined {
  return "file" in source ? source.file : undefined;
}
