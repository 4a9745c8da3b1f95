import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { staticFiles } from "../../src/admission/static-admission/static-files.ts";
import { serveOptions } from "../../src/commands/serve/serve-options.ts";
import { type ParsedOptions, parseOptions } from "../../src/commands/usage.ts";
import { admissionSettings, type WrittenAdmission } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { listOf, objectOf } from "../../src/json/json.ts";
import { judgedKinds } from "../../src/judging/judged-kinds.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { report } from "../cli/run.ts";
import { workspace } from "../config/workspace.ts";
import { helm, render } from "./render.ts";
import { root } from "./tools.ts";

const folder = join(root, "deploy/static");
const pod = parse(readFileSync(join(folder, "pod.yaml"), "utf8"));

describe.skipIf(helm === null)("files for the API server's start", () => {
  test.each<[string, WrittenAdmission]>([
    ["nothing", {}],
    ["to enforce all", { mode: "enforce" }],
    ["names", { namespaces: [{ match: ["ml"], mode: "enforce" }] }],
    ["globs", { mode: "enforce", namespaces: [{ match: ["{a,b}-[0-9]*", "!a-0"], mode: "audit" }] }],
    ["that a label may choose", { modeLabel: true, namespaces: [{ match: ["ml"], mode: "enforce" }] }],
    ["that rises of replicas count", { onUpdate: "all" }],
  ])("ask what the chart's webhook asks, where the configuration says %s", async (_, admission) => {
    const catalogue = loadCatalogue();
    const { rules } = catalogue;
    const cwd = workspace({ ".paddlock.yaml": "extends: recommended\n" });
    const loaded = await loadConfiguration({ cwd, catalogue, language: "en" });
    const objects = render({ config: { extends: "recommended", admission } });
    const registered = listOf(objects.at("ValidatingWebhookConfiguration/paddlock", "webhooks")).map(objectOf);
    const { webhooks } = staticFiles({
      url: "https://127.0.0.1:8443/validate",
      authorities: "",
      settings: { ...admissionSettings([admission]), kinds: judgedKinds(rules, loaded) },
      excluded: ["kube-system", "kube-node-lease", "paddlock-system"],
      fail: true,
      directory: "/etc/kubernetes/paddlock",
    });
    const written = listOf(webhooks.object.webhooks).map(objectOf);
    // A file names a URL where the chart names its Service.
    expect(written.map((each) => ({ ...each, clientConfig: null, rules: byGroup(each.rules) }))).toEqual(
      registered.map((each) => ({ ...each, clientConfig: null, rules: byGroup(each.rules) })),
    );
  });
});

describe("the webhook on a node", () => {
  test("is started with options that there are, by the kubelet as by systemd", async () => {
    const [container] = pod.spec.containers;
    const words: readonly string[] = container.args;
    const unit = readFileSync(join(folder, "paddlock.service"), "utf8").replaceAll("\\\n", " ");
    const [, started = ""] = /^ExecStart=\S+ \S+ (.*)$/m.exec(unit) ?? [];
    const [first, ...options] = started.split(/ +/);
    expect([words[0], first]).toEqual(["serve", "serve"]);
    const kubelet = await parseOptions(words.slice(1), serveOptions, "en");
    const systemd = await parseOptions(options, serveOptions, "en");
    expect(valuesOf(systemd)).toEqual(
      valuesOf(kubelet).map((each) => each?.replace("/etc/paddlock/", "/etc/kubernetes/paddlock-server/")),
    );
    expect(kubelet.text("listen")).toBe("127.0.0.1:8443");
  });

  test("asks of the node no more than its network and its own folders", () => {
    const { findings, notifications } = report([folder, "--profile", "strict", "--fail-on-not-judged"], { cwd: root });
    expect(findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      "network-policy spec.hostNetwork",
      // A place for the user's own, which nobody can take for an image.
      "pinned-image spec.containers[0].image",
      // It listens on loopback alone, which probes reach by that name.
      "restricted-container spec.containers[0].startupProbe.httpGet.host",
      "restricted-container spec.containers[0].livenessProbe.httpGet.host",
      "restricted-container spec.containers[0].readinessProbe.httpGet.host",
      "restricted-container spec.volumes[0].hostPath",
      "restricted-container spec.volumes[1].hostPath",
    ]);
    expect(notifications.map(({ code }) => code)).toEqual(["no-signature-policy"]);
  });
});

/** The order of rules says nothing, nor does how the resources of a group are divided among them. */
function byGroup(rules: unknown): readonly string[] {
  return listOf(JSON.parse(JSON.stringify(rules)))
    .map(objectOf)
    .flatMap(({ apiGroups, apiVersions, operations, resources, scope }) =>
      listOf(resources).map((resource) => JSON.stringify([apiGroups, apiVersions, operations, resource, scope])),
    )
    .sort();
}

function valuesOf(options: ParsedOptions): readonly (string | undefined)[] {
  return Object.keys(serveOptions).map((name) => options.text(name));
}
