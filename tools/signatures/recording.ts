import type { JsonObject } from "../../src/json/value.ts";

/** What a registry held, as a file: manifests as text, blobs in base64. */
export interface Recording {
  /** The registry's name: signatures are of images of that name. */
  readonly host: string;
  /** When it was made: some signatures count for a time. ISO 8601. */
  readonly made: string;
  readonly repositories: Readonly<Record<string, RecordedRepository>>;
}

export interface RecordedRepository {
  readonly tags: Readonly<Record<string, string>>;
  readonly manifests: Readonly<Record<string, { readonly mediaType: string; readonly text: string }>>;
  readonly blobs: Readonly<Record<string, string>>;
}

const TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Reads all that tags of repositories lead to, and what refers to that. The layers of images are left out. */
export async function record(url: string, repositories: readonly string[]): Promise<Recording> {
  const recorded: Record<string, RecordedRepository> = {};
  for (const name of repositories) recorded[name] = await recordRepository(`${url}/v2/${name}`);
  return { host: new URL(url).host, made: new Date().toISOString(), repositories: recorded };
}

async function recordRepository(base: string): Promise<RecordedRepository> {
  const tags: Record<string, string> = {};
  const manifests: Record<string, { mediaType: string; text: string }> = {};
  const blobs: Record<string, string> = {};
  const { tags: listed } = JSON.parse((await read(`${base}/tags/list`)).text);

  const visit = async (reference: string): Promise<string> => {
    const { text, mediaType, digest } = await read(`${base}/manifests/${reference}`);
    if (manifests[digest] !== undefined) return digest;
    manifests[digest] = { mediaType, text };
    const { manifests: members = [], layers = [] }: JsonObject = JSON.parse(text);
    for (const member of members as readonly { digest: string }[]) await visit(member.digest);
    for (const layer of layers as readonly { digest: string; mediaType: string }[]) {
      if (/image\.layer|rootfs/.test(layer.mediaType)) continue;
      blobs[layer.digest] = (await read(`${base}/blobs/${layer.digest}`)).bytes.toString("base64");
    }
    const referrers = await fetch(`${base}/referrers/${digest}`);
    if (referrers.status === 200) {
      const { manifests: found = [] } = JSON.parse(await referrers.text());
      for (const each of found) await visit(each.digest);
    }
    return digest;
  };
  for (const tag of listed) tags[tag] = await visit(tag);
  return { tags, manifests, blobs };
}

async function read(url: string): Promise<{ text: string; bytes: Buffer; mediaType: string; digest: string }> {
  const response = await fetch(url, { headers: { accept: TYPES } });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const digest = response.headers.get("docker-content-digest") ?? "";
  const mediaType = response.headers.get("content-type")?.split(";")[0] ?? "";
  return { bytes, text: bytes.toString("utf8"), mediaType, digest };
}
