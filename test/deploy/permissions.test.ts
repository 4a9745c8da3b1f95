import { describe, expect, test } from "vitest";
import { objectsEntry } from "../../src/admission/registration/webhook-entries.ts";
import { type WatchedKind, watchedKinds } from "../../src/cluster/watched-kinds.ts";
import { listOf, objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { neededBy } from "../../src/judging/needs.ts";
import { MAKES } from "../../src/kinds/owner-kinds.ts";
import { rolesFor } from "../../src/relations/needs.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { helm, nameOf, type Objects, render } from "./render.ts";

const reading = ["list", "watch"];
const { rules, profiles } = loadCatalogue();

describe.skipIf(helm === null)("permissions", () => {
  test("of the webhook are to read what rules read, and to keep its own certificates", () => {
    const objects = render();
    expect(permissions(objects, "paddlock").sort()).toEqual(
      [
        ...watchedKinds(["namespace", ...rolesFor(neededBy(rules, { rules: profiles.recommended, overrides: [] }))])
          .flatMap(watchedResources)
          .flatMap((resource) => reading.map((verb) => `* ${resource} ${verb}`)),
        ...judgedResources(objects).map((resource) => `* ${resource} get`),
        ...[...MAKES.keys()]
          .map(resourceOf)
          .filter((each) => !judgedResources(objects).includes(each))
          .map((each) => `* ${each} get`),
        "* admissionregistration.k8s.io/validatingwebhookconfigurations[paddlock] get",
        "* admissionregistration.k8s.io/validatingwebhookconfigurations[paddlock] patch",
        ...[...reading, "get"].map((verb) => `paddlock-system /configmaps[paddlock-exemptions] ${verb}`),
        "paddlock-system /secrets[paddlock-ca] get",
        "paddlock-system /secrets[paddlock-ca] update",
        "paddlock-system coordination.k8s.io/leases[paddlock-ca] get",
        "paddlock-system coordination.k8s.io/leases[paddlock-ca] update",
      ].sort(),
    );
  });

  test("of the webhook are to look up the owners of kinds that are judged beside its own", () => {
    const rule = { apiGroups: ["batch.example.com"], apiVersions: ["*"], operations: ["CREATE"] };
    const extraRules = [
      { ...rule, resources: ["fleets", "fleets/scale"] },
      { ...rule, apiGroups: ["*"], resources: ["*"] },
    ];
    const usual = permissions(render(), "paddlock");
    const added = permissions(render({ webhook: { extraRules } }), "paddlock").filter((each) => !usual.includes(each));
    expect(added).toEqual(["* batch.example.com/fleets get"]);
  });

  test("are to read of relations only what a rule that is on asks for", () => {
    const policies = "* networking.k8s.io/networkpolicies watch";
    expect(permissions(render(), "paddlock")).toContain(policies);
    expect(permissions(render(), "paddlock")).not.toContain("* /services watch");
    const off = { rules: { "network-policy": "off" } };
    expect(permissions(render({ config: off }), "paddlock")).not.toContain(policies);
    const again = { ...off, overrides: [{ namespaces: ["ml"], rules: { "network-policy": "error" } }] };
    expect(permissions(render({ config: again }), "paddlock")).toContain(policies);
    const bundles = [{ configMap: "our-rules", key: "bundle.tar.gz" }];
    expect(permissions(render({ config: off, bundles }), "paddlock")).toContain(policies);
    expect(permissions(render({ bundles }), "paddlock")).toContain("* /services watch");
  });

  test("of the audit are to read Services only where rules of the user's own may ask for them", () => {
    const config = { rules: { schema: "off" } };
    const objects = render({ config, bundles: [{ configMap: "our-rules", key: "bundle.tar.gz" }] });
    expect(permissions(objects, "paddlock-audit")).toContain("* /services list");
    expect(permissions(render({ config }), "paddlock-audit")).not.toContain("* /services list");
  });

  test("of the webhook are to read alone, where it does not manage its certificates", () => {
    const files = { mode: "files", files: { secretName: "tls", ca: "-----BEGIN CERTIFICATE-----\n" } };
    for (const certificates of [files, { mode: "cert-manager" }]) {
      const all = permissions(render({ certificates }), "paddlock");
      expect(all.filter((each) => !/ (get|list|watch)$/.test(each))).toEqual([]);
      expect(all.filter((each) => each.includes("secrets"))).toEqual([]);
    }
  });

  test("of the audit are to read workloads and relations, and to write reports only where it is asked to", () => {
    const all = permissions(render(), "paddlock-audit");
    expect(all).toContain("* apps/deployments list");
    expect(all).toContain("* batch.paddlepaddle.org/paddlejobs list");
    expect(all).toContain("* networking.k8s.io/networkpolicies list");
    expect(all.filter((each) => !/ (get|list)$/.test(each))).toEqual([]);
    expect(all.filter((each) => each.includes("secrets"))).toEqual([]);
    const writes = permissions(render({ audit: { policyReports: true } }), "paddlock-audit").filter(
      (each) => !all.includes(each),
    );
    expect(new Set(writes.map((each) => each.split(" ")[2]))).toEqual(new Set(["list", "create", "patch", "delete"]));
    expect(new Set(writes.map((each) => each.split(" ")[1]))).toEqual(
      new Set([
        "openreports.io/reports",
        "openreports.io/clusterreports",
        "wgpolicyk8s.io/policyreports",
        "wgpolicyk8s.io/clusterpolicyreports",
      ]),
    );
  });

  test("reach a Secret of another namespace only by its name", () => {
    const objects = render({ secretReaders: [{ namespace: "ml", name: "credentials" }] });
    for (const account of ["paddlock", "paddlock-audit"])
      expect(permissions(objects, account)).toContain("ml /secrets[credentials] get");
  });

  test("are nowhere for all kinds, verbs or groups", () => {
    const objects = render({ audit: { policyReports: true } });
    for (const role of [...objects.of("Role"), ...objects.of("ClusterRole")])
      expect(JSON.stringify(role.rules)).not.toContain('"*"');
  });
});

/** `group/resource` of the kinds with pods that the webhook is asked about. */
function judgedResources(objects: Objects): readonly string[] {
  const [configuration] = objects.of("ValidatingWebhookConfiguration");
  const rules = listOf(configuration?.webhooks)
    .map(objectOf)
    .filter(({ name }) => name !== objectsEntry)
    .flatMap((webhook) => listOf(webhook.rules).map(objectOf));
  const all = rules.flatMap(({ apiGroups, resources }) =>
    listOf(apiGroups).flatMap((group) => listOf(resources).map((resource) => `${group}/${resource}`)),
  );
  return [...new Set(all.filter((each) => each.split("/").length === 2))];
}

/** The same of a kind that has owners. */
function resourceOf(kind: string): string {
  return `${kind.toLowerCase()}s`;
}

/** `group/resource` of a kind in each of the groups that may serve it. */
function watchedResources({ kind, groups }: WatchedKind): readonly string[] {
  const plural = `${kind.toLowerCase()}s`.replace(/ys$/, "ies");
  return groups.map((group) => `${group}/${plural}`);
}

/** What an account may: "NAMESPACE GROUP/RESOURCE[NAME] VERB" each, the namespace * for all. */
function permissions(objects: Objects, account: string): string[] {
  return [...objects.of("RoleBinding"), ...objects.of("ClusterRoleBinding")].flatMap((binding) => {
    const bound = listOf(binding.subjects).some((subject) => objectOf(subject).name === account);
    if (!bound) return [];
    const { kind, name } = objectOf(binding.roleRef);
    const namespace = kind === "Role" ? objectOf(binding.metadata).namespace : "*";
    const roles = objects.of(String(kind)).filter((role) => nameOf(role) === `${kind}/${name}`);
    expect(roles).toHaveLength(1);
    return roles.flatMap((role) => listOf(role.rules).flatMap((rule) => grants(objectOf(rule), String(namespace))));
  });
}

function grants(rule: JsonObject, namespace: string): readonly string[] {
  const names = rule.resourceNames === undefined ? [""] : listOf(rule.resourceNames).map((name) => `[${name}]`);
  return listOf(rule.apiGroups).flatMap((group) =>
    listOf(rule.resources).flatMap((resource) =>
      names.flatMap((name) => listOf(rule.verbs).map((verb) => `${namespace} ${group}/${resource}${name} ${verb}`)),
    ),
  );
}
