import { parse } from "yaml";
import { prepareModes } from "../../admission/mode.ts";
import { ApiError, clusterReason, TransportError } from "../../cluster/api-error.ts";
import { auditWords } from "../../cluster/audit/words.ts";
import { ClusterClient } from "../../cluster/client.ts";
import { whoAmI } from "../../cluster/exemption-store.ts";
import { namespaceThere } from "../../cluster/namespace-there.ts";
import { RegisteredEntries } from "../../cluster/registered-entries.ts";
import { ReleaseConfiguration } from "../../cluster/release-configuration.ts";
import { type AdmissionSettings, admissionSettings } from "../../config/admission.ts";
import { type ChangedConfiguration, changeEntry, UnchangeableError } from "../../config/enforced-entry.ts";
import type { CheckedConfiguration } from "../../config/written.ts";
import type { Language } from "../../messages/language.ts";
import type { NamespacedName } from "../../resources/identity.ts";
import { checkCluster } from "../audit/audit.ts";
import { neverJudged } from "../audit/never-judged.ts";
import { howFarJudged, stoppedText, stoppedWorkloads } from "../audit/would-deny.ts";
import { asFile, faultOf } from "../configuration-text.ts";
import { writeTo } from "../output.ts";
import { releasePlace } from "../release-place.ts";
import { type ParsedOptions, parseOptions, UsageError } from "../usage.ts";
import { enforceOptions } from "./enforce-options.ts";
import { differencesText, valuesText } from "./enforce-text.ts";
import { changeOf, namespaceOf, type Wanted, wantedOf } from "./enforce-wanted.ts";
import { type EnforceWords, enforceWords } from "./enforce-words.ts";

/**
 * `paddlock enforce`: writes the entry of a namespace into the release's configuration. 0 where that was done, 1 where the
 * API server does not ask accordingly; else it throws.
 */
export async function enforceCommand(words: readonly string[], language: Language): Promise<number> {
  const options = await parseOptions(words, enforceOptions, language);
  const say = enforceWords[language];
  const namespace = namespaceOf(options, say);
  const wanted = wantedOf(options, say);
  const client = ClusterClient.connect({
    kubeconfig: options.text("kubeconfig"),
    context: options.text("kube-context"),
    language,
  });
  try {
    const said = { configMap: options.text("config-map"), namespace: options.text("release-namespace") };
    const place = await releasePlace(said, client, "config", language);
    return await enforce({ options, say, namespace, wanted, client, place, language });
  } catch (error) {
    if (error instanceof UnchangeableError) throw new UsageError(error.describe(language));
    if (error instanceof ApiError) throw new UsageError(say.failed(clusterReason(error, language)));
    if (!(error instanceof TransportError)) throw error;
    const server = client.kubeConfig.getCurrentCluster()?.server ?? "";
    throw new UsageError(auditWords[language].unreachable(server, clusterReason(error, language)));
  } finally {
    client.close();
  }
}

interface Task {
  readonly options: ParsedOptions;
  readonly say: EnforceWords;
  readonly namespace: string;
  readonly wanted: Wanted;
  readonly client: ClusterClient;
  readonly place: NamespacedName;
  readonly language: Language;
}

async function enforce(task: Task): Promise<number> {
  const { options, say, namespace, wanted, client, place, language } = task;
  const shown = `${place.namespace}/${place.name}`;
  const configuration = new ReleaseConfiguration(client, place);
  const text = await readText(configuration, place, say);
  const { before } = changeEntryOf(text, namespace, null, shown, task);
  if (wanted.mode === "enforce" || before === null) await refuseAbsent(task);
  const registered = await registeredEntries(client, releaseOf(place));
  if (wanted.mode === "enforce") refuseExcluded(task, registered);
  const { now } = await whoAmI(client);
  const changed = changeEntryOf(text, namespace, changeOf(wanted, before, now, say), shown, task);
  // What the server would refuse is not written: it would go on by the old one, and not start again.
  const fault = await faultOf(changed.text, language);
  if (fault !== null && (await faultOf(text, language)) === null) throw new UsageError(say.unchangeable(shown, fault));
  const [was, is] = [settingsOf(text), settingsOf(changed.text)];
  if (wanted.mode === "enforce") await tellWhatStops(task, changed.text, is);
  const entry = changed.entries.find(
    ({ match }) => match === namespace || (match.length === 1 && match[0] === namespace),
  );
  if (wanted.mode === "enforce" && before?.mode === "enforce" && before.since === undefined) {
    writeTo(2, [`${say.widened(namespace, entry?.since ?? "")}\n`]);
  }
  const dry = options.flag("dry-run");
  const modes = prepareModes(is);
  const outcome = entry === undefined ? say.takenAway(modes(namespace, () => null)) : entry.mode;
  if (changed.text === text) writeTo(1, [`${say.unchanged(namespace)}\n`]);
  else if (dry) writeTo(1, [`${say.wouldDo(namespace, outcome, shown)}\n`]);
  else {
    await configuration.write(changed.text);
    writeTo(1, [`${say.done(namespace, outcome, shown)}\n`, `${say.inForce}\n`]);
  }
  const { helmRelease } = configuration;
  const follows = await follow(task, registered, was, is, helmRelease);
  if (entry?.since !== undefined) writeTo(1, [`${say.since(entry.since, entry.until ?? null)}\n`]);
  writeTo(1, [
    `${helmRelease === null ? say.overlay : say.values}\n`,
    valuesText(changed.entries, helmRelease !== null),
  ]);
  return follows ? 0 : 1;
}

async function readText(
  configuration: ReleaseConfiguration,
  { namespace, name }: NamespacedName,
  say: EnforceWords,
): Promise<string> {
  try {
    const text = await configuration.read();
    if (text === null) throw new UsageError(say.noConfiguration(`${namespace}/${name}`));
    return text;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) throw new UsageError(say.noRelease(namespace, name));
    throw error;
  }
}

function changeEntryOf(
  text: string,
  namespace: string,
  change: Parameters<typeof changeEntry>[2],
  shown: string,
  { say, language }: Pick<Task, "say" | "language">,
): ChangedConfiguration {
  try {
    return changeEntry(text, namespace, change);
  } catch (error) {
    if (error instanceof UnchangeableError) throw new UsageError(say.unchangeable(shown, error.describe(language)));
    throw error;
  }
}

async function refuseAbsent({ client, namespace, say }: Task): Promise<void> {
  const there = await namespaceThere(client, namespace);
  if (there.state === "absent") throw new UsageError(say.absent(namespace, there.near));
}

/** What nobody is asked about cannot be enforced: an entry would say what is not so. */
function refuseExcluded({ namespace, place, say }: Task, registered: RegisteredEntries | ApiError | null): void {
  const excluded = registered instanceof RegisteredEntries ? registered.excluded : null;
  const why = neverJudged(namespace, place.namespace, excluded);
  if (why !== null) throw new UsageError(say.excluded(namespace, why));
}

/** The server has checked what it runs by, and what is changed here has its form. */
function settingsOf(text: string): AdmissionSettings {
  const written: CheckedConfiguration | null = parse(text);
  return admissionSettings(written?.admission === undefined ? [] : [written.admission]);
}

/** By the configuration of the cluster, as far as it can be read here. */
function tellWhatStops({ client, namespace, language, say }: Task, text: string, is: AdmissionSettings): Promise<void> {
  return asFile(text, async (config) => {
    const shown = { reports: null, keepsTexts: false, onProgress: () => {} };
    try {
      const { report, catalogue } = await checkCluster({
        ...{ client, config, namespaces: [namespace], shard: null, language },
        ...shown,
      });
      const unread = report.notifications.filter(({ level }) => level === "error");
      for (const { message } of unread) writeTo(2, [`${say.notJudged(message)}\n`]);
      const stopped = stoppedWorkloads(report.findings, catalogue.rules, is);
      writeTo(1, [stoppedText(namespace, stopped, howFarJudged(report.notifications), language)]);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ConfigurationError") throw error;
      writeTo(2, [`${say.notJudged(error.message)}\n`]);
    }
  });
}

/** The name of the release's objects. */
function releaseOf({ name }: NamespacedName): string {
  return name.replace(/-config$/, "");
}

/** What keeps them from being read is told where they would be changed; null: there are none. */
async function registeredEntries(client: ClusterClient, release: string): Promise<RegisteredEntries | ApiError | null> {
  try {
    return await RegisteredEntries.read(client, release);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/** Has the API server ask accordingly, or says why it does not. @returns whether it does */
async function follow(
  { options, place, namespace, wanted, language, say }: Task,
  registered: RegisteredEntries | ApiError | null,
  was: AdmissionSettings,
  is: AdmissionSettings,
  helmRelease: string | null,
): Promise<boolean> {
  const release = releaseOf(place);
  const tell = (reason: string): boolean => {
    const repair = helmRelease === null ? say.repairOverlay : say.repairHelm(helmRelease, place.namespace);
    const risk = wanted.mode === "enforce" ? say.maybeOpen(namespace) : say.maybeClosed(namespace);
    writeTo(2, [`${say.notRegistered(reason)}\n`, `${risk}\n`, `${repair}\n`]);
    return false;
  };
  if (registered === null) return tell(say.noWebhook(release));
  if (registered instanceof ApiError) return tell(clusterReason(registered, language));
  try {
    const dry = options.flag("dry-run");
    const differences = dry ? registered.differences(was, is) : await registered.follow(was, is);
    if (differences.length > 0) return tell(differencesText(differences, say));
    if (!dry) writeTo(1, [`${say.registered}\n`]);
    return true;
  } catch (error) {
    if (error instanceof ApiError || error instanceof TransportError) return tell(clusterReason(error, language));
    throw error;
  }
}
