import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Configuration } from "../../src/config/configuration.ts";
import { ConfigurationError } from "../../src/config/configuration-error.ts";
import { type LoadOptions, loadConfiguration } from "../../src/config/load.ts";
import { catalogue, validator } from "./small-catalogue.ts";
import { workspace } from "./workspace.ts";

type Options = Partial<LoadOptions>;

function load(cwd: string, options: Options = {}): Promise<Configuration> {
  return loadConfiguration({ cwd, catalogue, validator, ...options });
}

/** What is refused, each as `file:line:column message`. */
async function refusals(cwd: string, options: Options = {}): Promise<string[]> {
  const error: unknown = await load(cwd, options).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConfigurationError)) throw error ?? new Error("the configuration was accepted");
  return error.notifications.map(({ level, file, line, column, message }) => {
    expect(level).toBe("error");
    const place = [file, line, column].filter((part) => part !== undefined).join(":");
    return place === "" ? message : `${place} ${message}`;
  });
}

const refusalsOf = (yaml: string): Promise<string[]> => refusals(workspace({ ".paddlock.yaml": yaml }));

it("is the recommended profile, with every parameter, where there is no configuration", async () => {
  const cwd = workspace({ "a/deploy.yaml": "" });
  expect(await load(join(cwd, "a"))).toEqual({
    file: null,
    directory: join(cwd, "a"),
    globBase: { strip: "a/", prepend: "" },
    profile: "recommended",
    rules: {
      "heavy-anchor": {
        level: "as written",
        scope: "workload",
        parameters: { kilograms: 20, metals: ["iron"] },
      },
      "tight-rope": { level: "warning", scope: "workload", parameters: {} },
      "white-sail": { level: "as written", scope: "workload", parameters: {} },
    },
    overrides: [],
    waivers: [],
    kinds: [],
    admission: {
      mode: "warn",
      namespaces: [],
      modeLabel: false,
      onUpdate: "new",
      onError: "deny",
      onNotJudged: "allow",
      onOpaquePatch: "deny",
      annotationWaivers: { allow: false, rules: [] },
      exempt: { users: [], groups: [], serviceAccounts: [] },
      operators: { presets: [], serviceAccounts: [] },
      injected: [],
      networkPolicyGrace: 0,
    },
    signatures: null,
    registries: { hosts: [], pullSecrets: [] },
  });
});

it("reads every block of a configuration", async () => {
  const cwd = workspace({
    ".paddlock.yaml": `# yaml-language-server: $schema=https://example.com/config.schema.json
extends: strict
namespace: ml
kubernetesVersion: "1.30"
with: [network, ../shared]
rules:
  heavy-anchor: { level: warning, scope: paddle, kilograms: 7 }
  white-sail: off
overrides:
  - files: legacy/**
    kinds: [Deployment]
    labels: { tier: lab }
    rules: { heavy-anchor: off, tight-rope: { scope: [apps/Deployment, /Pod] } }
waivers:
  - rule: tight-rope
    resource: Deployment/ml/ocr-*
    container: server
    reason: known since the spring
    expires: 2027-02-28
kinds:
  - apiVersion: example.com/v1
    kind: Fleet
    pods: ["spec.ships[].template.spec", spec.crews.*.template.spec]
    training: true
admission:
  mode: audit
  namespaces: [{ match: "ml-*", mode: enforce, since: 2026-11-30T12:00:00Z }, { match: [lab, sandbox-*], mode: warn }]
  modeLabel: true
  onUpdate: all
  onError: allow
  onOpaquePatch: allow
  onNotJudged: deny
  annotationWaivers: { allow: true, rules: [tight-rope] }
  exempt: { users: [root], groups: [ops], serviceAccounts: [argocd/controller] }
  operators:
    presets: [kuberay]
    serviceAccounts: [{ name: ray/operator, like: kuberay }, { name: a/b, owners: [example.com/Fleet], makes: [Pod] }]
  injected: [{ name: proxy, images: mirror.example.com/istio/*, like: istio-proxy }, { name: agent, images: [a/b] }]
  networkPolicyGrace: 2m
signatures:
  noMatch: deny
  policies:
    - name: ours
      images: registry.example.com/**
      require: all
      authorities:
        - key: { file: keys/cosign.pub }
        - keyless: { issuer: "https://issuer.example.com", subjectPattern: ".*@example.com" }
        - certificate: { roots: { inline: PEM }, identities: ["CN=builds,O=Example"] }
      attestations: [{ predicateType: "https://example.com/scan", maxAge: 2h, assert: scan.tar.gz }]
registries:
  hosts: [{ host: "127.0.0.1:5000", insecure: true }, { host: registry.example.com, ca: ca.pem, mirrors: [mirror.example.com] }]
  pullSecrets: [ml/registry]
`,
  });
  const configuration = await load(cwd);
  expect(configuration).toEqual({
    file: join(cwd, ".paddlock.yaml"),
    directory: cwd,
    globBase: { strip: "", prepend: "" },
    profile: "strict",
    namespace: "ml",
    kubernetesVersion: "1.30",
    with: [join(cwd, "network"), join(cwd, "..", "shared")],
    rules: {
      "heavy-anchor": { level: "warning", scope: "paddle", parameters: { kilograms: 7, metals: ["iron"] } },
      "tight-rope": { level: "error", scope: "workload", parameters: {} },
      "white-sail": { level: "off", scope: "workload", parameters: {} },
    },
    overrides: [
      {
        files: ["legacy/**"],
        kinds: ["Deployment"],
        labels: { tier: "lab" },
        rules: {
          "heavy-anchor": { level: "off", parameters: {} },
          "tight-rope": { scope: ["apps/Deployment", "/Pod"], parameters: {} },
        },
      },
    ],
    waivers: [
      {
        rule: "tight-rope",
        resource: "Deployment/ml/ocr-*",
        container: "server",
        reason: "known since the spring",
        expires: "2027-02-28",
        place: { file: ".paddlock.yaml", line: 15, column: 11 },
      },
    ],
    kinds: [
      {
        apiVersion: "example.com/v1",
        kind: "Fleet",
        pods: ["spec.ships[].template.spec", "spec.crews.*.template.spec"],
        serving: false,
        training: true,
        paddle: false,
      },
    ],
    admission: {
      mode: "audit",
      namespaces: [
        { match: ["ml-*"], mode: "enforce", since: Date.parse("2026-11-30T12:00:00Z"), until: null },
        { match: ["lab", "sandbox-*"], mode: "warn", since: null, until: null },
      ],
      modeLabel: true,
      onUpdate: "all",
      onError: "allow",
      onNotJudged: "deny",
      onOpaquePatch: "allow",
      annotationWaivers: { allow: true, rules: ["tight-rope"] },
      exempt: { users: ["root"], groups: ["ops"], serviceAccounts: ["argocd/controller"] },
      operators: {
        presets: ["kuberay"],
        serviceAccounts: [
          { name: "ray/operator", like: "kuberay", owners: [], makes: [] },
          { name: "a/b", like: null, owners: ["example.com/Fleet"], makes: ["Pod"] },
        ],
      },
      injected: [
        { name: "proxy", images: ["mirror.example.com/istio/*"], like: "istio-proxy" },
        { name: "agent", images: ["a/b"], like: "agent" },
      ],
      networkPolicyGrace: 120,
    },
    signatures: {
      noMatch: "deny",
      onError: "deny",
      policies: [
        {
          name: "ours",
          images: ["registry.example.com/**"],
          exclude: [],
          require: "all",
          formats: ["cosign", "bundle", "notation"],
          authorities: [
            { type: "key", key: { file: join(cwd, "keys/cosign.pub") } },
            {
              type: "keyless",
              issuer: { exact: "https://issuer.example.com" },
              subject: { pattern: ".*@example.com" },
            },
            { type: "certificate", roots: { inline: "PEM" }, identities: ["CN=builds,O=Example"] },
          ],
          attestations: [{ predicateType: "https://example.com/scan", maxAge: 7200, assert: join(cwd, "scan.tar.gz") }],
        },
      ],
    },
    registries: {
      hosts: [
        { host: "127.0.0.1:5000", insecure: true, mirrors: [] },
        { host: "registry.example.com", insecure: false, ca: join(cwd, "ca.pem"), mirrors: ["mirror.example.com"] },
      ],
      pullSecrets: ["ml/registry"],
    },
  });
  expect(structuredClone(configuration)).toEqual(configuration);
});

it.each([
  ["an empty file", ""],
  ["comments alone", "# nothing yet\n"],
  ["keys whose entries are commented out", "rules:\n  # white-sail: off\noverrides:\nwaivers:\nkinds:\nextends:\n"],
])("takes %s for the defaults", async (_, yaml) => {
  const cwd = workspace({ ".paddlock.yaml": yaml });
  const { file, ...rest } = await load(cwd);
  expect(file).toBe(join(cwd, ".paddlock.yaml"));
  const { file: none, ...defaults } = await load(workspace({}));
  expect(none).toBeNull();
  expect({ ...rest, directory: "" }).toEqual({ ...defaults, directory: "" });
});

it.each(["off", "Off", "OFF", "no", "false", '"off"', "{ level: off }"])(
  "switches a rule off by %s, which YAML reads as a boolean or a text",
  async (written) => {
    const cwd = workspace({ ".paddlock.yaml": `rules:\n  white-sail: ${written}\n` });
    expect((await load(cwd)).rules["white-sail"]?.level).toBe("off");
  },
);

it("finds the nearest configuration, and looks no further than the git root", async () => {
  const cwd = workspace({
    ".paddlock.yml": "extends: strict",
    "package.json": '{ "name": "x", "dependencies": { "paddlock": "^0.1.0" } }',
    "a/.paddlock.yaml": "extends: baseline",
    "a/b/c/deploy.yaml": "",
    "d/deploy.yaml": "",
    "e/.git/HEAD": "",
    "f/package.json": '{ "paddlock": { "extends": "baseline" } }',
  });
  const profileIn = async (folder: string): Promise<string> => (await load(join(cwd, folder))).profile;
  expect(await profileIn("a/b/c")).toBe("baseline");
  expect(await profileIn("a")).toBe("baseline");
  expect(await profileIn("d")).toBe("strict");
  expect(await profileIn("e")).toBe("recommended");
  expect(await profileIn("f")).toBe("baseline");
});

it("refuses two configurations in one folder", async () => {
  const both = workspace({ ".paddlock.yaml": "", "package.json": '{ "paddlock": {} }' });
  expect(await refusals(both)).toEqual([
    ".paddlock.yaml more than one configuration in a folder: .paddlock.yaml, package.json; keep one of them",
  ]);
  expect(await refusals(workspace({ ".paddlock.yaml": "", ".paddlock.yml": "" }))).toHaveLength(1);
});

it("points into package.json", async () => {
  const cwd = workspace({
    "package.json": '{\n  "name": "x",\n  "paddlock": {\n    "rules": { "white-sale": "off" }\n  }\n}\n',
  });
  expect(await refusals(cwd)).toEqual(['package.json:4:30 unknown rule "white-sale"; did you mean "white-sail"?']);
});

it("reports a package.json that cannot be read where it seems to hold a configuration, and no other", async () => {
  const broken = workspace({ "package.json": '{ "paddlock": { "extends": "strict" },, }' });
  expect(await refusals(broken)).toEqual([expect.stringMatching(/^package\.json:1:\d+ /)]);
  const other = workspace({ "package.json": '{ "name": "x",, }' });
  expect((await load(other)).file).toBeNull();
});

it("extends files, each relative to the one that says so, and the command line has the last word", async () => {
  const cwd = workspace({
    "conf/company.yaml":
      "extends: strict\nnamespace: company\nrules: { tight-rope: info, white-sail: off }\nwith: [net]\n",
    "conf/team/team.yaml": "extends: ../company.yaml\nrules: { heavy-anchor: { kilograms: 5 } }\nwith: [net]\n",
    ".paddlock.yaml": "extends: conf/team/team.yaml\nrules: { white-sail: { scope: paddle } }\nnamespace: mine\n",
  });
  const configuration = await load(cwd);
  expect(configuration.profile).toBe("strict");
  expect(configuration.namespace).toBe("mine");
  expect(configuration.with).toEqual([join(cwd, "conf/net"), join(cwd, "conf/team/net")]);
  expect(configuration.rules).toEqual({
    "heavy-anchor": { level: "error", scope: "workload", parameters: { kilograms: 5, metals: ["iron"] } },
    "tight-rope": { level: "info", scope: "workload", parameters: {} },
    // Parameters or a scope without a level switch the rule on again.
    "white-sail": { level: "as written", scope: "paddle", parameters: {} },
  });
  const other = await load(cwd, { profile: "baseline" });
  expect(other.profile).toBe("baseline");
  expect(other.rules["tight-rope"]?.level).toBe("info");
  expect(other.rules["heavy-anchor"]?.level).toBe("as written");
});

it("refuses circles, bottomless chains and files that are not there", async () => {
  const circle = workspace({
    ".paddlock.yaml": "extends: a.yaml",
    "a.yaml": "rules: {}\nextends: ./b.yaml",
    "b.yaml": "extends: a.yaml",
  });
  expect(await refusals(circle)).toEqual(["b.yaml:1:10 `extends` goes round in a circle: a.yaml → b.yaml → a.yaml"]);
  const chain = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`c${i}.yaml`, `extends: c${i + 1}.yaml`]));
  expect(await refusals(workspace({ ...chain, ".paddlock.yaml": "extends: c0.yaml" }))).toEqual([
    "c8.yaml:1:10 `extends` is more than 10 files deep",
  ]);
  expect(await refusalsOf("extends: team.yaml")).toEqual([
    '.paddlock.yaml:1:10 `extends` names "team.yaml", which is no profile and no file that can be read',
  ]);
  expect(await refusalsOf("extends: recomended")).toEqual([
    '.paddlock.yaml:1:10 unknown profile "recomended"; did you mean "recommended"?',
  ]);
  expect(await refusals(workspace({}), { file: "conf/nope.yaml" })).toEqual([
    "conf/nope.yaml there is no such configuration file",
  ]);
});

it("reads the file of --config wherever it lies", async () => {
  const cwd = workspace({ "ci/paddlock.yaml": "extends: strict", ".paddlock.yaml": "extends: baseline" });
  const configuration = await load(cwd, { file: "ci/paddlock.yaml" });
  expect(configuration).toMatchObject({ profile: "strict", file: join(cwd, "ci/paddlock.yaml") });
  expect(configuration.globBase).toEqual({ strip: "ci/", prepend: "" });
});

it("selects rules by the command line", async () => {
  const cwd = workspace({
    ".paddlock.yaml": `extends: baseline
rules: { heavy-anchor: { kilograms: 3 } }
overrides:
  - kinds: [Pod]
    rules: { heavy-anchor: { level: info, kilograms: 1 }, white-sail: off }
  - kinds: [Job]
    rules: { white-sail: error }
`,
  });
  const only = await load(cwd, { rules: ["heavy-anchor=warning", "tight-rope"] });
  expect(Object.entries(only.rules).map(([id, { level }]) => [id, level])).toEqual([
    ["heavy-anchor", "warning"],
    ["tight-rope", "as written"],
    ["white-sail", "off"],
  ]);
  expect(only.rules["heavy-anchor"]?.parameters.kilograms).toBe(3);
  expect(only.overrides).toEqual([
    { kinds: ["Pod"], rules: { "heavy-anchor": { level: "warning", parameters: { kilograms: 1 } } } },
  ]);
  const without = await load(cwd, { skip: ["white-sail"] });
  expect(without.rules["white-sail"]?.level).toBe("off");
  expect(without.overrides).toHaveLength(1);
  expect(without.rules["heavy-anchor"]?.level).toBe("as written");
});

it("refuses what the command line cannot mean", async () => {
  const cwd = workspace({});
  const options = {
    rules: ["heavy-ancor", "white-sail=warn", "white-sail=off", "tight-rope="],
    skip: ["sail"],
    profile: "Strict",
  };
  expect(await refusals(cwd, options)).toEqual([
    'unknown rule "heavy-ancor"; did you mean "heavy-anchor"?',
    'unknown level "warn"; did you mean "warning"?',
    "--rule white-sail=off asks for nothing; leave a rule out with --skip white-sail",
    'unknown level ""; known: error, warning, info',
    'unknown rule "sail"; known: heavy-anchor, tight-rope, white-sail',
    'unknown profile "Strict"; did you mean "strict"?',
  ]);
});

it("takes of the block admission what the last file says, key by key", async () => {
  const cwd = workspace({
    "base.yaml": "admission: { mode: enforce, exempt: { users: [root] }, networkPolicyGrace: 1h }\n",
    ".paddlock.yaml": "extends: base.yaml\nadmission: { networkPolicyGrace: 45s, exempt: { groups: [ops] } }\n",
  });
  const { admission } = await load(cwd);
  expect(admission.mode).toBe("enforce");
  expect(admission.networkPolicyGrace).toBe(45);
  expect(admission.exempt).toEqual({ users: [], groups: ["ops"], serviceAccounts: [] });
});

it.each<[string, string[]]>([
  ["admission: { mode: enforced }", ['1:20 "admission.mode" cannot be "enforced"; did you mean "enforce"?']],
  [
    "admission:\n  annotationWaivers: { allow: true, rules: [tigth-rope] }",
    ['2:45 unknown rule "tigth-rope"; did you mean "tight-rope"?'],
  ],
  ["rule: {}", ['1:1 unknown key "rule"; did you mean "rules"?']],
  [
    "scanners: []",
    [
      '1:1 unknown key "scanners"; known: $schema, extends, rules, overrides, waivers, kinds, namespace, kubernetesVersion, with, admission, signatures, registries',
    ],
  ],
  [
    "signatures:\n  policies:\n    - { name: a, images: [x/**], require: 2, authorities: [{ key: { file: a }, keyless: {} }] }",
    ["3:80 at least one of issuer, issuerPattern is needed", "3:80 at least one of subject, subjectPattern is needed"],
  ],
  [
    "signatures:\n  policies:\n    - { name: a, images: [x/**], require: 2, authorities: [{ key: { file: a } }] }\n    - { name: a, images: [x/**], authorities: [{ keyless: { issuerPattern: '(', subject: s } }] }",
    [
      "3:43 2 signatures cannot be required of 1 authority",
      '4:15 there is a signature policy "a" already; give this one another name',
      '4:76 "(" is no regular expression: Invalid regular expression: /(/u: Unterminated group',
    ],
  ],
  [
    "signatures:\n  policies:\n    - { name: a, images: [x/**], authorities: [{ keyless: { issuer: i } }] }",
    ["3:50 at least one of subject, subjectPattern is needed"],
  ],
  [
    "signatures:\n  policies:\n    - { name: a, images: [x/**], authorities: [{ key: { file: a, inline: b }, certificate: { roots: { file: c }, identities: [CN=d] } }] }",
    [
      "3:48 only one of key, keyless, certificate can stand here",
      "3:50 only one of file, inline, secret can stand here",
    ],
  ],
  ["rules:\n  white-sale: error", ['2:15 unknown rule "white-sale"; did you mean "white-sail"?']],
  ["rules:\n  white-sail: eror", ['2:15 "rules.white-sail" cannot be "eror"; did you mean "error"?']],
  [
    "rules:\n  white-sail: on",
    ['2:15 "rules.white-sail" cannot be true; it is one of error, warning, info, as written, off'],
  ],
  [
    "rules:\n  white-sail:",
    ['2:3 "rules.white-sail" cannot be null; it is one of error, warning, info, as written, off'],
  ],
  [
    "rules:\n  heavy-anchor:\n    kilogramms: 3\n    kilograms: 0\n    metals: [iron, irn]\n",
    [
      '3:17 unknown parameter "kilogramms"; did you mean "kilograms"?',
      '4:16 "rules.heavy-anchor.kilograms" must be >= 1',
      '5:20 "rules.heavy-anchor.metals[1]" cannot be "irn"; did you mean "iron"?',
    ],
  ],
  [
    "rules: { white-sail: { scope: workloads } }",
    ['1:31 "rules.white-sail.scope" cannot be "workloads"; did you mean workload?'],
  ],
  [
    "rules: { white-sail: { scope: Deployment } }",
    ['1:31 "rules.white-sail.scope" cannot be "Deployment"; did you mean apps/Deployment or extensions/Deployment?'],
  ],
  [
    "rules: { white-sail: { scope: [paddle, v1/configmap] } }",
    ['1:40 "rules.white-sail.scope[1]" cannot be "v1/configmap"; did you mean /ConfigMap?'],
  ],
  [
    "overrides: [{ kinds: [Pod], rules: { white-sail: { scope: ScaledObject } } }]",
    ['1:59 "overrides[0].rules.white-sail.scope" cannot be "ScaledObject"; did you mean keda.sh/ScaledObject?'],
  ],
  [
    "rules: { white-sail: { scope: Zebrafinch } }",
    [
      '1:31 "rules.white-sail.scope" cannot be "Zebrafinch": write workload, paddle, accelerated, object, or a kind with its group, as apps/Deployment or /ConfigMap',
    ],
  ],
  ["rules: { white-sail: { scope: [] } }", ['1:24 "rules.white-sail.scope" is empty']],
  ["rules: [white-sail]", ['1:1 "rules" must be a mapping']],
  ["- rules", ["1:1 a configuration is a mapping of keys to values, not a list"]],
  ["rules: {}\n---\nrules: {}", ["3:1 a configuration is one document; remove what follows `---`"]],
  ["overrides:\n  - rules: {}", ["2:5 at least one of files, namespaces, kinds, labels is needed"]],
  ["overrides:\n  - files: a/**", ['2:5 "rules" is missing']],
  [
    'overrides:\n  - { files: ["a["], rules: {} }',
    ['2:15 "a[" is no valid glob: Missing closing: "]" - use "\\\\]" to match literal characters'],
  ],
  ["overrides:\n  - { files: [], rules: {} }", ['2:7 "overrides[0].files" is empty']],
  [
    "admission:\n  namespaces:\n    - { match: a, mode: enforce, since: 2026-11-30 }",
    ['3:41 "2026-11-30" is no time; a time looks like 2027-01-31T18:00:00Z'],
  ],
  ["admission:\n  networkPolicyGrace: 30", ['2:23 "admission.networkPolicyGrace" cannot be 30; it looks like 30s']],
  [
    "admission:\n  exempt: { serviceAccounts: [deployer] }",
    ['2:31 "admission.exempt.serviceAccounts[0]" cannot be "deployer"; it looks like ci/deployer'],
  ],
  [
    "admission:\n  namespaces:\n    - { match: a, mode: enforce, since: 2026-02-29T00:00:00Z }",
    ['3:41 "2026-02-29T00:00:00Z" is no time; a time looks like 2027-01-31T18:00:00Z'],
  ],
  [
    "admission:\n  namespaces:\n    - { match: a, mode: enforce, since: yesterday }",
    ['3:41 "yesterday" is no time; a time looks like 2027-01-31T18:00:00Z'],
  ],
  [
    "admission:\n  namespaces:\n    - { match: a, mode: warn, since: 2026-11-30T00:00:00Z }",
    ["3:38 since goes with mode: enforce"],
  ],
  [
    "admission:\n  namespaces:\n    - { match: a, mode: enforce, until: 2026-11-30T00:00:00Z }",
    ["3:41 until needs since: it ends what since allows"],
  ],
  [
    "admission:\n  namespaces:\n    - { match: a, mode: enforce, since: 2026-11-30T00:00:00Z, until: 2026-11-30T01:00:00+01:00 }",
    ["3:70 until is not after since"],
  ],
  ["waivers:\n  - { rule: white-sail, files: a.yaml }", ['2:5 "reason" is missing']],
  ["waivers:\n  - { rule: white-sail, reason: x }", ["2:5 at least one of files, resource, container is needed"]],
  ['waivers:\n  - { rule: white-sail, files: a, reason: "  " }', ['2:43 "waivers[0].reason" is empty']],
  [
    "waivers:\n  - { rule: white-sails, files: a, reason: x, expires: 2027-02-30 }",
    [
      '2:13 unknown rule "white-sails"; did you mean "white-sail"?',
      '2:56 "2027-02-30" is no day of the calendar; a date looks like 2027-01-31',
    ],
  ],
  [
    "waivers:\n  - { rule: white-sail, files: a, reason: x, expires: next year }",
    ['2:55 "waivers[0].expires" cannot be "next year"; it looks like 2027-01-31'],
  ],
  [
    "waivers:\n  - { rule: white-sail, resource: ocr, reason: x }",
    ['2:35 "waivers[0].resource" cannot be "ocr"; it looks like Deployment/ml-serving/ocr'],
  ],
  [
    "admission: { operators: { presets: [kuberai], serviceAccounts: [{ name: ray, like: kuberay }] } }",
    [
      '1:37 "admission.operators.presets[0]" cannot be "kuberai"; did you mean "kuberay"?',
      '1:73 "admission.operators.serviceAccounts[0].name" cannot be "ray"; it looks like ray/kuberay-operator',
    ],
  ],
  [
    "admission:\n  operators:\n    serviceAccounts:\n      - { name: a/b }\n      - { name: a/b, owners: [example.com/Fleet] }\n      - { name: a/b, owners: [pods], makes: [Pod] }",
    [
      "4:9 at least one of like, owners is needed",
      '5:9 "makes" is missing',
      '6:31 "admission.operators.serviceAccounts[2].owners[0]" cannot be "pods"; it looks like batch.example.com/Fleet',
    ],
  ],
  [
    "admission: { injected: [{ name: sidecar, images: a/b }, { name: sidecar, images: a/b, like: istio-porxy }] }",
    [
      "1:25 at least one of like is needed",
      '1:33 "admission.injected[0].name" cannot be "sidecar"; it is one of istio-init, istio-validation, istio-proxy, linkerd-init, linkerd-network-validator, linkerd-proxy, vault-agent-init, vault-agent, queue-proxy, storage-initializer, agent, daprd',
      '1:93 "admission.injected[1].like" cannot be "istio-porxy"; did you mean "istio-proxy"?',
    ],
  ],
  [
    'admission: { injected: [{ name: agent, images: ["a/["] }] }',
    ['1:49 "a/[" is no valid glob: Missing closing: "]" - use "\\\\]" to match literal characters'],
  ],
  ["admission: { operator: {} }", ['1:14 unknown key "operator"; did you mean "operators"?']],
  ["kubernetesVersion: 1.30", ["1:20 write the version 1.3 in quotes: as a number 1.30 would become 1.3"]],
  ['kubernetesVersion: "v1"', ['1:20 "kubernetesVersion" cannot be "v1"; it looks like 1.34']],
  ["namespace: Ml", ['1:12 "namespace" cannot be "Ml"; it looks like ml-serving']],
  [
    "kinds:\n  - { apiVersion: example.com/v1, kind: fleet, pods: [spec..spec], serving: maybe }",
    [
      '2:41 "kinds[0].kind" cannot be "fleet"; it looks like ModelFleet',
      '2:55 "kinds[0].pods[0]" cannot be "spec..spec"; it looks like spec.template.spec',
      '2:77 "kinds[0].serving" must be true or false',
    ],
  ],
])("refuses %s at its line", async (yaml, expected) => {
  expect(await refusalsOf(yaml)).toEqual(expected.map((each) => `.paddlock.yaml:${each}`));
});

it("refuses text that is no YAML, a repeated key, and a folder", async () => {
  expect(await refusalsOf("rules: {\n")).toEqual([expect.stringMatching(/^\.paddlock\.yaml:\d+:\d+ /)]);
  expect(await refusalsOf("rules: {}\nrules: {}\n")).toEqual([expect.stringMatching(/^\.paddlock\.yaml:2:1 .*rules/)]);
  const cwd = workspace({});
  mkdirSync(join(cwd, ".paddlock.yaml"));
  expect(await refusals(cwd)).toEqual([
    ".paddlock.yaml cannot read the configuration: EISDIR: illegal operation on a directory",
  ]);
});

it("takes a key such as __proto__ for the unknown key that it is", async () => {
  expect(await refusalsOf("__proto__: { extends: strict }")).toEqual([
    expect.stringMatching(/^\.paddlock\.yaml:1:1 unknown key "__proto__"/),
  ]);
  expect(await refusalsOf("rules: { constructor: off }")).toEqual([
    expect.stringMatching(/^\.paddlock\.yaml:1:23 unknown rule "constructor"/),
  ]);
});

it("speaks Chinese", async () => {
  const cwd = workspace({ ".paddlock.yaml": "rules:\n  white-sale: error\n" });
  expect(await refusals(cwd, { language: "zh" })).toEqual([
    '.paddlock.yaml:2:15 未知的规则 "white-sale"，是否想写 "white-sail"？',
  ]);
});

it("accepts rules of a bundle that the schema does not know", async () => {
  const own = {
    ...catalogue,
    rules: [...catalogue.rules, ...catalogue.rules.slice(1, 2).map((r) => ({ ...r, id: "my-own" }))],
  };
  const cwd = workspace({ ".paddlock.yaml": "rules:\n  my-own: { level: info }\n" });
  expect((await load(cwd, { catalogue: own })).rules["my-own"]?.level).toBe("info");
  const wrong = workspace({ ".paddlock.yaml": "rules:\n  my-own: { level: infos }\n" });
  expect(await refusals(wrong, { catalogue: own })).toEqual([
    '.paddlock.yaml:2:20 "rules.my-own.level" cannot be "infos"; did you mean "info"?',
  ]);
});
