import { ApiError, clusterReason } from "../cluster/api-error.ts";
import { reaching } from "../cluster/audit/reaching.ts";
import { auditWords } from "../cluster/audit/words.ts";
import type { ClusterClient } from "../cluster/client.ts";
import { ReleaseConfiguration } from "../cluster/release-configuration.ts";
import type { Language, Words } from "../messages/language.ts";
import { faultOf } from "./configuration-text.ts";
import { releasePlace } from "./release-place.ts";
import { UsageError } from "./usage.ts";

/** The configuration by which a cluster judges, or why it cannot be had. */
export type ConfigurationOfRelease =
  | { readonly text: string; readonly place: string }
  | { readonly text: null; readonly reason: string };

/**
 * Reads the configuration of the only release in a cluster.
 * @param bundles files with rules that it may speak of
 * @throws ConfigurationError where the cluster cannot be reached
 */
export function configurationOfRelease(
  client: ClusterClient,
  bundles: readonly string[],
  language: Language,
): Promise<ConfigurationOfRelease> {
  return reaching(client, auditWords[language], async () => {
    try {
      const { namespace, name } = await releasePlace(
        { configMap: undefined, namespace: undefined },
        client,
        "config",
        language,
      );
      const place = `${namespace}/${name}`;
      const text = await new ReleaseConfiguration(client, { namespace, name }).read();
      if (text === null) return { text, reason: words[language].none(place) };
      const fault = await faultOf(text, language, bundles);
      return fault === null ? { text, place } : { text: null, reason: words[language].faulty(place, fault) };
    } catch (error) {
      if (error instanceof UsageError) return { text: null, reason: error.message };
      if (error instanceof ApiError) return { text: null, reason: clusterReason(error, language) };
      throw error;
    }
  });
}

const en = {
  ofRelease: (place: string) => `judged by the configuration of the cluster, the ConfigMap ${place}`,
  local: (reason: string) =>
    `judged by the nearest .paddlock.yaml here, else the profile recommended, for the configuration of the cluster cannot be had (${reason}); --config FILE names another`,
  none: (place: string) => `the ConfigMap ${place} has no paddlock.yaml`,
  faulty: (place: string, fault: string) => `ConfigMap ${place}: ${fault}`,
};
const zh: typeof en = {
  ofRelease: (place) => `按集群中的配置检查：ConfigMap ${place}`,
  local: (reason) =>
    `无法取得集群中的配置（${reason}），因此按本地最近的 .paddlock.yaml 检查，没有则使用 recommended；可用 --config FILE 另行指定`,
  none: (place) => `ConfigMap ${place} 中没有 paddlock.yaml`,
  faulty: (place, fault) => `ConfigMap ${place}：${fault}`,
};
const words: Words<typeof en> = { en, zh };

/** By what it is judged then. */
export function configurationText(found: ConfigurationOfRelease, language: Language): string {
  const say = words[language];
  return found.text === null ? say.local(found.reason) : say.ofRelease(found.place);
}
