import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Document, parseDocument, stringify } from "yaml";
import { installedTool, ToolMissingError } from "./install.ts";

const root = join(import.meta.dirname, "..");
const deploy = join(root, "deploy");
const chart = join(deploy, "chart");
const base = join(deploy, "kustomize/base");
const namespace = "paddlock-system";
/** What only helm has use for. */
const helmLabels = ["helm.sh/chart", "app.kubernetes.io/managed-by"];
const generated = "# Rendered from deploy/chart by `node tools/deploy.ts`. Do not edit.\n";

type Files = ReadonlyMap<string, string>;

/** A chart can read only files of its own: what stands beside it for everybody is copied into it. */
function chartFiles(): Files {
  return new Map([
    [join(chart, "files/paddlock.rules.yaml"), readFileSync(join(deploy, "alerts/paddlock.rules.yaml"), "utf8")],
    [join(chart, "files/paddlock-dashboard.json"), readFileSync(join(deploy, "dashboards/paddlock.json"), "utf8")],
  ]);
}

/** The kustomize base: the chart rendered with `deploy/kustomize/values.yaml`, a file for each template. */
function kustomizeBase(helm: string): Files {
  const values = join(deploy, "kustomize/values.yaml");
  const rendered = execFileSync(
    helm,
    ["template", "paddlock", chart, "--namespace", namespace, "--values", values, "--kube-version", "1.34.0"],
    { encoding: "utf8", maxBuffer: 16 << 20 },
  );
  const files = new Map<string, string>();
  let configuration = "";
  let labels: unknown = {};
  // "---", the template, its document: so helm prints each.
  const [, ...parts] = rendered.split(/^---\n# Source: paddlock\/templates\/(\S+)\n/m);
  for (const [index, template] of parts.entries()) {
    if (index % 2 === 1) continue;
    const document = parseDocument(parts[index + 1] ?? "");
    for (const label of helmLabels) deleteLabel(document, label);
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
  const files = kustomizeBase(installedTool("helm"));
  stale.push(...put(files, check));
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
