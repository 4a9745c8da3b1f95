import { realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Language } from "../messages/language.ts";
import { nearest } from "../messages/nearest.ts";
import type { ProfileName } from "../rules/metadata.ts";
import type { WrittenAdmission } from "./admission.ts";
import { checkConfiguration } from "./check.ts";
import type { Configuration, ConfiguredWaiver, CustomKind, Override, RulePatch } from "./configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { shownPath } from "./find.ts";
import { listOf } from "./one-or-many.ts";
import { profileNamed, profileNames } from "./profile-names.ts";
import { readConfigurationFile, type WrittenConfiguration } from "./read.ts";
import { patchesOf } from "./rule-settings.ts";
import type { InFile, WrittenRegistries, WrittenSignatures } from "./signatures.ts";
import { builtValidator, type ConfigurationValidator } from "./validator.ts";
import { type ConfigurationWords, configurationWords } from "./words.ts";
import type { CheckedConfiguration, WrittenOverride } from "./written.ts";

/** What a configuration file and those that it extends say, the most basic first. */
export interface ConfigurationChain {
  /** The one that the most basic file extends. */
  readonly profile?: ProfileName;
  readonly rules: readonly { readonly [rule: string]: RulePatch }[];
  readonly overrides: readonly Override[];
  readonly waivers: readonly ConfiguredWaiver[];
  readonly kinds: readonly CustomKind[];
  /** The blocks `admission`. */
  readonly admission: readonly WrittenAdmission[];
  readonly signatures: readonly InFile<WrittenSignatures>[];
  readonly registries: readonly InFile<WrittenRegistries>[];
  readonly scalars: Pick<Configuration, "namespace" | "kubernetesVersion" | "with">;
}

export interface ChainContext {
  /** Notifications show paths relative to it. */
  readonly root: string;
  /** All that there are. */
  readonly rules: ReadonlySet<string>;
  readonly language: Language;
  readonly validator?: () => ConfigurationValidator;
  /** Called with each file of the chain, before it is looked for. */
  readonly onFile?: (file: string) => void;
}

/** More is taken for a mistake. */
const deepest = 10;

/** One file of the chain, checked. */
interface Layer {
  readonly written: WrittenConfiguration;
  readonly checked: CheckedConfiguration;
}

/**
 * Reads a configuration file and those that it extends.
 * @throws ConfigurationError with everything that is wrong in the first file that is not right.
 */
export async function readChain(file: string, context: ChainContext): Promise<ConfigurationChain> {
  const { layers, profile } = await layersOf(file, context);
  return {
    ...(profile === undefined ? {} : { profile }),
    rules: layers.map(({ checked }) => patchesOf(checked.rules)),
    overrides: layers.flatMap(({ checked }) => (checked.overrides ?? []).map(overrideOf)),
    waivers: layers.flatMap(waiversOf),
    kinds: layers.flatMap(({ checked }) => (checked.kinds ?? []).map(kindOf)),
    admission: layers.flatMap(({ checked }) => checked.admission ?? []),
    signatures: layers.flatMap(({ written, checked }) => inFile(written, checked.signatures)),
    registries: layers.flatMap(({ written, checked }) => inFile(written, checked.registries)),
    scalars: scalars(layers),
  };
}

function inFile<Value>({ file }: WrittenConfiguration, value: Value | undefined): InFile<Value>[] {
  return value === undefined ? [] : [{ value, file }];
}

/** The file and those that it extends, the most basic first. */
async function layersOf(
  file: string,
  { root, rules, language, validator = builtValidator, onFile = () => {} }: ChainContext,
): Promise<{ readonly layers: readonly Layer[]; readonly profile?: ProfileName }> {
  const words = configurationWords[language];
  const compiled = validator();
  const layers: Layer[] = [];
  const seen: string[] = [];
  onFile(file);
  for (let current = file; ; ) {
    const written = readConfigurationFile(current, shownPath(current, root), language);
    const checked = await checkConfiguration(written, compiled, rules, words);
    layers.unshift({ written, checked });
    seen.push(realpathSync(current));
    const base = checked.extends;
    if (base === undefined) return { layers };
    const profile = profileNamed(base);
    if (profile !== null) return { layers, profile };
    onFile(resolve(dirname(current), base));
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
      looksLikeProfile
        ? words.unknown("profile", base, nearest(base, profileNames), profileNames)
        : words.extendsMissing(base),
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
