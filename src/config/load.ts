import { basename, dirname, resolve } from "node:path";
import type { Language } from "../messages/language.ts";
import { nearest } from "../messages/nearest.ts";
import type { Notification } from "../messages/notification.ts";
import type { Catalogue, Level } from "../rules/metadata.ts";
import { admissionSettings } from "./admission.ts";
import type { ConfigurationChain } from "./chain.ts";
import type { Configuration } from "./configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { findConfigurationFiles, findGitRoot, globBaseOf, shownPath } from "./find.ts";
import { profileNamed, profileNames } from "./profile-names.ts";
import { patchedAll, profileSettings, type RuleSelection, selected } from "./rule-settings.ts";
import { registrySettings, signatureSettings } from "./signatures.ts";
import type { ConfigurationValidator } from "./validator.ts";
import { type ConfigurationWords, configurationWords } from "./words.ts";

export interface LoadOptions {
  /** Absolute. */
  readonly cwd: string;
  /** Paths in reports are relative to it; default: the git root, else `cwd`. */
  readonly root?: string;
  /** `--config`: relative to `cwd`. Default: the nearest configuration upwards, if any. */
  readonly file?: string;
  /** `--profile`: in place of the one that the configuration extends. */
  readonly profile?: string;
  /** `--rule ID[=LEVEL]`: only these rules. */
  readonly rules?: readonly string[];
  /** `--skip ID`: not these rules. */
  readonly skip?: readonly string[];
  readonly catalogue: Catalogue;
  /** Of the messages. */
  readonly language?: Language;
  /** The compiled schema that fits the catalogue; default: the one that the build made. Called where there is a file. */
  readonly validator?: () => ConfigurationValidator;
  /** Called with each file that the configuration comes from, whether or not it can be read: they may be watched. */
  readonly onFile?: (file: string) => void;
}

const levels: readonly Level[] = ["error", "warning", "info"];
const noConfiguration: ConfigurationChain = {
  rules: [],
  overrides: [],
  waivers: [],
  kinds: [],
  admission: [],
  signatures: [],
  registries: [],
  scalars: {},
};

/**
 * Reads the configuration that holds for a working directory: profile, then the files of `extends`, then the file, then
 * the command line.
 * @throws ConfigurationError with everything that is wrong, at its file and line.
 */
export async function loadConfiguration(options: LoadOptions): Promise<Configuration> {
  const { cwd, catalogue } = options;
  const root = options.root ?? findGitRoot(cwd) ?? cwd;
  const language = options.language ?? "en";
  const words = configurationWords[language];
  const ids = new Set(catalogue.rules.map(({ id }) => id));
  const problems: string[] = [];
  const selection = ruleSelection(options, ids, words, problems);
  const asked = options.profile === undefined ? undefined : profileNamed(options.profile);
  if (asked === null) {
    problems.push(
      words.unknown("profile", options.profile ?? "", nearest(options.profile ?? "", profileNames), profileNames),
    );
  }
  if (problems.length > 0) throw new ConfigurationError(problems.map(commandLineProblem));

  const file = configurationFile(options, root, words);
  // Most runs have no configuration: what reads one is loaded where there is one.
  const { validator, onFile } = options;
  const chain =
    file === null
      ? noConfiguration
      : await (await import("./chain.ts")).readChain(file, { root, rules: ids, language, validator, onFile });
  const profile = asked ?? chain.profile ?? "recommended";
  const settings = chain.rules.reduce(patchedAll, profileSettings(catalogue, profile));
  const directory = file === null ? cwd : dirname(file);
  return {
    file,
    directory,
    globBase: globBaseOf(directory, root),
    profile,
    ...selected(settings, chain.overrides, selection),
    waivers: chain.waivers,
    kinds: chain.kinds,
    admission: admissionSettings(chain.admission),
    signatures: signatureSettings(chain.signatures),
    registries: registrySettings(chain.registries),
    ...chain.scalars,
  };
}

function configurationFile(options: LoadOptions, root: string, words: ConfigurationWords): string | null {
  if (options.file !== undefined) return resolve(options.cwd, options.file);
  const [file, ...others] = findConfigurationFiles(options.cwd);
  if (file === undefined) return null;
  if (others.length > 0) {
    const names = [file, ...others].map((each) => basename(each));
    throw new ConfigurationError([
      { level: "error", code: "configuration", message: words.several(names), file: shownPath(file, root) },
    ]);
  }
  return file;
}

function ruleSelection(
  { rules, skip }: LoadOptions,
  ids: ReadonlySet<string>,
  words: ConfigurationWords,
  problems: string[],
): RuleSelection {
  const known = (id: string): boolean => {
    if (!ids.has(id)) problems.push(words.unknown("rule", id, nearest(id, ids), [...ids]));
    return ids.has(id);
  };
  const only = new Map<string, Level | null>();
  for (const rule of rules ?? []) {
    const [id = "", level] = splitOnce(rule, "=");
    if (!known(id)) continue;
    const wanted = levels.find((each) => each === level) ?? null;
    if (level === "off") problems.push(words.offOnCommandLine(id));
    else if (level !== undefined && wanted === null) {
      problems.push(words.unknown("level", level, nearest(level, levels), levels));
    }
    only.set(id, wanted);
  }
  const left = new Set((skip ?? []).filter(known));
  return { only: rules === undefined || rules.length === 0 ? null : only, skip: left };
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function commandLineProblem(message: string): Notification {
  return { level: "error", code: "usage", message };
}
