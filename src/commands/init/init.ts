import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ConfigurationError } from "../../config/configuration-error.ts";
import { fieldsOf, itemsOf } from "../../json/fields.ts";
import type { Language } from "../../messages/language.ts";
import { codeIn } from "../../messages/thrown.ts";
import { makeFolders } from "../make-folders.ts";
import { packageJson, type Survey, survey, textIn } from "./init-survey.ts";
import {
  configurationText,
  foundLines,
  githubWorkflow,
  gitlabInclude,
  huskyLine,
  jenkinsStage,
  lintStagedEntry,
  type NamedRule,
  preCommitEntry,
} from "./init-templates.ts";
import { type InitWords, initWords } from "./init-words.ts";

export interface InitOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly language: Language;
  /** Of paddlock itself: what hooks and CI are pinned to. */
  readonly version: string;
  /** The rules of the recommended profile, named in the configuration's comments. */
  readonly rules: readonly NamedRule[];
}

export interface Initialised {
  /** Files that were written, relative to the repository's root. None of them was there before. */
  readonly written: readonly string[];
  /** What to print: what was found, what was written, and what to add by hand to files that are there. */
  readonly text: string;
}

/**
 * Sets paddlock up in a repository: the configuration, the hook and the CI job that fit what is there. Never changes a
 * file that exists: what belongs into one is in the text.
 * @throws ConfigurationError where a file cannot be written.
 */
export async function init(options: InitOptions): Promise<Initialised> {
  const { language, version, rules } = options;
  const words = initWords[language];
  const found = survey(options.cwd);
  const setup = new Setup(found.root, words);
  const [configuration] = found.configurations;
  if (configuration !== undefined) setup.say(words.hasConfiguration(configuration));
  else setup.provide(".paddlock.yaml", configurationText(found, rules, words), "");
  await provideHook(found, version, setup, words);
  provideCi(found, version, setup, words);
  const head = [words.looked(found.root), ...foundLines(found, words).map((line) => `  ${line}`)];
  const said = setup.lines.join("\n").trimEnd();
  return { written: setup.written, text: `${head.join("\n")}\n\n${said}\n\n${words.next}\n` };
}

/** Writes what is not there, and says what to add to what is. */
class Setup {
  readonly written: string[] = [];
  readonly lines: string[] = [];
  readonly #root: string;
  readonly #words: InitWords;

  constructor(root: string, words: InitWords) {
    this.#root = root;
    this.#words = words;
  }

  say(line: string): void {
    this.lines.push(line);
  }

  /** Writes a new file. Where one is there: says what to add to it. */
  provide(file: string, content: string, addition: string, mode = 0o666): void {
    const path = join(this.#root, file);
    try {
      if (!existsSync(path)) makeFolders(dirname(path));
    } catch (error) {
      throw this.#failure(file, error);
    }
    try {
      // Exclusively, so that not even a file that appears this moment is overwritten.
      writeFileSync(path, content, { flag: "wx", mode });
    } catch (error) {
      if (codeIn(error) !== "EEXIST") throw this.#failure(file, error);
      this.add(file, addition);
      return;
    }
    this.written.push(file);
    this.lines.push(this.#words.wrote(file));
  }

  #failure(file: string, error: unknown): ConfigurationError {
    const message = this.#words.cannotWrite(file, this.#words.reason(error));
    return ConfigurationError.of("init", message);
  }

  /** Shows what to add by hand. */
  add(file: string, addition: string): void {
    const indented = addition.trimEnd().split("\n");
    this.lines.push(this.#words.add(file), "", ...indented.map((line) => (line === "" ? "" : `    ${line}`)), "");
  }
}

/** The hook of the tool that is in use; pre-commit's where there is none, but only in a git repository. */
async function provideHook(found: Survey, version: string, setup: Setup, words: InitWords): Promise<void> {
  const { root, husky, lintStaged, preCommit, git } = found;
  if (lintStaged !== null) {
    // The configuration may be a program: its text tells whether it runs paddlock.
    const settings = lintStaged === "package.json" ? lintStagedSettings(root) : textIn(root, lintStaged);
    if (settings.includes("paddlock")) setup.say(words.hasEntry(lintStaged));
    else if (lintStaged === "package.json") setup.add("package.json", `"lint-staged": { ${lintStagedEntry.trim()} }\n`);
    else setup.add(lintStaged, lintStagedEntry);
  } else if (husky) {
    const file = ".husky/pre-commit";
    if (textIn(root, file).includes("paddlock")) setup.say(words.hasEntry(file));
    else setup.provide(file, huskyLine, huskyLine, 0o777);
  }
  if (preCommit || (git && lintStaged === null && !husky)) {
    const file = ".pre-commit-config.yaml";
    const entry = preCommitEntry(found, version);
    if (preCommit && (await runsPaddlock(textIn(root, file)))) setup.say(words.hasEntry(file));
    else setup.provide(file, `repos:\n${entry}`, entry);
  }
}

/** Whether a pre-commit configuration has a hook of ours, or one that calls us. A broken one has none. */
async function runsPaddlock(text: string): Promise<boolean> {
  const { parse } = await import("yaml");
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return false;
  }
  for (const repo of itemsOf(fieldsOf(value).repos)) {
    for (const hook of itemsOf(fieldsOf(repo).hooks)) {
      const words = [fieldsOf(hook).id, fieldsOf(hook).entry];
      if (words.some((word) => typeof word === "string" && /(?:^|[\s/])paddlock(?:-staged)?(?:\s|$)/.test(word))) {
        return true;
      }
    }
  }
  return false;
}

function provideCi({ root, github, gitlab, jenkins }: Survey, version: string, setup: Setup, words: InitWords): void {
  if (github) {
    const folder = ".github/workflows";
    const existing = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
    const own = existing.find((name) => /\.ya?ml$/.test(name) && mentionsUs(textIn(root, folder, name)));
    const workflow = githubWorkflow(version);
    if (own !== undefined) setup.say(words.hasEntry(`${folder}/${own}`));
    else setup.provide(`${folder}/paddlock.yml`, workflow, workflow);
  }
  if (gitlab) provideText(".gitlab-ci.yml", gitlabInclude(version), root, setup, words);
  if (jenkins) provideText("Jenkinsfile", jenkinsStage(version), root, setup, words);
}

function provideText(file: string, text: string, root: string, setup: Setup, words: InitWords): void {
  if (mentionsUs(textIn(root, file))) setup.say(words.hasEntry(file));
  else setup.provide(file, text, text);
}

/** Whether a line that is no comment names paddlock. */
function mentionsUs(text: string): boolean {
  return text.split("\n").some((line) => /^(?!\s*(?:#|\/\/)).*\bpaddlock\b/.test(line));
}

function lintStagedSettings(root: string): string {
  return JSON.stringify(packageJson(root)["lint-staged"] ?? null);
}
