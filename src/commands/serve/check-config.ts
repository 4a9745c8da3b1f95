import { exemptWarnings } from "../../admission/exempt-warnings.ts";
import { Reviewer } from "../../admission/reviewer.ts";
import type { Configuration } from "../../config/configuration.ts";
import type { Authority, SignatureSettings, TextSource } from "../../config/signatures.ts";
import type { Language, Words } from "../../messages/language.ts";
import { type PolicySources, readConfiguration } from "./serve-policies.ts";

/** What there is to say of a configuration that a server would take. */
export interface CheckedConfig {
  /** One line for people. */
  readonly summary: string;
  /** What its log would warn of at its start. */
  readonly warnings: readonly string[];
}

/**
 * Loads all that a server would begin with, but for what only a cluster holds, and asks nobody.
 * @throws ConfigurationError, UsageError for what a server would refuse
 */
export async function checkConfig(sources: PolicySources): Promise<CheckedConfig> {
  const { bundles, language, kubernetesVersion } = sources;
  const configuration = await readConfiguration(sources, []);
  const version = kubernetesVersion ?? configuration.kubernetesVersion ?? null;
  await Reviewer.prepare({ configuration, language, bundles, kubernetesVersion: version });
  await openSignatures(configuration, language);
  const { file, admission } = configuration;
  const say = words[language];
  return {
    summary: say.good(file ?? say.noFile, admission.mode, admission.namespaces.length, bundles.length),
    warnings: exemptWarnings(admission.exempt, language),
  };
}

async function openSignatures({ signatures, registries }: Configuration, language: Language): Promise<void> {
  if (signatures === null) return;
  const { SignatureLookup } = await import("../signature-lookup.ts");
  const lookup = await SignatureLookup.open(withoutSecrets(signatures), { registries }, { language, offline: true });
  await lookup.close();
}

/** The policies as far as they name no Secret: that one is there, and holds a key, shows in the cluster alone. */
function withoutSecrets(settings: SignatureSettings): SignatureSettings {
  const policies = settings.policies.map((policy) => ({
    ...policy,
    authorities: policy.authorities.filter((each) => !isSecret(sourceOf(each))),
  }));
  return { ...settings, policies: policies.filter(({ authorities }) => authorities.length > 0) };
}

function sourceOf(authority: Authority): TextSource | null {
  if (authority.type === "key") return authority.key;
  return authority.type === "certificate" ? authority.roots : null;
}

function isSecret(source: TextSource | null): boolean {
  return source !== null && "secret" in source;
}

const en = {
  noFile: "no configuration file, so the defaults",
  good: (file: string, mode: string, entries: number, bundles: number): string =>
    `${file}: good; mode ${mode}, ${entries === 1 ? "1 entry" : `${entries} entries`} of namespaces, ${bundles === 1 ? "1 bundle" : `${bundles} bundles`} of rules\n`,
};
const zh: typeof en = {
  noFile: "未找到配置文件，使用默认值",
  good: (file, mode, entries, bundles) =>
    `${file}：可用；模式 ${mode}，命名空间条目 ${entries} 个，自定义规则包 ${bundles} 个\n`,
};
const words: Words<typeof en> = { en, zh };
