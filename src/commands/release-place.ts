import type { ClusterClient } from "../cluster/client.ts";
import { releasesOrUsual, usualRelease } from "../cluster/release.ts";
import { type ParsedOptions, UsageError } from "./usage.ts";

export interface ConfigMapPlace {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The ConfigMap of the release that a command is about: that of `--config-map`, else the one in `--release-namespace`, else
 * that of the only release that there is.
 * @param what the end of its name, behind the release's
 * @throws UsageError where that cannot be told
 */
export async function releasePlace(
  options: ParsedOptions,
  client: ClusterClient,
  what: "exemptions" | "config",
): Promise<ConfigMapPlace> {
  const written = options.text("config-map");
  if (written !== undefined) return namespacedName("config-map", written);
  const namespace = options.text("release-namespace");
  const all = await releasesOrUsual(client);
  const found = namespace === undefined ? all : all.filter((release) => release.namespace === namespace);
  const [release, other] = found;
  if (other !== undefined) {
    const names = found.map((each) => `${each.namespace}/${each.name}-${what}`).join(", ");
    throw new UsageError(`paddlock is installed more than once: name one by --config-map (${names})`);
  }
  if (release !== undefined) return { namespace: release.namespace, name: `${release.name}-${what}` };
  if (namespace !== undefined) return { namespace, name: `${usualRelease.name}-${what}` };
  throw new UsageError(
    "no webhook of paddlock is registered in this cluster; where it is installed all the same, name --release-namespace or --config-map",
  );
}

/** @throws UsageError for anything but NAMESPACE/NAME */
export function namespacedName(option: string, written: string): ConfigMapPlace {
  const [, namespace, name] = /^([a-z0-9-]+)\/([a-z0-9.-]+)$/.exec(written) ?? [];
  if (namespace === undefined || name === undefined) {
    throw new UsageError(`--${option} is NAMESPACE/NAME, not "${written}"`);
  }
  return { namespace, name };
}
