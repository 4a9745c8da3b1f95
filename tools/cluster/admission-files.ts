import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "../../src/json/value.ts";

/** A certificate and its key, in PEM. */
export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

/** What the API server is told of webhooks before it starts. */
export interface AdmissionFiles {
  /** Client certificates for validating webhooks, by `host:port` of their URL. */
  readonly clientCertificates?: { readonly [hostAndPort: string]: PemPair };
  /** The backend of the ImagePolicyWebhook plugin, which is off without it. */
  readonly imagePolicy?: { readonly url: string; readonly ca: string; readonly defaultAllow: boolean };
}

/** Writes the admission control configuration and what it names; the API server's flags for it, none where it is empty. */
export function admissionFlags(folder: string, { clientCertificates, imagePolicy }: AdmissionFiles): string[] {
  const plugins: JsonValue[] = [];
  if (clientCertificates !== undefined) {
    const users = Object.entries(clientCertificates).map(([name, pair]) => ({ name, user: inline(pair) }));
    const kubeConfigFile = json(folder, "webhook-clients.json", { apiVersion: "v1", kind: "Config", users });
    plugins.push({
      name: "ValidatingAdmissionWebhook",
      configuration: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "WebhookAdmissionConfiguration",
        kubeConfigFile,
      },
    });
  }
  if (imagePolicy !== undefined) {
    const kubeConfigFile = json(folder, "image-policy.json", {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "hook",
      clusters: [
        { name: "hook", cluster: { server: imagePolicy.url, "certificate-authority-data": base64(imagePolicy.ca) } },
      ],
      users: [{ name: "api-server", user: {} }],
      contexts: [{ name: "hook", context: { cluster: "hook", user: "api-server" } }],
    });
    plugins.push({
      name: "ImagePolicyWebhook",
      configuration: {
        // No answer is kept, so that each test gets its own; a second try comes at once.
        imagePolicy: {
          kubeConfigFile,
          allowTTL: -1,
          denyTTL: -1,
          retryBackoff: 50,
          defaultAllow: imagePolicy.defaultAllow,
        },
      },
    });
  }
  if (plugins.length === 0) return [];
  const configuration = { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins };
  const flags = [`--admission-control-config-file=${json(folder, "admission.json", configuration)}`];
  if (imagePolicy !== undefined) flags.push("--enable-admission-plugins=ImagePolicyWebhook");
  return flags;
}

/**
 * Flags that send what goes to Services, which nobody routes here, through a proxy on a Unix socket: whoever listens
 * there with HTTP CONNECT plays the network. Without a listener such a call fails, as it would without these flags.
 */
export function serviceFlags(folder: string, socket: string): string[] {
  const configuration = {
    apiVersion: "apiserver.k8s.io/v1beta1",
    kind: "EgressSelectorConfiguration",
    egressSelections: [
      { name: "cluster", connection: { proxyProtocol: "HTTPConnect", transport: { uds: { udsName: socket } } } },
    ],
  };
  return [`--egress-selector-config-file=${json(folder, "egress.json", configuration)}`];
}

/** Flags for an audit log with one line for each finished write, which is where audit annotations can be read. */
export function auditFlags(folder: string, log: string): string[] {
  const policy = {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived", "ResponseStarted"],
    rules: [{ level: "Metadata", verbs: ["create", "update", "patch", "delete"] }, { level: "None" }],
  };
  return [`--audit-policy-file=${json(folder, "audit-policy.json", policy)}`, `--audit-log-path=${log}`];
}

function json(folder: string, name: string, value: JsonValue): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(value), { mode: 0o600 });
  return file;
}

function inline({ cert, key }: PemPair): { "client-certificate-data": string; "client-key-data": string } {
  return { "client-certificate-data": base64(cert), "client-key-data": base64(key) };
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
