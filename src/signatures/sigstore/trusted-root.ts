import { homedir } from "node:os";
import { join } from "node:path";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { type TrustMaterial, toTrustMaterial } from "@sigstore/verify";
import type { Authority } from "../../config/signatures.ts";
import { fingerprint, type MaterialReader } from "../terms/material.ts";

/** Whom a keyless signature rests on. */
export interface Trust {
  readonly material: TrustMaterial;
  readonly fingerprint: string;
}

type Source = Extract<Authority, { readonly type: "keyless" }>["trustedRoot"];

const PUBLIC_GOOD = "https://tuf-repo-cdn.sigstore.dev";

/**
 * The certificate authorities and logs that a policy trusts: of a file, of a TUF repository, or of the public good's. What
 * TUF gave is kept in a folder, and serves while the repository cannot be reached and its metadata have not expired.
 *
 * @throws ConfigurationError for what cannot be had, is no trusted root, or could not verify anything
 */
export async function trustedRoot(source: Source, reader: MaterialReader): Promise<Trust> {
  const file = source !== undefined && "file" in source ? source.file : undefined;
  const root = file === undefined ? await byTuf(source, reader) : await byFile(file, reader);
  let material: TrustMaterial;
  try {
    material = toTrustMaterial(root);
  } catch (error) {
    throw reader.refuse(reader.words.root(reader.reason(error)), file);
  }
  const { certificateAuthorities, ctlogs, tlogs, timestampAuthorities } = material;
  if (certificateAuthorities.length === 0 || ctlogs.length === 0) throw reader.refuse(reader.words.rootLacks, file);
  if (tlogs.length === 0 && timestampAuthorities.length === 0) {
    throw reader.refuse(reader.words.rootProvesNoTime, file);
  }
  return { material, fingerprint: fingerprint("trusted root", JSON.stringify(TrustedRoot.toJSON(root))) };
}

async function byFile(file: string, reader: MaterialReader): Promise<TrustedRoot> {
  const text = await reader.file(file);
  let root: TrustedRoot;
  try {
    root = TrustedRoot.fromJSON(JSON.parse(text));
  } catch (error) {
    throw reader.refuse(reader.words.root(reader.reason(error)), file);
  }
  if (root.mediaType.startsWith("application/vnd.dev.sigstore.trustedroot")) return root;
  throw reader.refuse(reader.words.root(reader.words.rootType), file);
}

async function byTuf(source: Source, reader: MaterialReader): Promise<TrustedRoot> {
  const { getTrustedRoot } = await import("@sigstore/tuf");
  const own = source !== undefined && "tuf" in source ? source.tuf : undefined;
  const mirror = own?.mirror ?? PUBLIC_GOOD;
  // A folder for each root to begin with: another one must not be believed because it was there first.
  const seed = own === undefined ? "public-good" : fingerprint(await reader.file(own.root)).slice(0, 16);
  const options = {
    mirrorURL: mirror,
    cachePath: join(process.env.PADDLOCK_CACHE ?? join(homedir(), ".cache", "paddlock"), "tuf", seed),
    timeout: 10_000,
    retry: 1,
    ...(own === undefined ? {} : { rootPath: own.root }),
  };
  try {
    return await getTrustedRoot(options);
  } catch (error) {
    try {
      return await getTrustedRoot({ ...options, forceCache: true });
    } catch {
      throw reader.refuse(reader.words.tuf(mirror, reader.reason(error)));
    }
  }
}
