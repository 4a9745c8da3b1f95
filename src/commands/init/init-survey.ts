import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { findConfigurationFiles, findGitRoot, shownPath } from "../../config/find.ts";
import { fileText } from "../../documents/file-text.ts";
import { type Fields, fieldsOf } from "../../json/fields.ts";

/** What a repository holds that `paddlock init` cares about. Paths are relative to the root, with `/`; `.` is the root. */
export interface Survey {
  /** Absolute: the git root, else the working directory. */
  readonly root: string;
  readonly git: boolean;
  /** Configurations that hold at the root. */
  readonly configurations: readonly string[];
  readonly charts: readonly string[];
  readonly kustomizations: readonly string[];
  /** By folder, how many files hold Kubernetes objects and belong to neither a chart nor a kustomization. */
  readonly manifests: ReadonlyMap<string, number>;
  /** Is paddlock installed in the repository's own node_modules? */
  readonly installed: boolean;
  readonly preCommit: boolean;
  readonly husky: boolean;
  /** The file that configures lint-staged, or null. */
  readonly lintStaged: string | null;
  readonly github: boolean;
  readonly gitlab: boolean;
  readonly jenkins: boolean;
}

/** As much of a file as tells whether it holds a Kubernetes object. */
const headBytes = 64 << 10;

/** Folders of tools and of others' code. */
const passedOver: ReadonlySet<string> = new Set(["node_modules", ".git", ".github", ".venv", "vendor"]);

/** Looks at a repository without changing anything. */
export function survey(cwd: string): Survey {
  const gitRoot = findGitRoot(cwd);
  const root = gitRoot ?? cwd;
  const here = (path: string): boolean => existsSync(join(root, path));
  const remotes = gitRoot === null ? "" : textIn(root, ".git/config");
  return {
    root,
    git: gitRoot !== null,
    configurations: findConfigurationFiles(root).map((file) => shownPath(file, root)),
    ...manifestsIn(root),
    installed: here("node_modules/paddlock/schemas/config.schema.json"),
    preCommit: here(".pre-commit-config.yaml"),
    husky: here(".husky") || dependsOn(root, "husky"),
    lintStaged: lintStagedFile(root),
    github: here(".github/workflows") || hasRemote(remotes, "github"),
    gitlab: here(".gitlab-ci.yml") || hasRemote(remotes, "gitlab"),
    jenkins: here("Jenkinsfile"),
  };
}

function manifestsIn(root: string): Pick<Survey, "charts" | "kustomizations" | "manifests"> {
  const files = [...manifestFiles(root)].sort();
  const folders = (name: RegExp): string[] => [
    ...new Set(files.filter((file) => name.test(file)).map((file) => dirname(file))),
  ];
  const charts = folders(/(?:^|\/)Chart\.yaml$/);
  const kustomizations = folders(/(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/);
  const rendered = [...charts, ...kustomizations];
  const manifests = new Map<string, number>();
  for (const file of files) {
    const folder = dirname(file);
    if (rendered.some((each) => each === "." || folder === each || folder.startsWith(`${each}/`))) continue;
    if (holdsObject(join(root, file))) manifests.set(folder, (manifests.get(folder) ?? 0) + 1);
  }
  return { charts: outermost(charts), kustomizations, manifests };
}

/** The files that may be manifests, relative to the root. Links are not followed. */
function* manifestFiles(root: string, folder = ""): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!passedOver.has(entry.name)) yield* manifestFiles(root, path);
    } else if (entry.isFile() && (/\.(?:ya?ml|json)$/.test(entry.name) || entry.name === "Kustomization")) yield path;
  }
}

/** Without subcharts, which are part of their parents. */
function outermost(charts: readonly string[]): string[] {
  return charts.filter((chart) => !charts.some((other) => chart !== other && chart.startsWith(`${other}/charts/`)));
}

function holdsObject(file: string): boolean {
  const text = headOf(file);
  return /(?:^|[{,])\s*"?apiVersion"?\s*:/m.test(text) && /(?:^|[{,])\s*"?kind"?\s*:/m.test(text);
}

function headOf(file: string): string {
  const buffer = Buffer.alloc(headBytes);
  try {
    const descriptor = openSync(file, "r");
    try {
      return buffer.toString("utf8", 0, readSync(descriptor, buffer));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // What cannot be read is for `check` to report.
    return "";
  }
}

function hasRemote(config: string, host: "github" | "gitlab"): boolean {
  return config.split("\n").some((line) => /^\s*url\s*=/.test(line) && line.includes(`${host}.`));
}

function lintStagedFile(root: string): string | null {
  if (packageJson(root)["lint-staged"] !== undefined) return "package.json";
  const own = readdirSync(root).find((name) => /^(?:\.lintstagedrc|lint-staged\.config)(?:\.|$)/.test(name));
  return own ?? (dependsOn(root, "lint-staged") ? "package.json" : null);
}

function dependsOn(root: string, name: string): boolean {
  const { devDependencies, dependencies } = packageJson(root);
  return [devDependencies, dependencies].some((each) => Object.hasOwn(fieldsOf(each), name));
}

/** What `package.json` says; nothing where it is none. */
export function packageJson(root: string): Fields {
  try {
    return fieldsOf(JSON.parse(textIn(root, "package.json")));
  } catch {
    return {};
  }
}

/** The text of a file, empty where there is none that can be read. */
export function textIn(...path: readonly string[]): string {
  return fileText(join(...path)) ?? "";
}
