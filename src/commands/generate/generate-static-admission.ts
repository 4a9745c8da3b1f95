import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { stringify } from "yaml";
import { hookAddress } from "../../admission/static-admission/address.ts";
import {
  authorityBundle,
  type ReadFile,
  servingCertificate,
} from "../../admission/static-admission/authority-bundle.ts";
import { StaticAdmissionError } from "../../admission/static-admission/static-admission-error.ts";
import { configurationHash, type StaticFiles, staticFiles } from "../../admission/static-admission/static-files.ts";
import {
  fileComments,
  type StaticAdmissionWords,
  staticAdmissionWords,
} from "../../admission/static-admission/words.ts";
import { shownPath } from "../../config/find.ts";
import { loadConfiguration } from "../../config/load.ts";
import type { JsonObject } from "../../json/value.ts";
import { judgedKinds } from "../../judging/judged-kinds.ts";
import type { Language } from "../../messages/language.ts";
import { loadCatalogue } from "../../rules/catalogue.ts";

export interface StaticAdmissionOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly language: Language;
  readonly now: Date;
  readonly url: string;
  /** A path, relative to `cwd` or absolute, like all below. */
  readonly ca: string;
  readonly certificate: string | undefined;
  readonly acceptExpiry: boolean;
  readonly config: string | undefined;
  readonly fail: boolean;
  readonly namespace: string;
  readonly excluded: readonly string[];
  /** On the nodes: absolute. */
  readonly nodeDirectory: string;
  readonly output: string;
  readonly force: boolean;
}

/** More than any bundle of authorities holds. */
const mostBytes = 1 << 20;

/**
 * Writes the files that an API server is started with, so that it asks the webhook from its first request on.
 * @returns what was written, what is in it, and what to do with it, in words
 * @throws StaticAdmissionError where what was given cannot be used, or files are there already; nothing is written then.
 * @throws ConfigurationError where the configuration is broken
 */
export async function generateStaticAdmission(options: StaticAdmissionOptions): Promise<string> {
  const { cwd, language, now, config, fail, output } = options;
  const words = staticAdmissionWords[language];
  const address = hookAddress(options.url, words);
  const directory = nodeDirectory(options.nodeDirectory, words);
  const excluded = excludedNamespaces(options, words);
  const bundle = authorityBundle(readText(options.ca, cwd, words), options, words);
  const certificate =
    options.certificate === undefined
      ? null
      : servingCertificate(readText(options.certificate, cwd, words), address.host, bundle.pem, now, words);
  const sources: string[] = [];
  const catalogue = loadCatalogue();
  const configuration = await loadConfiguration({
    cwd,
    onFile: (file) => sources.push(shownPath(file, cwd)),
    ...(config === undefined ? {} : { file: config }),
    catalogue,
    language,
  });
  const files = staticFiles({
    url: address.url,
    authorities: bundle.pem,
    settings: { ...configuration.admission, kinds: judgedKinds(catalogue.rules, configuration) },
    excluded,
    fail,
    directory,
  });
  const texts = fileTexts(files, directory);
  write(resolve(cwd, output), output, texts, options.force, words);
  const hash = configurationHash(texts.get(files.webhooks.place) ?? "");
  const { admission } = configuration;
  const enforced =
    admission.mode === "enforce" || admission.modeLabel || admission.namespaces.some(({ mode }) => mode === "enforce");
  const steps = words.steps({
    output: shellWord(output.replace(/\/+$/, "")),
    directory,
    url: address.url,
    loopback: address.loopback,
    fail,
    hash,
  });
  const lines = [
    ...[...texts.keys()].map((place) => words.wrote(join(output, place))),
    "",
    words.address(address.url),
    ...bundle.authorities.map(({ subject, expires }) => words.authority(subject, expires)),
    certificate === null
      ? words.noCertificate(address.host)
      : words.certificate(certificate.subject, certificate.expires),
    words.configuration(sources),
    ...files.entries.map(({ name, failurePolicy }) => words.entry(name, failurePolicy)),
    words.leftOut(excluded),
    "",
    words.policy(fail, enforced),
    "",
    ...steps.flatMap(({ text, commands }, index) => [
      `${index + 1}. ${text}`,
      ...commands.map((command) => `       ${command}`),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function excludedNamespaces(
  { namespace, excluded }: StaticAdmissionOptions,
  words: StaticAdmissionWords,
): readonly string[] {
  const all = [...new Set(["kube-system", "kube-node-lease", namespace, ...excluded])];
  const wrong = all.find((name) => !/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name));
  if (wrong !== undefined) throw new StaticAdmissionError(words.namespace(wrong));
  return all;
}

/** Goes into flags, YAML and commands for a shell: so it is a plain path. */
function nodeDirectory(written: string, words: StaticAdmissionWords): string {
  const path = written.replace(/(?<=.)\/+$/, "");
  if (!/^(?:\/[\w.@+-]+)+$/.test(path) || /\/\.\.?(?:\/|$)/.test(path)) {
    throw new StaticAdmissionError(words.directory(written));
  }
  return path;
}

function readText(file: string, cwd: string, words: StaticAdmissionWords): ReadFile {
  const path = resolve(cwd, file);
  try {
    // A device or a pipe would have no end.
    const { size } = statSync(path);
    if (size > mostBytes) throw new StaticAdmissionError(words.unreadable(file, `${size} B > ${mostBytes} B`));
    return { file, text: readFileSync(path, "utf8") };
  } catch (error) {
    if (error instanceof StaticAdmissionError) throw error;
    throw new StaticAdmissionError(words.unreadable(file, words.reason(error)));
  }
}

function fileTexts({ webhooks, admission, kubeadm }: StaticFiles, directory: string): ReadonlyMap<string, string> {
  return new Map([
    [webhooks.place, yamlText(webhooks.object, fileComments.webhooks(directory))],
    [admission.place, yamlText(admission.object, fileComments.admission(directory))],
    [kubeadm.place, yamlText(kubeadm.object, fileComments.kubeadm(directory))],
  ]);
}

function yamlText(object: JsonObject, comment: string): string {
  const head = comment.split("\n").map((line) => `# ${line}\n`);
  return `${head.join("")}${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/** Each whole at once, for an API server may be watching this very folder; and none over one that is there, unless it may be. */
function write(
  folder: string,
  shown: string,
  texts: ReadonlyMap<string, string>,
  force: boolean,
  words: StaticAdmissionWords,
): void {
  const there = force ? [] : [...texts.keys()].filter((place) => isThere(join(folder, place)));
  if (there.length > 0) throw new StaticAdmissionError(words.exists(there.map((place) => join(shown, place))));
  const beside = (place: string): string => join(folder, `${place}.${process.pid}.new`);
  const written: string[] = [];
  try {
    for (const [place, text] of texts) {
      mkdirSync(dirname(join(folder, place)), { recursive: true });
      writeFileSync(beside(place), text, { flag: "wx", mode: 0o644 });
      written.push(place);
    }
    for (const place of texts.keys()) renameSync(beside(place), join(folder, place));
  } catch (error) {
    for (const place of written) rmSync(beside(place), { force: true });
    throw new StaticAdmissionError(words.cannotWrite(shown, words.reason(error)));
  }
}

function isThere(path: string): boolean {
  try {
    // A link that leads nowhere is there, too.
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** A word that a shell reads as it is. */
function shellWord(text: string): string {
  return /^[\w./@+:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
