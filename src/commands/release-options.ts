import type { OptionSpec } from "./usage.ts";

/** Options that say where paddlock is installed. `what`: the end of the ConfigMap's name behind the release's. */
export function releaseOptions(what: "exemptions" | "config"): {
  readonly [name in "release-namespace" | "config-map"]: OptionSpec;
} {
  return {
    "release-namespace": {
      type: "string",
      value: "NS",
      en: "where paddlock is installed; default: where its webhook is registered from, else paddlock-system",
      zh: "paddlock 所在的命名空间；默认按已注册的 webhook 查找，否则为 paddlock-system",
    },
    "config-map": {
      type: "string",
      value: "NS/NAME",
      en: `the ConfigMap that is written; default: RELEASE-${what} there`,
      zh: `写入的 ConfigMap；默认为其中的 RELEASE-${what}`,
    },
  };
}
