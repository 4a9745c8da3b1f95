import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { type Document, parse, parseAllDocuments, parseDocument, stringify } from "yaml";
import { gitOps } from "../src/admission/exempt-warnings.ts";
import {
  ofObjects,
  ofWholeGroups,
  podSubresources,
  sparingConditions,
} from "../src/admission/registration/webhook-rules.ts";
import { watchedKinds } from "../src/cluster/watched-kinds.ts";
import { neededByUsers } from "../src/evaluation/user-bundle.ts";
import { isForPodsAlone } from "../src/judging/judged-kinds.ts";
import { KINDS } from "../src/kinds/kinds.ts";
import { OPERATORS } from "../src/kinds/operators.ts";
import { OTHER_KINDS } from "../src/kinds/other-kinds.ts";
import { MAKES } from "../src/kinds/owner-kinds.ts";
import { pluralOf } from "../src/kinds/plural.ts";
import { rolesFor } from "../src/relations/needs.ts";
import { loadCatalogue } from "../src/rules/catalogue.ts";
import { NAMED_SCOPES, scopeEntries } from "../src/rules/scope.ts";
import { installedTool, ToolMissingError } from "./install.ts";

const root = join(import.meta.dirname, "..");
const deploy = join(root, "deploy");
const chart = join(deploy, "chart");
const kustomize = join(deploy, "kustomize");
const base = join(kustomize, "base");
const namespace = "paddlock-system";
/** What only helm has use for. */
const helmLabels = ["helm.sh/chart", "app.kubernetes.io/managed-by"];
const generated = "# Rendered from deploy/chart by `node tools/deploy.ts`. Do not edit.\n";

const fromSources =
  "# From src/kinds/operators.ts and src/admission/exempt-warnings.ts by `node tools/deploy.ts`. Do not edit.\n";
const fromTables =
  "# From the tables of src/kinds, src/relations and the rules' METADATA by `node tools/deploy.ts`. Do not edit.\n";
/** By what the chart's notes know operators, and tools that apply what a repository holds. */
const knownAccounts = {
  operators: OPERATORS.map(({ preset, accounts }) => ({ preset, accounts })),
  gitOps: gitOps.map(({ source }) => source),
};

/**
 * What the templates of `_kinds.tpl` choose from: every kind that may be judged, those for which operators make something,
 * those that relations ask for, and which rules are for which.
 */
function kindTables(): unknown {
  const { rules, profiles } = loadCatalogue();
  const pods = KINDS.map(({ groups, kind, ...row }) => ({ groups, kind, resource: pluralOf({ kind, ...row }) }));
  const others = OTHER_KINDS.map(({ groups, kind, listed, reviewed, ...row }) => ({
    ...{ groups, kind, resource: pluralOf({ kind, ...row }) },
    ...(listed === false ? { listed } : {}),
    ...(reviewed === false ? { reviewed } : {}),
  }));
  const resourceOf = (group: string, kind: string): string => {
    const row = [...KINDS, ...OTHER_KINDS].find((each) => each.kind === kind && each.groups.includes(group));
    return pluralOf(row ?? { kind });
  };
  const judged = new Set(KINDS.flatMap(({ groups, kind }) => groups.map((group) => `${group}/${kind}`)));
  const owners = [...MAKES.keys()]
    .filter((key) => !judged.has(key))
    .map((key): readonly [string, string] => [key.slice(0, key.indexOf("/")), key.slice(key.indexOf("/") + 1)]);
  const ofUsers = rolesFor(new Set(neededByUsers));
  const needed = rolesFor(new Set([...rules.flatMap(({ needs }) => needs), ...neededByUsers]));
  const watched = watchedKinds(["namespace", ...needed]).flatMap(({ groups, kind, roles }) =>
    groups.map((group) => ({
      ...{ group, resource: resourceOf(group, kind), role: roles[0] },
      ...(roles.some((role) => ofUsers.has(role)) ? { ofPods: true } : {}),
      /** By which rules it is asked for, beside those of users. */
      rules: rules.flatMap(({ id, needs }) => {
        const own = rolesFor(new Set(needs));
        return roles.some((role) => own.has(role)) ? [id] : [];
      }),
    })),
  );
  return {
    pods,
    podSubresources,
    others,
    owners: byGroup(owners.map(([group, kind]) => ({ group, resource: resourceOf(group, kind) }))),
    watched,
    rules: rules.map((rule) => ({
      id: rule.id,
      scopes: scopeEntries(rule.scope),
      ...(isForPodsAlone(rule) ? { podsAlone: true } : {}),
      /** Those in which it is on, with its scopes there. */
      profiles: Object.fromEntries(
        Object.entries(profiles).flatMap(([name, settings]) => {
          const { level = "off", scope = rule.scope } = settings[rule.id] ?? {};
          return level === "off" ? [] : [[name, scopeEntries(scope)]];
        }),
      ),
    })),
    profiles: Object.keys(profiles),
    namedScopes: NAMED_SCOPES,
    conditions: { workloads: sparingConditions, objects: ofObjects, wholeGroups: ofWholeGroups },
  };
}

function byGroup(
  all: readonly { readonly group: string; readonly resource: string }[],
): readonly { readonly group: string; readonly resources: readonly string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { group, resource } of all) groups.set(group, [...(groups.get(group) ?? []), resource]);
  return [...groups].map(([group, resources]) => ({ group, resources }));
}

type Files = ReadonlyMap<string, string>;

/** A chart can read only files of its own: what stands beside it for everybody is copied into it. */
function chartFiles(): Files {
  return new Map([
    [join(chart, "files/paddlock.rules.yaml"), readFileSync(join(deploy, "alerts/paddlock.rules.yaml"), "utf8")],
    [join(chart, "files/paddlock-dashboard.json"), readFileSync(join(deploy, "dashboards/paddlock.json"), "utf8")],
    [join(chart, "files/known-accounts.yaml"), `${fromSources}${stringify(knownAccounts)}`],
    [
      join(chart, "files/kinds.yaml"),
      `${fromTables}${stringify(kindTables(), { lineWidth: 0, aliasDuplicateObjects: false })}`,
    ],
  ]);
}

/** The chart rendered with `deploy/kustomize/values.yaml` and further files of values. */
function rendered(helm: string, ...further: readonly string[]): string {
  const values = [join(kustomize, "values.yaml"), ...further].flatMap((file) => ["--values", file]);
  return execFileSync(
    helm,
    ["template", "paddlock", chart, "--namespace", namespace, "--kube-version", "1.34.0", ...values],
    { encoding: "utf8", maxBuffer: 16 << 20 },
  );
}

/** The kustomize base: a file for each template of the chart. */
function kustomizeBase(helm: string): Files {
  const files = new Map<string, string>();
  let configuration = "";
  let labels: unknown = {};
  // "---", the template, its document: so helm prints each.
  const [, ...parts] = rendered(helm).split(/^---\n# Source: paddlock\/templates\/(\S+)\n/m);
  for (const [index, template] of parts.entries()) {
    if (index % 2 === 1) continue;
    const document = parseDocument(parts[index + 1] ?? "");
    for (const label of helmLabels) deleteLabel(document, label);
    deleteImages(document);
    if (template === "configuration.yaml") {
      configuration = String(document.getIn(["data", "paddlock.yaml"]));
      labels = document.getIn(["metadata", "labels"]);
      continue;
    }
    const file = join(base, template);
    files.set(file, `${files.get(file) ?? generated}---\n${document.toString({ lineWidth: 0 })}`);
  }
  files.set(join(base, "paddlock.yaml"), configuration);
  const resources = [...files.keys()].map((file) => relative(base, file)).filter((file) => file !== "paddlock.yaml");
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    namespace,
    resources: ["namespace.yaml", ...resources],
    configMapGenerator: [{ name: "paddlock-config", files: ["paddlock.yaml"], options: { labels } }],
    // The running pods read the ConfigMap by its name, and take up a change of it without a restart.
    generatorOptions: { disableNameSuffixHash: true },
  };
  files.set(join(base, "kustomization.yaml"), `${generated}${stringify(kustomization)}`);
  files.set(join(base, "namespace.yaml"), `${generated}${stringify(namespaceObject)}`);
  return files;
}

/** Each overlay's entries of the webhook configuration, as its `paddlock.yaml` asks for them: patches of the base. */
function overlayEntries(helm: string): Files {
  const files = new Map<string, string>();
  const ofBase = webhooksOf(rendered(helm));
  for (const overlay of readdirSync(join(kustomize, "overlays"))) {
    const folder = join(kustomize, "overlays", overlay);
    const values = join(mkdtempSync(join(tmpdir(), "paddlock-overlay-")), "values.yaml");
    writeFileSync(values, stringify({ config: parse(readFileSync(join(folder, "paddlock.yaml"), "utf8")) }));
    const webhooks = webhooksOf(rendered(helm, values));
    rmSync(dirname(values), { recursive: true });
    if (JSON.stringify(webhooks) === JSON.stringify(ofBase)) continue;
    const patch = webhooks.flatMap((webhook, index) => {
      const changed = (["namespaceSelector", "matchConditions", "rules"] as const)
        .filter((key) => JSON.stringify(webhook[key]) !== JSON.stringify(ofBase[index]?.[key]))
        .map((key) => ({ op: "replace", path: `/webhooks/${index}/${key}`, value: webhook[key] }));
      return changed.length === 0
        ? []
        : [{ op: "test", path: `/webhooks/${index}/name`, value: webhook.name }, ...changed];
    });
    const head = "# What paddlock.yaml beside it enforces, for the API server. By `node tools/deploy.ts`.\n";
    files.set(
      join(folder, "entries.yaml"),
      `${head}${stringify(patch, { lineWidth: 0, aliasDuplicateObjects: false })}`,
    );
  }
  return files;
}

interface RenderedWebhook {
  readonly name: string;
  readonly namespaceSelector: unknown;
  readonly matchConditions: unknown;
  readonly rules: unknown;
}

function webhooksOf(text: string): readonly RenderedWebhook[] {
  for (const document of parseAllDocuments(text)) {
    const object = "contents" in document ? document.toJS() : null;
    if (object?.kind === "ValidatingWebhookConfiguration") return object.webhooks;
  }
  throw new Error("the chart renders no ValidatingWebhookConfiguration");
}

const namespaceObject = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: namespace,
    labels: {
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/warn": "restricted",
    },
  },
};

/** The API server refuses a container without an image: a base that no overlay gave one cannot be installed by mistake. */
function deleteImages(document: Document): void {
  for (const pod of [
    ["spec", "template", "spec"],
    ["spec", "jobTemplate", "spec", "template", "spec"],
  ])
    for (const list of ["initContainers", "containers"])
      for (let index = 0; document.hasIn([...pod, list, index, "image"]); index++)
        document.setIn([...pod, list, index, "image"], "");
}

function deleteLabel(document: Document, label: string): void {
  const places = [
    ["metadata", "labels"],
    ["spec", "template", "metadata", "labels"],
    ["spec", "jobTemplate", "metadata", "labels"],
    ["spec", "jobTemplate", "spec", "template", "metadata", "labels"],
  ];
  for (const place of places) if (document.hasIn([...place, label])) document.deleteIn([...place, label]);
}

/**
 * Writes what is made of the chart, or with `--check` writes nothing and tells what differs.
 * Exit status: 0, 1 where something differs, 2 where helm cannot be had.
 */
function main(): void {
  const check = process.argv.includes("--check");
  const copies = chartFiles();
  const stale = put(copies, check);
  const helm = installedTool("helm");
  const files = kustomizeBase(helm);
  stale.push(...put(files, check), ...put(overlayEntries(helm), check));
  for (const file of existsSync(base) ? readdirSync(base).map((name) => join(base, name)) : []) {
    if (files.has(file)) continue;
    stale.push(relative(root, file));
    if (!check) rmSync(file);
  }
  const list = stale.map((file) => `  ${file}\n`).join("");
  if (check && stale.length > 0) {
    process.stderr.write(`not what \`node tools/deploy.ts\` makes of deploy/chart:\n${list}`);
    process.exitCode = 1;
  } else process.stderr.write(stale.length === 0 ? "deploy is current\n" : `wrote\n${list}`);
}

function put(files: Files, check: boolean): string[] {
  const stale: string[] = [];
  for (const [file, content] of files) {
    if (existsSync(file) && readFileSync(file, "utf8") === content) continue;
    stale.push(relative(root, file));
    if (check) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return stale;
}

try {
  main();
} catch (error) {
  if (!(error instanceof ToolMissingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
