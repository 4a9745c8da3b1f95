import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { parseDuration } from "../admission/server/deadline.ts";
import { ApiError, TransportError } from "../cluster/api-error.ts";
import { ClusterClient } from "../cluster/client.ts";
import { whoAmI } from "../cluster/exemption-store.ts";
import { ReleaseConfiguration, registerEntries } from "../cluster/release-configuration.ts";
import { type AdmissionSettings, admissionSettings, type WrittenNamespaceEntry } from "../config/admission.ts";
import {
  type ChangedConfiguration,
  changeEntry,
  type EntryChange,
  UnchangeableError,
} from "../config/enforced-entry.ts";
import { loadConfiguration } from "../config/load.ts";
import { momentOf, momentText } from "../config/moment.ts";
import type { CheckedConfiguration } from "../config/written.ts";
import type { Language } from "../rules/metadata.ts";
import { checkCluster } from "./audit.ts";
import { catalogueWithBundles } from "./catalogue-with-bundles.ts";
import { enforceOptions } from "./enforce-options.ts";
import { type EnforceWords, enforceWords } from "./enforce-words.ts";
import { writeTo } from "./output.ts";
import { type ConfigMapPlace, releasePlace } from "./release-place.ts";
import { type ParsedOptions, parseOptions, UsageError } from "./usage.ts";
import { stoppedText, stoppedWorkloads } from "./would-deny.ts";

/** `paddlock enforce`: writes the entry of a namespace into the release's configuration. 0 where that was done; else it throws. */
export async function enforceCommand(words: readonly string[], language: Language): Promise<number> {
  const options = await parseOptions(words, enforceOptions);
  const say = enforceWords(language);
  const namespace = namespaceOf(options, say);
  const client = ClusterClient.connect({
    kubeconfig: options.text("kubeconfig"),
    context: options.text("kube-context"),
    language,
  });
  try {
    const place = await releasePlace(options, client, "config");
    await enforce({ options, say, namespace, client, place, language });
    return 0;
  } catch (error) {
    if (error instanceof UnchangeableError) throw new UsageError(error.message);
    if (error instanceof ApiError || error instanceof TransportError) throw new UsageError(say.failed(error.message));
    throw error;
  } finally {
    client.close();
  }
}

interface Task {
  readonly options: ParsedOptions;
  readonly say: EnforceWords;
  readonly namespace: string;
  readonly client: ClusterClient;
  readonly place: ConfigMapPlace;
  readonly language: Language;
}

async function enforce(task: Task): Promise<void> {
  const { options, say, namespace, client, place, language } = task;
  const shown = `${place.namespace}/${place.name}`;
  const configuration = new ReleaseConfiguration(client, place);
  const text = await configuration.read();
  if (text === null) throw new UsageError(say.noConfiguration(shown));
  const { now } = await whoAmI(client);
  const wanted = wantedOf(options, now, say);
  let changed: ChangedConfiguration;
  try {
    const { before } = changeEntry(text, namespace, null);
    changed = changeEntry(text, namespace, changeOf(wanted, before, now));
  } catch (error) {
    if (error instanceof UnchangeableError) throw new UsageError(say.unchangeable(shown, error.message));
    throw error;
  }
  // What the server would refuse is not written: it would go on by the old one, and not start again.
  const fault = await faultOf(changed.text, language);
  if (fault !== null && (await faultOf(text, language)) === null) throw new UsageError(say.unchangeable(shown, fault));
  const [was, is] = [settingsOf(text), settingsOf(changed.text)];
  if (wanted.mode === "enforce") await tellWhatStops(task, changed.text, is);
  const entry = changed.entries.find(
    ({ match }) => match === namespace || (match.length === 1 && match[0] === namespace),
  );
  if (wanted.mode === "enforce" && changed.before?.mode === "enforce" && changed.before.since === undefined) {
    writeTo(2, [`${say.widened(namespace, entry?.since ?? "")}\n`]);
  }
  const mode = entry?.mode ?? "—";
  if (changed.text === text) writeTo(1, [`${say.unchanged(namespace)}\n`]);
  else if (options.flag("dry-run")) writeTo(1, [`${say.wouldDo(namespace, mode, shown)}\n`]);
  else {
    await configuration.write(changed.text);
    writeTo(1, [
      `${say.done(namespace, mode, shown)}\n`,
      `${say.inForce}\n`,
      `${await register(client, place, namespace, was, is, say)}\n`,
    ]);
  }
  if (entry?.since !== undefined) writeTo(1, [`${say.since(entry.since, entry.until ?? null)}\n`]);
  writeTo(1, [`${say.values}\n`, valuesText(changed.entries)]);
}

interface Wanted {
  readonly mode: "enforce" | "warn" | "off";
  readonly until: string | undefined;
}

function wantedOf(options: ParsedOptions, now: Date, say: EnforceWords): Wanted {
  const given = ["until", "for", "warn", "off"].filter((name) => options.flag(name));
  const [one, other] = given;
  if (one !== undefined && other !== undefined) throw new UsageError(say.exclude(one, other));
  if (options.flag("warn")) return { mode: "warn", until: undefined };
  if (options.flag("off")) return { mode: "off", until: undefined };
  return { mode: "enforce", until: untilOf(options, now, say) };
}

function untilOf(options: ParsedOptions, now: Date, say: EnforceWords): string | undefined {
  const duration = options.text("for");
  if (duration !== undefined) {
    const ms = parseDuration(duration);
    if (ms === null || ms <= 0) throw new UsageError(say.noTime("for", duration));
    return momentText(now.getTime() + ms);
  }
  const written = options.text("until");
  if (written === undefined) return undefined;
  // A day ends with itself.
  const time = momentOf(/^\d{4}-\d{2}-\d{2}$/.test(written) ? `${written}T23:59:59Z` : written);
  if (time === null) throw new UsageError(say.noTime("until", written));
  if (time <= now.getTime()) throw new UsageError(say.notBefore(written));
  return momentText(time);
}

/** What is enforced already keeps its beginning: another would let in what came in between. */
function changeOf({ mode, until }: Wanted, before: WrittenNamespaceEntry | null, now: Date): EntryChange {
  if (mode === "off") return null;
  if (mode === "warn") return { mode };
  const since = (before?.mode === "enforce" ? before.since : undefined) ?? momentText(now.getTime());
  const end = until ?? (before?.mode === "enforce" ? before.until : undefined);
  return { mode, since, ...(end === undefined ? {} : { until: end }) };
}

/** The server has checked what it runs by, and what is changed here has its form. */
function settingsOf(text: string): AdmissionSettings {
  const written: CheckedConfiguration | null = parse(text);
  return admissionSettings(written?.admission === undefined ? [] : [written.admission]);
}

/** What is wrong with a configuration, as far as it can be read here; null: nothing. */
function faultOf(text: string, language: Language): Promise<string | null> {
  return inFile(text, async (file) => {
    try {
      const { catalogue } = await catalogueWithBundles([], language);
      await loadConfiguration({ cwd: dirname(file), file, catalogue, language });
      return null;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ConfigurationError") throw error;
      return error.message;
    }
  });
}

/** By the configuration of the cluster, as far as it can be read here. */
function tellWhatStops({ client, namespace, language, say }: Task, text: string, is: AdmissionSettings): Promise<void> {
  return inFile(text, async (config) => {
    const shown = { reports: null, keepsTexts: false, onProgress: () => {} };
    try {
      const { report, catalogue } = await checkCluster({
        ...{ client, config, namespaces: [namespace], shard: null, language },
        ...shown,
      });
      const unread = report.notifications.filter(({ level }) => level === "error");
      for (const { message } of unread) writeTo(2, [`${say.notJudged(message)}\n`]);
      writeTo(1, [stoppedText(namespace, stoppedWorkloads(report.findings, catalogue.rules, is), language)]);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ConfigurationError") throw error;
      writeTo(2, [`${say.notJudged(error.message)}\n`]);
    }
  });
}

async function inFile<Result>(text: string, use: (file: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "paddlock-enforce-"));
  try {
    const file = join(folder, "paddlock.yaml");
    writeFileSync(file, text);
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function register(
  client: ClusterClient,
  { name }: ConfigMapPlace,
  namespace: string,
  was: AdmissionSettings,
  is: AdmissionSettings,
  say: EnforceWords,
): Promise<string> {
  const release = name.replace(/-config$/, "");
  try {
    const registered = await registerEntries(client, release, namespace, was, is);
    if (registered === "follows") return say.registered;
    return registered === "excluded" ? say.excluded(namespace) : say.notRegistered(`${release}: ${registered}`);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof TransportError)) throw error;
    return say.notRegistered(error.message);
  }
}

/** A list replaces the whole of a list in helm's values, so all of it is shown. */
function valuesText(namespaces: readonly WrittenNamespaceEntry[]): string {
  const options = { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;
  return stringify({ config: { admission: { namespaces } } }, options);
}

function namespaceOf(options: ParsedOptions, say: EnforceWords): string {
  const [namespace, more] = options.operands;
  if (namespace === undefined || more !== undefined) throw new UsageError(say.needsNamespace);
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) throw new UsageError(say.noNamespace(namespace));
  return namespace;
}
