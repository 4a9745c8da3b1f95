import type { Language, Words } from "../../messages/language.ts";
import { systemReason } from "../../messages/system-reason.ts";
import { CertificateError } from "../certificates/certificate-source.ts";

/** What the steps name. */
export interface StepFacts {
  readonly output: string;
  readonly directory: string;
  readonly url: string;
  readonly loopback: boolean;
  readonly fail: boolean;
  /** Of the registration, as an API server's metrics tell it. */
  readonly hash: string;
}

/** One thing to do, and the commands for it. */
export interface Step {
  readonly text: string;
  readonly commands: readonly string[];
}

/** What `paddlock generate static-admission` says of what it was given, and of what to do with what it wrote. */
const en = {
  notHttps: (url: string) => `--url is https://HOST:PORT, not "${url}": the API server calls webhooks over TLS alone`,
  userInUrl: "--url holds a user or a password, which the API server refuses in a webhook's URL",
  queryInUrl: (url: string) => `--url holds ? or #, which the API server refuses in a webhook's URL: "${url}"`,
  serviceName: (host: string): string =>
    `--url names ${host}, a Service of the cluster: API servers do not ask the cluster's DNS, and there is no Service while they start. ` +
    "Name an address that answers before any pod runs: https://127.0.0.1:8443 for a static pod, a systemd unit or a DaemonSet with hostNetwork on each control-plane node, or one outside the cluster",
  anyAddress: (host: string) =>
    `--url names ${host}, at which one can listen but which nobody can call: name 127.0.0.1, or an address of the node`,
  otherPath: (found: string, path: string) => `--url ends with ${found}: paddlock serve takes reviews at ${path}`,
  reason: (error: unknown): string => reasonOf(error, "en"),
  unreadable: (file: string, reason: string) => `${file}: ${reason}`,
  holdsKey: (file: string) =>
    `${file} holds a private key, and what is given here is copied to every control-plane node: give the certificate of the authority alone`,
  selfManaged: (file: string): string =>
    `${file} is an authority that the replicas manage by themselves (certificates.mode: self-managed): they replace it within a year, and then no API server that started with these files would believe them. ` +
    "Use certificates from files (--tls-cert, --tls-key), by an authority of yours that lasts five years or more",
  noAuthority: (file: string, subject: string) =>
    `${file}: ${subject} is no authority's certificate (basicConstraints CA:TRUE): give the certificate that issued the server's, not the server's own`,
  expired: (file: string, subject: string, at: Date) => `${file}: ${subject} ended at ${time(at)}`,
  notYetValid: (file: string, subject: string, at: Date) => `${file}: ${subject} is not valid before ${time(at)}`,
  endsSoon: (file: string, subject: string, at: Date): string =>
    `${file}: ${subject} ends at ${time(at)}, in less than five years. When it does, the files on every control-plane node must have been changed, or no review is heard any more. ` +
    "Make an authority that lasts ten years, or say --accept-expiry and put the date into your calendar",
  otherHost: (file: string, host: string, names: string) =>
    `${file} is not for ${host}, at which the API server calls${names === "" ? ": it has no subjectAltName" : `, but for ${names}`}`,
  otherAuthority: (file: string, issuer: string) =>
    `${file} was issued by ${issuer}, which is none of the authorities of --ca`,
  directory: (written: string) =>
    `--node-directory is an absolute path of a folder on the nodes, without spaces, not "${written}"`,
  namespace: (written: string) => `"${written}" is no name of a namespace`,
  exists: (files: readonly string[]) =>
    `there already: ${files.join(", ")}. --force overwrites them; nothing was written`,
  cannotWrite: (file: string, reason: string) => `cannot write ${file}: ${reason}`,
  wrote: (file: string) => `wrote ${file}`,
  address: (url: string) => `Address      ${url}`,
  authority: (subject: string, expires: Date) => `Authority    ${subject}, until ${time(expires)}`,
  certificate: (subject: string, expires: Date) =>
    `Certificate  ${subject}, until ${time(expires)}: fits the address and the authority`,
  noCertificate: (host: string) =>
    `Certificate  not looked at: give --tls-cert to hold it against ${host} and the authority`,
  /** The files of the configuration, the most particular first; none where it is all defaults. */
  configuration: (files: readonly string[]) =>
    `Configured   ${files.length > 0 ? files.join(", ") : "by no file: there is no .paddlock.yaml upwards, and no --config"}`,
  entry: (name: string, policy: "Fail" | "Ignore") => `Entry        ${name}, failurePolicy ${policy}`,
  leftOut: (namespaces: readonly string[]) =>
    `Left out     ${namespaces.join(", ")}: each must be there, or whoever may make namespaces makes it and is judged by nobody in it`,
  /** `enforced`: whether the configuration enforces anything at all. */
  policy: (fail: boolean, enforced: boolean): string => {
    if (!enforced) return "Nothing is enforced by this configuration, so nothing waits for the webhook.";
    return fail
      ? "While the webhook does not answer, nothing is let into the enforced namespaces: it must be up before anything is created there."
      : "While the webhook does not answer, everything is let in. --fail closes the enforced namespaces instead, once you have seen it answer at every start.";
  },
  steps: ({ output, directory, url, loopback, fail, hash }: StepFacts): readonly Step[] => [
    {
      text: loopback
        ? `Run the webhook on each control-plane node so that it answers at ${url} before any pod runs: as a static pod, as a systemd unit, or in a DaemonSet with hostNetwork (which itself starts late: ${fail ? "not with --fail on a new cluster" : "what comes before it is let in unseen"}). Look from the node:`
        : `Let the webhook answer at ${url} before any pod runs, for every control-plane node, without anything of this cluster (Services, DNS, an ingress). Look from each node:`,
      commands: [`curl --cacert ca.crt ${url.replace(/validate$/, "readyz")}`],
    },
    {
      text: "Copy the folder to each control-plane node, owned by root. kube-apiserver loads every .yaml, .yml and .json file of the folder of the webhooks, and nothing else may lie there:",
      commands: [
        `sudo install -d -m 0755 ${directory} ${directory}/validating-webhooks`,
        `sudo install -m 0644 ${output}/admission-configuration.yaml ${directory}/`,
        `sudo install -m 0644 ${output}/validating-webhooks/paddlock.yaml ${directory}/validating-webhooks/`,
      ],
    },
    {
      text: `Start kube-apiserver (Kubernetes 1.37 or newer) with them, one node after the other. With kubeadm: merge ${output}/kubeadm.yaml into your ClusterConfiguration, and`,
      commands: [
        "sudo kubeadm init phase control-plane apiserver --config kubeadm-config.yaml",
        "sudo kubeadm init phase upload-config kubeadm --config kubeadm-config.yaml",
      ],
    },
    {
      text: `Elsewhere: --admission-control-config-file=${directory}/admission-configuration.yaml. Where kube-apiserver has such a file already, put the plugin's staticManifestsDir into that one.`,
      commands: [],
    },
    {
      text: `See that each API server has them (last_config_info tells ${hash}), and that no one can take them away through the API:`,
      commands: [
        "kubectl get --raw /metrics | grep apiserver_manifest_admission_config_controller",
        "kubectl delete validatingwebhookconfiguration paddlock.static.k8s.io   # NotFound: it is no object of the API",
      ],
    },
    {
      text: "A change of the configuration's modes: make the files again, and put the new one into its place at once (a file that is half written or empty takes the webhook away while it is so). Each API server takes it up within a minute; one that it cannot read it leaves aside, keeps what it had, and counts a failure in the metric above:",
      commands: [
        `sudo install -m 0644 ${output}/validating-webhooks/paddlock.yaml ${directory}/validating-webhooks/.paddlock.new`,
        `sudo mv ${directory}/validating-webhooks/.paddlock.new ${directory}/validating-webhooks/paddlock.yaml`,
      ],
    },
    {
      text: "A new authority: first files with both in --ca on every node, then the server's new certificate, then files with the new one alone. A new certificate of the same authority needs nothing here.",
      commands: [],
    },
  ],
};

const zh: typeof en = {
  notHttps: (url) => `--url 应写作 https://主机:端口，而不是 "${url}"：API server 只通过 TLS 调用 webhook`,
  userInUrl: "--url 中含有用户名或密码，API server 不接受这样的 webhook 地址",
  queryInUrl: (url) => `--url 中含有 ? 或 #，API server 不接受这样的 webhook 地址："${url}"`,
  serviceName: (host) =>
    `--url 写的是集群内的 Service ${host}：API server 不使用集群 DNS，而且它启动时还没有任何 Service。` +
    "请改用在任何 Pod 运行之前就能访问的地址：每个控制平面节点上以静态 Pod、systemd 服务或 hostNetwork DaemonSet 运行时用 https://127.0.0.1:8443，或者使用集群外的地址",
  anyAddress: (host) => `--url 写的是 ${host}，它只能用于监听，无法访问：请写 127.0.0.1 或节点的地址`,
  otherPath: (found, path) => `--url 的路径是 ${found}，而 paddlock serve 在 ${path} 接收评审请求`,
  reason: (error) => reasonOf(error, "zh"),
  unreadable: (file, reason) => `${file}：${reason}`,
  holdsKey: (file) => `${file} 中含有私钥，而这里的内容会复制到每个控制平面节点：请只提供 CA 的证书`,
  selfManaged: (file) =>
    `${file} 是各副本自行维护的 CA（certificates.mode: self-managed）：副本会在一年内更换它，此后用这些文件启动的 API server 将不再信任 webhook。` +
    "请改用文件证书（--tls-cert、--tls-key），由有效期五年或更长的自有 CA 签发",
  noAuthority: (file, subject) =>
    `${file}：${subject} 不是 CA 证书（缺少 basicConstraints CA:TRUE）：请提供签发服务端证书的那个 CA 证书，而不是服务端证书本身`,
  expired: (file, subject, at) => `${file}：${subject} 已于 ${time(at)} 过期`,
  notYetValid: (file, subject, at) => `${file}：${subject} 在 ${time(at)} 之前尚未生效`,
  endsSoon: (file, subject, at) =>
    `${file}：${subject} 将于 ${time(at)} 到期，不足五年。届时若未更新每个控制平面节点上的文件，评审将全部失效。` +
    "请签发有效期十年的 CA，或者加上 --accept-expiry 并把到期日记入日程",
  otherHost: (file, host, names) =>
    `${file} 不适用于 API server 要访问的 ${host}${names === "" ? "：证书中没有 subjectAltName" : `，证书中的名称为 ${names}`}`,
  otherAuthority: (file, issuer) => `${file} 由 ${issuer} 签发，它不在 --ca 给出的 CA 之中`,
  directory: (written) => `--node-directory 应为节点上目录的绝对路径，且不含空格，而不是 "${written}"`,
  namespace: (written) => `"${written}" 不是合法的命名空间名称`,
  exists: (files) => `文件已存在：${files.join("、")}。加 --force 可以覆盖；本次未写入任何文件`,
  cannotWrite: (file, reason) => `无法写入 ${file}：${reason}`,
  wrote: (file) => `已生成 ${file}`,
  address: (url) => `地址      ${url}`,
  authority: (subject, expires) => `CA        ${subject}，有效期至 ${time(expires)}`,
  certificate: (subject, expires) => `证书      ${subject}，有效期至 ${time(expires)}：与地址和 CA 相符`,
  noCertificate: (host) => `证书      未检查：可用 --tls-cert 核对它与 ${host} 及 CA 是否相符`,
  configuration: (files) =>
    `配置      ${files.length > 0 ? files.join("、") : "无配置文件：向上没有找到 .paddlock.yaml，也没有指定 --config"}`,
  entry: (name, policy) => `条目      ${name}，failurePolicy ${policy}`,
  leftOut: (namespaces) =>
    `不检查    ${namespaces.join("、")}：它们都必须已经存在，否则有权创建命名空间的人可以自行创建，并在其中不受检查`,
  policy: (fail, enforced) => {
    if (!enforced) return "当前配置没有强制任何命名空间，因此不会有请求等待 webhook。";
    return fail
      ? "webhook 无应答时，强制的命名空间不放行任何对象：在那里创建对象之前，webhook 必须先启动。"
      : "webhook 无应答时，所有对象都会放行。确认它每次启动都能应答之后，可加 --fail，使强制的命名空间在此期间拒绝请求。";
  },
  steps: ({ output, directory, url, loopback, fail, hash }) => [
    {
      text: loopback
        ? `在每个控制平面节点上运行 webhook，使它在任何 Pod 运行之前就能在 ${url} 应答：以静态 Pod、systemd 服务或 hostNetwork DaemonSet 的方式运行（DaemonSet 本身启动较晚：${fail ? "新集群上不要与 --fail 同用" : "在它启动之前的请求会直接放行"}）。在节点上查看：`
        : `让 webhook 在任何 Pod 运行之前，就能从每个控制平面节点通过 ${url} 访问，且不依赖本集群的任何组件（Service、DNS、Ingress）。在每个节点上查看：`,
      commands: [`curl --cacert ca.crt ${url.replace(/validate$/, "readyz")}`],
    },
    {
      text: "把目录复制到每个控制平面节点，属主为 root。kube-apiserver 会加载 webhook 目录中所有 .yaml、.yml 和 .json 文件，那里不得放置其他文件：",
      commands: [
        `sudo install -d -m 0755 ${directory} ${directory}/validating-webhooks`,
        `sudo install -m 0644 ${output}/admission-configuration.yaml ${directory}/`,
        `sudo install -m 0644 ${output}/validating-webhooks/paddlock.yaml ${directory}/validating-webhooks/`,
      ],
    },
    {
      text: `逐个节点用这些文件启动 kube-apiserver（Kubernetes 1.37 或更高版本）。使用 kubeadm 时：把 ${output}/kubeadm.yaml 合并到您的 ClusterConfiguration，然后执行`,
      commands: [
        "sudo kubeadm init phase control-plane apiserver --config kubeadm-config.yaml",
        "sudo kubeadm init phase upload-config kubeadm --config kubeadm-config.yaml",
      ],
    },
    {
      text: `其他安装方式：加上 --admission-control-config-file=${directory}/admission-configuration.yaml。如果 kube-apiserver 已有这样的文件，请把该插件的 staticManifestsDir 写入已有文件。`,
      commands: [],
    },
    {
      text: `确认每个 API server 都已加载（last_config_info 显示 ${hash}），并且无法通过 API 移除：`,
      commands: [
        "kubectl get --raw /metrics | grep apiserver_manifest_admission_config_controller",
        "kubectl delete validatingwebhookconfiguration paddlock.static.k8s.io   # NotFound：它不是 API 中的对象",
      ],
    },
    {
      text: "配置中的模式变更后：重新生成文件，并一次性替换旧文件（文件写到一半或为空时，webhook 会在此期间失效）。每个 API server 会在一分钟内采用新文件；如果新文件无法读取，则保留原有内容，并在上述指标中记录一次失败：",
      commands: [
        `sudo install -m 0644 ${output}/validating-webhooks/paddlock.yaml ${directory}/validating-webhooks/.paddlock.new`,
        `sudo mv ${directory}/validating-webhooks/.paddlock.new ${directory}/validating-webhooks/paddlock.yaml`,
      ],
    },
    {
      text: "更换 CA：先让每个节点的文件在 --ca 中同时包含新旧两个 CA，再更换服务端证书，最后换成只含新 CA 的文件。同一 CA 签发的新证书无需改动这些文件。",
      commands: [],
    },
  ],
};

/** At the head of each file: in one language, so that the same files have the same digest whoever makes them. */
export const fileComments: { readonly [file in "webhooks" | "admission" | "kubeadm"]: (directory: string) => string } =
  {
    webhooks: (directory) =>
      `Goes to ${directory}/validating-webhooks on each control-plane node: kube-apiserver reads it at its start and when it changes.\nMade by \`paddlock generate static-admission\`: make it again when the configuration's modes, kinds or the authority change.`,
    admission: (directory) =>
      `Goes to ${directory} on each control-plane node: kube-apiserver --admission-control-config-file.`,
    kubeadm: () => "To merge into your ClusterConfiguration: it stays on the machine from which kubeadm runs.",
  };

export type StaticAdmissionWords = typeof en;
export const staticAdmissionWords: Words<typeof en> = { en, zh };

function time(at: Date): string {
  return at.toISOString().replace(/:\d\d\.\d{3}Z$/, "Z");
}

function reasonOf(error: unknown, language: Language): string {
  return error instanceof CertificateError ? error.describe(language) : systemReason(error, language);
}
