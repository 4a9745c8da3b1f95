import { describe, expect, test } from "vitest";
import { listOf } from "../../src/json/json.ts";
import { helm, render } from "./render.ts";

const hook = "ValidatingWebhookConfiguration/paddlock";
const container = ["spec", "template", "spec", "containers", 0] as const;

describe.skipIf(helm === null)("certificates", () => {
  test("of its own are kept in a Secret of which the release says nothing", () => {
    const objects = render({}, "gate");
    expect(objects.at("Secret/paddlock-ca", "data")).toBeUndefined();
    expect(objects.at("Secret/paddlock-ca", "stringData")).toBeUndefined();
    expect(objects.at("Lease/paddlock-ca", "spec")).toBeUndefined();
    expect(objects.at(hook, "webhooks", 0, "clientConfig", "caBundle")).toBeUndefined();
    expect(listOf(objects.at("Deployment/paddlock", ...container, "args"))).toEqual(
      expect.arrayContaining([
        "--tls-self-managed",
        "--tls-secret=gate/paddlock-ca",
        "--tls-lease=gate/paddlock-ca",
        "--webhook-configuration=paddlock",
        "--service=gate/paddlock",
      ]),
    );
  });

  test("by cert-manager come from a CA that outlives them, which is injected", () => {
    const objects = render({ certificates: { mode: "cert-manager" } });
    expect(objects.at(hook, "metadata", "annotations")).toEqual({
      "cert-manager.io/inject-ca-from": "paddlock-system/paddlock",
    });
    expect(objects.names).not.toContain("Secret/paddlock-ca");
    expect(objects.at("Certificate/paddlock", "spec", "secretName")).toBe("paddlock-tls");
    expect(objects.at("Certificate/paddlock", "spec", "dnsNames", 0)).toBe("paddlock.paddlock-system.svc");
    expect(objects.at("Certificate/paddlock", "spec", "issuerRef", "name")).toBe("paddlock-ca");
    expect(objects.at("Issuer/paddlock-ca", "spec", "ca", "secretName")).toBe(
      objects.at("Certificate/paddlock-ca", "spec", "secretName") ?? null,
    );
    expect(mounted(objects, "tls")).toEqual({ secretName: "paddlock-tls", defaultMode: 0o440 });
  });

  test("by an issuer of the user's own need no CA of the chart's", () => {
    const issuerRef = { group: "cert-manager.io", kind: "ClusterIssuer", name: "internal" };
    const objects = render({ certificates: { mode: "cert-manager", certManager: { issuerRef } } });
    expect(objects.of("Issuer")).toEqual([]);
    expect(objects.at("Certificate/paddlock", "spec", "issuerRef")).toEqual(issuerRef);
  });

  test("in files are those of the named Secret, and the API server trusts the given CA", () => {
    const ca = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    const objects = render({ certificates: { mode: "files", files: { secretName: "mine", ca } } });
    expect(objects.at(hook, "webhooks", 0, "clientConfig", "caBundle")).toBe(Buffer.from(ca).toString("base64"));
    expect(mounted(objects, "tls")).toEqual({ secretName: "mine", defaultMode: 0o440 });
    const args = listOf(objects.at("Deployment/paddlock", ...container, "args"));
    expect(args).toEqual(
      expect.arrayContaining(["--tls-cert=/etc/paddlock-tls/tls.crt", "--tls-key=/etc/paddlock-tls/tls.key"]),
    );
    expect(args).not.toContain("--tls-self-managed");
  });

  test("of the API server are checked where its CA is given", () => {
    const objects = render({ certificates: { mode: "self-managed", clientCaConfigMap: "api-ca" } });
    expect(listOf(objects.at("Deployment/paddlock", ...container, "args"))).toContain(
      "--client-ca=/etc/paddlock-client-ca/ca.crt",
    );
  });
});

function mounted(objects: ReturnType<typeof render>, volume: string): unknown {
  const volumes = listOf(objects.at("Deployment/paddlock", "spec", "template", "spec", "volumes"));
  const found = volumes.find(
    (each) => typeof each === "object" && each !== null && "name" in each && each.name === volume,
  );
  return typeof found === "object" && found !== null && "secret" in found ? found.secret : undefined;
}
