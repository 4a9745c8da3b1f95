import { ApiError } from "../cluster/api-error.ts";
import type { ClusterClient } from "../cluster/client.ts";
import { findReleases, type Release, usualRelease } from "../cluster/release.ts";
import type { Language } from "../messages/language.ts";
import type { NamespacedName } from "../resources/identity.ts";
import { releaseWords } from "./release-words.ts";
import { UsageError } from "./usage.ts";
import { type UsageWords, usageWords } from "./usage-words.ts";

/** What was said of where it is: the values of `--config-map` and `--release-namespace`. */
export interface SaidPlace {
  readonly configMap: string | undefined;
  readonly namespace: string | undefined;
}

/**
 * The ConfigMap of the release that a command is about: that of `--config-map`, else the one in `--release-namespace`, else
 * that of the only release that there is.
 * @param what the end of its name, behind the release's
 * @throws UsageError where that cannot be told; ApiError, TransportError
 */
export async function releasePlace(
  { configMap, namespace }: SaidPlace,
  client: ClusterClient,
  what: "exemptions" | "config",
  language: Language,
): Promise<NamespacedName> {
  const say = releaseWords[language];
  if (configMap !== undefined) return namespacedName("config-map", configMap, usageWords[language]);
  const usual = { namespace: namespace ?? usualRelease.namespace, name: `${usualRelease.name}-${what}` };
  const all = await visibleReleases(client);
  if (all === null) return usual;
  const found = namespace === undefined ? all : all.filter((release) => release.namespace === namespace);
  const [release, other] = found;
  if (other !== undefined) {
    const names = found.map((each) => `${each.namespace}/${each.name}-${what}`).join(", ");
    throw new UsageError(say.several(names));
  }
  if (release !== undefined) return { namespace: release.namespace, name: `${release.name}-${what}` };
  if (namespace === undefined) throw new UsageError(say.notRegistered(`${usual.namespace}/${usual.name}`));
  if (all.length === 0) return usual;
  throw new UsageError(say.notInNamespace(namespace, [...new Set(all.map((each) => each.namespace))].join(", ")));
}

/** Null: whoever asks may not see them. */
async function visibleReleases(client: ClusterClient): Promise<readonly Release[] | null> {
  try {
    return await findReleases(client);
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return null;
    throw error;
  }
}

/** @throws UsageError for anything but NAMESPACE/NAME */
export function namespacedName(option: string, written: string, say: UsageWords): NamespacedName {
  const [, namespace, name] = /^([a-z0-9-]+)\/([a-z0-9.-]+)$/.exec(written) ?? [];
  if (namespace === undefined || name === undefined) {
    throw new UsageError(say.form(`--${option}`, say.place, written));
  }
  return { namespace, name };
}
