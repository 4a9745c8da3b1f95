import { realpathSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Level } from "../findings/finding.ts";
import type { Notification } from "../findings/notification.ts";
import type { Catalogue, Language, ProfileName } from "../rules/metadata.ts";
import { checkConfiguration } from "./check.ts";
import type { Configuration, ConfiguredWaiver, CustomKind, Override } from "./configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { findConfigurationFiles, findGitRoot, globBaseOf, shownPath } from "./find.ts";
import { readConfigurationFile, type WrittenConfiguration } from "./read.ts";
import { patchedAll, patchesOf, profileSettings, type RuleSelection, selected } from "./rule-settings.ts";
import { nearest } from "./suggest.ts";
import { builtValidator, type ConfigurationValidator } from "./validator.ts";
import { type ConfigurationWords, configurationWords } from "./words.ts";
import { type CheckedConfiguration, listOf, type WrittenOverride } from "./written.ts";

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
}

const profiles: readonly ProfileName[] = ["baseline", "recommended", "strict"];
const levels: readonly Level[] = ["error", "warning", "info"];
const deepest = 10;

/** One file of the chain, checked. */
interface Layer {
  readonly written: WrittenConfiguration;
  readonly checked: CheckedConfiguration;
}

/**
 * Reads the configuration that holds for a working directory: profile, then the files of `extends`, then the file, then
 * the command line.
 * @throws ConfigurationError with everything that is wrong, at its file and line.
 */
export async function loadConfiguration(options: LoadOptions): Promise<Configuration> {
  const { cwd, catalogue } = options;
  const root = options.root ?? findGitRoot(cwd) ?? cwd;
  const words = configurationWords(options.language ?? "en");
  const ids = new Set(catalogue.rules.map(({ id }) => id));
  const problems: string[] = [];
  const selection = ruleSelection(options, ids, words, problems);
  const asked = options.profile === undefined ? undefined : profileNamed(options.profile);
  if (asked === null) {
    problems.push(words.unknown("profile", options.profile ?? "", nearest(options.profile ?? "", profiles), profiles));
  }
  if (problems.length > 0) throw new ConfigurationError(problems.map(commandLineProblem));

  const file = configurationFile(options, root, words);
  const chain = file === null ? { layers: [] } : await layersOf(file, root, ids, words, options.validator);
  const { layers } = chain;
  const profile = asked ?? chain.profile ?? "recommended";
  const settings = layers.reduce(
    (rules, { checked }) => patchedAll(rules, patchesOf(checked.rules)),
    profileSettings(catalogue, profile),
  );
  const overrides = layers.flatMap(({ checked }) => (checked.overrides ?? []).map(overrideOf));
  const directory = file === null ? cwd : dirname(file);
  return {
    file,
    directory,
    globBase: globBaseOf(directory, root),
    profile,
    ...selected(settings, overrides, selection),
    waivers: layers.flatMap(waiversOf),
    kinds: layers.flatMap(({ checked }) => (checked.kinds ?? []).map(kindOf)),
    ...scalars(layers),
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

/** The file and those that it extends, the most basic first. */
async function layersOf(
  file: string,
  root: string,
  rules: ReadonlySet<string>,
  words: ConfigurationWords,
  validator: () => ConfigurationValidator = builtValidator,
): Promise<{ readonly layers: readonly Layer[]; readonly profile?: ProfileName }> {
  const compiled = validator();
  const layers: Layer[] = [];
  const seen: string[] = [];
  for (let current = file; ; ) {
    const written = readConfigurationFile(current, shownPath(current, root), words);
    const checked = await checkConfiguration(written, compiled, rules, words);
    layers.unshift({ written, checked });
    seen.push(realpathSync(current));
    const base = checked.extends;
    if (base === undefined) return { layers };
    const profile = profileNamed(base);
    if (profile !== null) return { layers, profile };
    current = extendedFile(base, written, seen, root, words);
  }
}

function extendedFile(
  base: string,
  written: WrittenConfiguration,
  seen: readonly string[],
  root: string,
  words: ConfigurationWords,
): string {
  const fail = (message: string): never => {
    const { line, column } = written.locate(["extends"]);
    throw new ConfigurationError([
      { level: "error", code: "configuration", message, file: written.shown, line, column },
    ]);
  };
  const target = resolve(dirname(written.file), base);
  if (!isFile(target)) {
    const looksLikeProfile = /^\w+$/.test(base);
    return fail(
      looksLikeProfile ? words.unknown("profile", base, nearest(base, profiles), profiles) : words.extendsMissing(base),
    );
  }
  const real = realpathSync(target);
  if (seen.includes(real)) {
    return fail(words.extendsCycle([...seen.slice(seen.indexOf(real)), real].map((each) => shownPath(each, root))));
  }
  return seen.length >= deepest ? fail(words.extendsDeep(deepest)) : target;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
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

function profileNamed(name: string): ProfileName | null {
  return profiles.find((profile) => profile === name) ?? null;
}

function overrideOf({ files, namespaces, kinds, labels, rules }: WrittenOverride): Override {
  return {
    ...(files === undefined ? {} : { files: listOf(files) }),
    ...(namespaces === undefined ? {} : { namespaces: listOf(namespaces) }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(labels === undefined ? {} : { labels }),
    rules: patchesOf(rules),
  };
}

function waiversOf({ written, checked }: Layer): ConfiguredWaiver[] {
  return (checked.waivers ?? []).map(({ files, ...waiver }, index) => {
    const { line, column } = written.locate(["waivers", index, "rule"]);
    const place = { file: written.shown, line, column };
    return { ...waiver, ...(files === undefined ? {} : { files: listOf(files) }), place };
  });
}

function kindOf(kind: NonNullable<CheckedConfiguration["kinds"]>[number]): CustomKind {
  const training = kind.training ?? false;
  return { ...kind, training, serving: kind.serving ?? !training, paddle: kind.paddle ?? false };
}

/** Of a single value the last word holds; the files of `with` add up. */
function scalars(layers: readonly Layer[]): Pick<Configuration, "namespace" | "kubernetesVersion" | "with"> {
  const namespace = layers.findLast(({ checked }) => checked.namespace !== undefined)?.checked.namespace;
  const version = layers.findLast(({ checked }) => checked.kubernetesVersion !== undefined)?.checked.kubernetesVersion;
  const beside = layers.flatMap(({ written, checked }) =>
    (checked.with ?? []).map((path) => resolve(dirname(written.file), path)),
  );
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(version === undefined ? {} : { kubernetesVersion: version }),
    ...(beside.length === 0 ? {} : { with: beside }),
  };
}
