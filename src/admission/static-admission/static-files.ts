import { createHash } from "node:crypto";
import type { JsonObject } from "../../json/value.ts";
import {
  type EntrySettings,
  modeCondition,
  type WebhookEntry,
  webhookEntries,
} from "../registration/webhook-entries.ts";
import { type AskedSettings, askedBy, type MatchCondition, type WebhookRule } from "../registration/webhook-rules.ts";

export interface StaticFilesOptions {
  readonly url: string;
  /** PEM. */
  readonly authorities: string;
  readonly settings: EntrySettings & AskedSettings;
  /** Namespaces whose objects are never shown to the webhook. */
  readonly excluded: readonly string[];
  /** Whether enforced namespaces take nothing in while the webhook does not answer. */
  readonly fail: boolean;
  /** Where the files will lie on each node: an absolute path. */
  readonly directory: string;
}

/** The objects in the files, by their place below the directory. */
export interface StaticFiles {
  readonly entries: readonly WebhookEntry[];
  readonly webhooks: { readonly place: string; readonly object: JsonObject };
  readonly admission: { readonly place: string; readonly object: JsonObject };
  readonly kubeadm: { readonly place: string; readonly object: JsonObject };
}

/** Names with this end stand in files alone: the API can neither show, make nor remove one. */
const configurationName = "paddlock.static.k8s.io";
const manifests = "validating-webhooks";
const admissionFile = "admission-configuration.yaml";
/** What the chart registers its webhook with. */
const timeoutSeconds = 10;

/**
 * What an API server of Kubernetes 1.37 is started with so that it asks the webhook from its first request on: the
 * registration, the configuration of its admission plugin that names it, and the part of a kubeadm configuration that
 * hands both to it.
 */
export function staticFiles(options: StaticFilesOptions): StaticFiles {
  const { settings, directory, excluded, fail } = options;
  const entries = webhookEntries(settings, excluded).map(
    (entry): WebhookEntry => ({
      ...entry,
      failurePolicy: fail ? entry.failurePolicy : "Ignore",
    }),
  );
  const caBundle = Buffer.from(options.authorities, "utf8").toString("base64");
  return {
    entries,
    webhooks: {
      place: `${manifests}/paddlock.yaml`,
      object: {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingWebhookConfiguration",
        metadata: { name: configurationName },
        webhooks: entries.map((entry) => {
          const { rules, spares } = askedBy(entry.name, settings);
          return {
            name: entry.name,
            admissionReviewVersions: ["v1"],
            sideEffects: "None",
            matchPolicy: "Equivalent",
            failurePolicy: entry.failurePolicy,
            timeoutSeconds,
            clientConfig: { url: options.url, caBundle },
            namespaceSelector: {
              matchExpressions: entry.matchExpressions.map((each) => ({ ...each, values: [...each.values] })),
            },
            matchConditions: conditions(entry, spares),
            rules: rules.map(asJson),
          };
        }),
      },
    },
    admission: {
      place: admissionFile,
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AdmissionConfiguration",
        plugins: [
          {
            name: "ValidatingAdmissionWebhook",
            configuration: {
              apiVersion: "apiserver.config.k8s.io/v1",
              kind: "WebhookAdmissionConfiguration",
              staticManifestsDir: `${directory}/${manifests}`,
            },
          },
        ],
      },
    },
    kubeadm: {
      place: "kubeadm.yaml",
      object: {
        apiVersion: "kubeadm.k8s.io/v1beta4",
        kind: "ClusterConfiguration",
        apiServer: {
          extraArgs: [{ name: "admission-control-config-file", value: `${directory}/${admissionFile}` }],
          extraVolumes: [
            {
              name: "paddlock-admission",
              hostPath: directory,
              mountPath: directory,
              readOnly: true,
              pathType: "Directory",
            },
          ],
        },
      },
    },
  };
}

/** What an API server that has loaded this file, and no other, tells in its metric `last_config_info`. */
export function configurationHash(file: string): string {
  return `sha256:${createHash("sha256").update(file).update("\0").digest("hex")}`;
}

function conditions({ condition }: WebhookEntry, spares: readonly MatchCondition[]): JsonObject[] {
  const own = condition === null ? [] : [{ name: modeCondition, expression: condition }];
  return [...spares, ...own].map((each) => ({ ...each }));
}

function asJson(rule: WebhookRule): JsonObject {
  return {
    ...rule,
    apiGroups: [...rule.apiGroups],
    apiVersions: [...rule.apiVersions],
    operations: [...rule.operations],
    resources: [...rule.resources],
  };
}
