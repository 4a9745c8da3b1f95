import type { Survey } from "./init-survey.ts";
import type { InitWords } from "./init-words.ts";

/** A rule as the new configuration names it. */
export interface NamedRule {
  readonly id: string;
  readonly title: string;
}

const repository = "https://github.com/paddlock/paddlock";
const publishedSchema = "https://paddlock.dev/schemas/config.schema.json";
const installedSchema = "./node_modules/paddlock/schemas/config.schema.json";
/** Longer lists of folders help nobody. */
const namedFolders = 4;

/** The new `.paddlock.yaml`: the recommended profile, and in comments what was found and what may be set. */
export function configurationText(found: Survey, rules: readonly NamedRule[], words: InitWords): string {
  const comment = (lines: readonly string[]): string => lines.map((line) => `# ${line}`.trimEnd()).join("\n");
  const [first] = rules;
  const width = Math.max(0, ...rules.map(({ id }) => id.length));
  const parts = [
    comment([`yaml-language-server: $schema=${found.installed ? installedSchema : publishedSchema}`]),
    comment([words.about, words.found, ...foundLines(found, words).map((line) => `  ${line}`)]),
    `${comment([words.profiles])}\nextends: recommended`,
  ];
  if (first !== undefined) {
    const { id } = first;
    parts.push(
      comment([
        words.rules,
        "",
        "rules:",
        ...rules.map((rule) => `  ${`${rule.id}:`.padEnd(width + 1)} off   # ${rule.title}`),
      ]),
      comment([words.overrides, "", "overrides:", '  - files: ["examples/**"]', `    rules: { ${id}: warning }`]),
      comment([
        words.waivers,
        "",
        "waivers:",
        `  - rule: ${id}`,
        "    resource: Deployment/my-namespace/my-name",
        `    reason: ${words.waiverReason}`,
        "    expires: 2027-01-31",
      ]),
    );
  }
  return `${parts.join("\n\n")}\n`;
}

/** What was found, a line each. */
export function foundLines({ charts, kustomizations, manifests }: Survey, words: InitWords): string[] {
  const where = (folders: readonly string[]): string => {
    const named = folders.slice(0, namedFolders).join(", ");
    return folders.length > namedFolders ? `${named}, ${words.more(folders.length - namedFolders)}` : named;
  };
  const lines: string[] = [];
  if (charts.length > 0) lines.push(words.charts(charts.length, where(charts)));
  if (kustomizations.length > 0) lines.push(words.kustomizations(kustomizations.length, where(kustomizations)));
  const count = [...manifests.values()].reduce((sum, each) => sum + each, 0);
  if (count > 0) lines.push(words.manifests(count, where([...manifests.keys()])));
  return lines.length === 0 ? [words.nothing] : lines;
}

/**
 * The entry for pre-commit. Files of charts and kustomizations mean nothing alone, so where there are any the hook looks
 * at all that is staged.
 */
export function preCommitEntry({ charts, kustomizations }: Survey, version: string): string {
  const id = charts.length + kustomizations.length > 0 ? "paddlock-staged" : "paddlock";
  return `  - repo: ${repository}\n    rev: v${version}\n    hooks:\n      - id: ${id}\n`;
}

/** The line for husky's `.husky/pre-commit`. */
export const huskyLine = "npx paddlock check --staged\n";

/** The entry for lint-staged, which hands over the staged files by name. */
export const lintStagedEntry = '"*.{yaml,yml}": "paddlock check"\n';

/** A workflow for GitHub: the action uploads SARIF and writes the step summary. */
export function githubWorkflow(version: string): string {
  return `name: paddlock

on:
  push:
  pull_request:

permissions:
  contents: read
  security-events: write

jobs:
  paddlock:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: paddlock/paddlock@v${version}
`;
}

/** The include for GitLab: code quality and JUnit on the merge request. */
export function gitlabInclude(version: string): string {
  return `include:\n  - remote: https://raw.githubusercontent.com/paddlock/paddlock/v${version}/ci/gitlab.yml\n`;
}

/** A stage for a declarative Jenkinsfile. */
export function jenkinsStage(version: string): string {
  return `stage('paddlock') {
  steps {
    sh 'npx --yes paddlock@${version} check --format text --format junit=paddlock.xml'
  }
  post {
    always { junit testResults: 'paddlock.xml', allowEmptyResults: true }
  }
}
`;
}
