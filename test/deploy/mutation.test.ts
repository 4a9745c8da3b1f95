import { describe, expect, test } from "vitest";
import { modeCondition } from "../../src/admission/registration/webhook-entries.ts";
import { listOf, objectOf } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { helm, type Objects, render } from "./render.ts";

const hook = "MutatingWebhookConfiguration/paddlock";
const validating = "ValidatingWebhookConfiguration/paddlock";
const signatures = { policies: [{ name: "own", images: ["**"], authorities: [{ key: { inline: "PEM" } }] }] };
const config = { signatures };
const mutation = { enabled: true };

describe.skipIf(helm === null)("mutation", () => {
  test("is off unless it is asked for, and needs a signature policy", () => {
    expect(render({ config }).names).not.toContain(hook);
    expect(() => render({ mutation })).toThrow("signatures");
  });

  test("calls the webhook about the same objects as the review, and guards nothing", () => {
    const objects = render({ config, mutation, webhook: { excludedNamespaces: ["kube-public"], timeoutSeconds: 7 } });
    const own = webhookOf(objects, hook);
    expect(own).toMatchObject({
      name: "mutate.paddlock.dev",
      admissionReviewVersions: ["v1"],
      failurePolicy: "Ignore",
      reinvocationPolicy: "IfNeeded",
      sideEffects: "None",
      matchPolicy: "Equivalent",
      clientConfig: { service: { name: "paddlock", namespace: "paddlock-system", path: "/mutate", port: 443 } },
    });
    const review = webhookOf(objects, validating);
    for (const key of ["namespaceSelector", "timeoutSeconds"]) expect(own[key]).toEqual(review[key]);
    expect(own.matchConditions).toEqual(
      listOf(review.matchConditions).filter((condition) => objectOf(condition).name !== modeCondition),
    );
    expect(resourcesOf(own)).toEqual(resourcesOf(review).filter((resource) => resource !== "/pods/resize"));
  });

  test("of Pods alone leaves workloads as they are written", () => {
    const objects = render({ config, mutation: { enabled: true, podsOnly: true } });
    expect(resourcesOf(webhookOf(objects, hook))).toEqual(["/pods", "/pods/ephemeralcontainers"]);
  });

  test("keeps its bundle by certificates of its own, with rights on that one name", () => {
    const named = (objects: Objects): unknown =>
      listOf(objects.at("Deployment/paddlock", "spec", "template", "spec", "containers", 0, "args")).filter(
        (argument) => String(argument).startsWith("--mutating-webhook-configuration"),
      );
    const rights = (objects: Objects): unknown =>
      listOf(objects.at("ClusterRole/paddlock", "rules")).filter(
        (rule) => listOf(objectOf(rule).resources)[0] === "mutatingwebhookconfigurations",
      );
    const on = render({ config, mutation });
    expect(named(on)).toEqual(["--mutating-webhook-configuration=paddlock"]);
    expect(rights(on)).toEqual([
      {
        apiGroups: ["admissionregistration.k8s.io"],
        resources: ["mutatingwebhookconfigurations"],
        resourceNames: ["paddlock"],
        verbs: ["get", "patch"],
      },
    ]);
    const others = [
      render({ config }),
      render({ config, mutation, certificates: { mode: "cert-manager" } }),
      render({
        config,
        mutation,
        certificates: { mode: "files", files: { secretName: "tls", ca: "-----BEGIN CERTIFICATE-----\n" } },
      }),
    ];
    for (const objects of others) {
      expect(named(objects)).toEqual([]);
      expect(rights(objects)).toEqual([]);
    }
  });

  test("is trusted by the bundle of the others' certificates", () => {
    const byManager = render({ config, mutation, certificates: { mode: "cert-manager" } });
    expect(byManager.at(hook, "metadata", "annotations")).toEqual({
      "cert-manager.io/inject-ca-from": "paddlock-system/paddlock",
    });
    const ca = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    const byFiles = render({ config, mutation, certificates: { mode: "files", files: { secretName: "mine", ca } } });
    expect(byFiles.at(hook, "webhooks", 0, "clientConfig", "caBundle")).toBe(Buffer.from(ca).toString("base64"));
  });
});

describe.skipIf(helm === null)("a signature policy", () => {
  test("lets the webhook list the Pods that run", () => {
    const listing = { apiGroups: [""], resources: ["pods"], verbs: ["list"] };
    expect(listOf(render({ config }).at("ClusterRole/paddlock", "rules"))).toContainEqual(listing);
    expect(listOf(render().at("ClusterRole/paddlock", "rules"))).not.toContainEqual(listing);
  });

  test("has each Secret that the configuration names read by a Role of its own, once", () => {
    const keyless = { keyless: { issuer: "https://issuer.example.com", subject: "builds@example.com" } };
    const secret = (name: string): JsonObject => ({ secret: { namespace: "keys", name, key: "a" } });
    const authorities = [
      { key: secret("cosign") },
      { certificate: { roots: secret("notation"), identities: ["CN=a"] } },
      keyless,
    ];
    const objects = render({
      config: {
        signatures: { policies: [{ name: "own", images: ["**"], authorities }] },
        registries: { pullSecrets: ["ml/login", "keys/cosign"] },
      },
      secretReaders: [
        { namespace: "ml", name: "login" },
        { namespace: "ml", name: "more" },
      ],
    });
    const roles = objects.of("Role").filter(({ metadata }) => String(objectOf(metadata).name).includes("-reads-"));
    expect(roles.map(({ metadata, rules }) => [objectOf(metadata).namespace, rules]).sort()).toEqual(
      ["keys/cosign", "keys/notation", "ml/login", "ml/more"].map((each) => {
        const [namespace, name] = each.split("/");
        return [namespace, [{ apiGroups: [""], resources: ["secrets"], resourceNames: [name], verbs: ["get"] }]];
      }),
    );
    const bindings = objects
      .of("RoleBinding")
      .filter(({ metadata }) => String(objectOf(metadata).name).includes("-reads-"));
    expect(bindings).toHaveLength(roles.length);
  });

  test("names no Secret where registries are but a list", () => {
    const objects = render({ config: { registries: [{ host: "registry.example.com" }] } });
    expect(objects.of("Role").filter(({ rules }) => JSON.stringify(rules).includes("secrets"))).toEqual([
      objects.get("Role/paddlock-ca"),
    ]);
  });

  test("opens the way to registries, for webhook and audit", () => {
    const way = (objects: Objects, name: string): JsonValue =>
      listOf(objects.at(`NetworkPolicy/${name}`, "spec", "egress")).slice(2);
    for (const name of ["paddlock", "paddlock-audit"]) {
      expect(way(render(), name)).toEqual([]);
      expect(way(render({ config }), name)).toEqual([{ ports: [{ port: 443, protocol: "TCP" }] }]);
      const given = { registryPorts: [443, 5000], registryCidrs: ["192.0.2.0/24"], extraEgress: [{ to: [] }] };
      expect(way(render({ config, networkPolicy: given }), name)).toEqual([
        {
          ports: [
            { port: 443, protocol: "TCP" },
            { port: 5000, protocol: "TCP" },
          ],
          to: [{ ipBlock: { cidr: "192.0.2.0/24" } }],
        },
        { to: [] },
      ]);
      expect(way(render({ config, networkPolicy: { registryPorts: [] } }), name)).toEqual([]);
    }
  });
});

function webhookOf(objects: Objects, name: string): JsonObject {
  return objectOf(objects.at(name, "webhooks", 0));
}

/** `GROUP/RESOURCE` of each rule. */
function resourcesOf(webhook: JsonObject): string[] {
  return listOf(webhook.rules).flatMap((rule) => {
    const { apiGroups, resources } = objectOf(rule);
    return listOf(resources).map((resource) => `${listOf(apiGroups).join()}/${String(resource)}`);
  });
}
