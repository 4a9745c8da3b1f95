import type { OptionSpec } from "./usage.ts";

/** Options of the commands that talk to a cluster. */
export const clusterOptions: { readonly [name in "kubeconfig" | "kube-context"]: OptionSpec } = {
  kubeconfig: {
    type: "string",
    value: "FILE",
    en: "credentials; default: KUBECONFIG, ~/.kube/config, or those of the pod",
    zh: "集群凭据文件；默认依次取 KUBECONFIG、~/.kube/config 和 Pod 自身的凭据",
  },
  "kube-context": {
    type: "string",
    value: "NAME",
    en: "context of the kubeconfig; default: the current one",
    zh: "kubeconfig 中的上下文；默认为当前上下文",
  },
};
