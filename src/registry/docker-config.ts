import { isObject, objectOf, textOf } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import type { Credential } from "./credentials.ts";
import { type RepositoryName, registryHost } from "./repository.ts";

/** What a docker `config.json`, or podman's `auth.json`, says of credentials. */
export interface DockerConfig {
  readonly entries: readonly Entry[];
  /** Names of credential helpers by registry, as in `credHelpers`. */
  readonly helpers: ReadonlyMap<string, string>;
  /** The helper for every registry, as in `credsStore`. */
  readonly store: string | null;
}

interface Entry {
  /** A registry; `*` in it stands for a part of one label. */
  readonly host: string;
  /** The repository, or the beginning of its path, that it is for; empty for all of the registry. */
  readonly path: string;
  readonly credential: Credential;
}

/**
 * Reads a docker configuration; what is malformed in it counts as left out, as clients do.
 * Sources: docker's `config.json`, containers-auth.json(5) for keys with a path, Kubernetes for keys with `*`.
 */
export function readDockerConfig(config: JsonObject): DockerConfig {
  const helpers = new Map<string, string>();
  for (const [key, value] of Object.entries(objectOf(config.credHelpers))) {
    const name = textOf(value);
    if (name !== null) helpers.set(scopeOf(key).host, name);
  }
  return { entries: entriesOf(objectOf(config.auths)), helpers, store: textOf(config.credsStore) };
}

/** The same of a Kubernetes Secret's `.dockercfg`, which is the `auths` alone. */
export function readLegacyDockerConfig(config: JsonObject): DockerConfig {
  return { entries: entriesOf(config), helpers: new Map(), store: null };
}

/** The credential for a repository in the entries: a registry's own name before a pattern, a longer path before a shorter. */
export function credentialIn({ entries }: DockerConfig, repository: RepositoryName): Credential | null {
  let best: Entry | null = null;
  for (const entry of entries) {
    if (covers(entry, repository) && (best === null || rank(entry) > rank(best))) best = entry;
  }
  return best?.credential ?? null;
}

/** The helper that is to be asked for a registry, or null. */
export function helperFor({ helpers, store }: DockerConfig, host: string): string | null {
  return helpers.get(host) ?? store;
}

function entriesOf(auths: JsonObject): Entry[] {
  return Object.entries(auths).flatMap(([key, value]) => {
    const credential = credentialOf(value);
    return credential === null ? [] : [{ ...scopeOf(key), credential }];
  });
}

/** Keys are hosts, URLs as in `https://index.docker.io/v1/`, or hosts with the beginning of a path. */
function scopeOf(key: string): { host: string; path: string } {
  const bare = key.trim().replace(/^https?:\/\//i, "");
  const slash = bare.indexOf("/");
  const host = registryHost(slash < 0 ? bare : bare.slice(0, slash));
  const path = slash < 0 ? "" : bare.slice(slash + 1);
  return { host, path: path.replace(/^v[12](?:\/|$)/, "").replace(/\/+$/, "") };
}

function covers({ host, path }: Entry, repository: RepositoryName): boolean {
  if (!hostCovers(host, repository.host)) return false;
  return path === "" || repository.path === path || repository.path.startsWith(`${path}/`);
}

function hostCovers(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  if (!pattern.includes("*")) return false;
  const [labels, given] = [pattern.split("."), host.split(".")];
  return labels.length === given.length && labels.every((label, index) => labelCovers(label, given[index] ?? ""));
}

/** Piece by piece, so that no pattern takes long. */
function labelCovers(pattern: string, label: string): boolean {
  const pieces = pattern.split("*");
  const [first = "", last = ""] = [pieces[0], pieces.at(-1)];
  if (pieces.length === 1) return pattern === label;
  if (label.length < first.length + last.length || !label.startsWith(first) || !label.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = label.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= label.length - last.length;
}

function rank({ host, path }: Entry): number {
  return path.length + (host.includes("*") ? 0 : 1 << 16);
}

function credentialOf(value: JsonValue | undefined): Credential | null {
  if (!isObject(value)) return null;
  const identity = textOf(value.identitytoken);
  if (identity !== null) return { kind: "identity-token", token: identity };
  const bearer = textOf(value.registrytoken);
  if (bearer !== null) return { kind: "bearer", token: bearer };
  const encoded = textOf(value.auth);
  const pair = encoded === null ? null : Buffer.from(encoded, "base64").toString("utf8").replace(/\0+$/, "");
  const colon = pair?.indexOf(":") ?? -1;
  if (pair !== null && colon > 0) return basic(pair.slice(0, colon), pair.slice(colon + 1));
  const username = textOf(value.username);
  return username === null ? null : basic(username, textOf(value.password) ?? "");
}

function basic(username: string, password: string): Credential {
  return { kind: "basic", username, password };
}
