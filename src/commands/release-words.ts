import type { Words } from "../messages/language.ts";

/** What is said of where paddlock is installed. */
const en = {
  several: (places: string) => `paddlock is installed more than once: name one by --config-map (${places})`,
  notRegistered: (example: string) =>
    `no webhook of paddlock with a Service is registered in this cluster (one that is registered by a URL, or from static files, names none): say --config-map NAMESPACE/NAME, as ${example}`,
  notInNamespace: (namespace: string, places: string) =>
    `there is no paddlock in the namespace ${namespace}; its webhook is registered from ${places} (else say --config-map NAMESPACE/NAME)`,
};

const zh: typeof en = {
  several: (places) => `集群中安装了多个 paddlock：请用 --config-map 指定一个（${places}）`,
  notRegistered: (example) =>
    `集群中没有注册指向 Service 的 paddlock webhook（以 URL 或静态文件注册的 webhook 不指明 Service）：请用 --config-map NAMESPACE/NAME 指定，如 ${example}`,
  notInNamespace: (namespace, places) =>
    `命名空间 ${namespace} 中没有 paddlock；其 webhook 注册自 ${places}（否则请用 --config-map NAMESPACE/NAME 指定）`,
};

export const releaseWords: Words<typeof en> = { en, zh };
