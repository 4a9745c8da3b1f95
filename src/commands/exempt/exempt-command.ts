import type { ExemptionRecord, ExemptObject } from "../../admission/exemption-record.ts";
import { objectText, recordLimits, writeRecord } from "../../admission/exemption-record.ts";
import { isInForce } from "../../admission/exemption-records.ts";
import { recordWords } from "../../admission/record-words.ts";
import { ApiError, clusterReason, TransportError } from "../../cluster/api-error.ts";
import { auditWords } from "../../cluster/audit/words.ts";
import { ClusterClient } from "../../cluster/client.ts";
import type { NamedKind } from "../../cluster/discovery.ts";
import { ExemptionStore, TooManyRecordsError, whoAmI } from "../../cluster/exemption-store.ts";
import { kindOfWord } from "../../cluster/kind-word.ts";
import { momentText } from "../../config/moment.ts";
import { parseDuration } from "../../json/duration.ts";
import type { Language } from "../../messages/language.ts";
import { printable } from "../../reporters/printable.ts";
import type { NamespacedName } from "../../resources/identity.ts";
import { writeTo } from "../output.ts";
import { releasePlace } from "../release-place.ts";
import { type ParsedOptions, parseOptions, UsageError } from "../usage.ts";
import { refuseNeverJudged, warningOf } from "./exempt-object.ts";
import { exemptOptions } from "./exempt-options.ts";
import { type ExemptWords, exemptWords } from "./exempt-words.ts";

const shortest = 60_000;

/** `paddlock exempt`: writes, lists and ends the records of break-glass. 0 where that was done; else it throws. */
export async function exemptCommand(words: readonly string[], language: Language): Promise<number> {
  const options = await parseOptions(words, exemptOptions, language);
  const say = exemptWords[language];
  const task = taskOf(options, say);
  const client = ClusterClient.connect({
    kubeconfig: options.text("kubeconfig"),
    context: options.text("kube-context"),
    language,
  });
  let place: NamespacedName | undefined;
  try {
    const said = { configMap: options.text("config-map"), namespace: options.text("release-namespace") };
    place = await releasePlace(said, client, "exemptions", language);
    const store = new ExemptionStore(client, place);
    if (task.what === "list") await list(store, options, say, language);
    else {
      const { object, kind } = await objectOf(client, options, task.object, say);
      if (task.what === "end") await end(client, store, object, say);
      else {
        await refuseNeverJudged(client, { object, kind, place, language, say });
        await add(client, store, object, task, say);
        const warning = await warningOf(client, object, kind, say);
        if (warning !== null) writeTo(2, [`${printable(warning)}\n`]);
      }
    }
    return 0;
  } catch (error) {
    const server = client.kubeConfig.getCurrentCluster()?.server ?? "";
    if (error instanceof TransportError)
      throw new UsageError(auditWords[language].unreachable(server, clusterReason(error, language)));
    const reason = refusalText(error, place, say, language);
    throw reason === null ? error : new UsageError(reason);
  } finally {
    client.close();
  }
}

type Task =
  | { readonly what: "list" }
  | { readonly what: "end"; readonly object: string }
  | { readonly what: "add"; readonly object: string; readonly duration: number; readonly reason: string };

function taskOf(options: ParsedOptions, say: ExemptWords): Task {
  const [object, more] = options.operands;
  const end = options.text("end");
  const list = options.flag("list");
  if (more !== undefined) throw new UsageError(say.oneObject(more));
  if (list || end !== undefined) {
    const stray = ["for", "reason"].find((name) => options.flag(name));
    if (stray !== undefined || object !== undefined || (list && end !== undefined)) {
      throw new UsageError(say.alone(list ? "--list" : "--end", stray === undefined ? "KIND/NAME" : `--${stray}`));
    }
    return end === undefined ? { what: "list" } : { what: "end", object: end };
  }
  if (object === undefined) throw new UsageError(say.needsObject);
  const reason = (options.text("reason") ?? "").trim();
  if (reason === "") throw new UsageError(say.needsReason);
  if (reason.length > recordLimits.reason) throw new UsageError(say.longReason(recordLimits.reason));
  return { what: "add", object, duration: durationOf(options.text("for"), say), reason };
}

function durationOf(written: string | undefined, say: ExemptWords): number {
  if (written === undefined) throw new UsageError(say.needsDuration);
  const duration = parseDuration(written);
  if (duration === null || duration < shortest) throw new UsageError(say.noDuration(written));
  if (duration > recordLimits.duration) throw new UsageError(say.tooLong(written));
  return duration;
}

/** What `deployment/ocr` means in this cluster; it need not exist yet. */
async function objectOf(
  client: ClusterClient,
  options: ParsedOptions,
  written: string,
  say: ExemptWords,
): Promise<{ readonly object: ExemptObject; readonly kind: NamedKind }> {
  const [, word, name] = /^([^/]+)\/([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)$/.exec(written) ?? [];
  if (word === undefined || name === undefined) throw new UsageError(say.noObject(written));
  const found = await kindOfWord(client, word);
  if ("unknown" in found) throw new UsageError(say.unknownKind(word, found.unknown));
  if ("ambiguous" in found) throw new UsageError(say.ambiguousKind(word, found.ambiguous));
  const { group, kind, namespaced } = found.kind;
  const { kubeConfig } = client;
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  const namespace = options.text("namespace") ?? context?.namespace ?? "default";
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) throw new UsageError(say.noNamespace(namespace));
  return { object: { group, kind, namespace: namespaced ? namespace : null, name }, kind: found.kind };
}

async function add(
  client: ClusterClient,
  store: ExemptionStore,
  object: ExemptObject,
  { duration, reason }: Extract<Task, { what: "add" }>,
  say: ExemptWords,
): Promise<void> {
  const { user, now } = await whoAmI(client);
  const record = { ...object, from: now.getTime(), until: now.getTime() + duration, reason, by: user };
  const replaced = await store.add(record, now);
  writeTo(1, [`${say.added(objectText(object), object.namespace, momentText(record.until))}\n`]);
  for (const { until, by, reason } of replaced) {
    writeTo(1, [`${printable(say.replaced(momentText(until), by, reason))}\n`]);
  }
}

async function end(
  client: ClusterClient,
  store: ExemptionStore,
  object: ExemptObject,
  say: ExemptWords,
): Promise<void> {
  const { now } = await whoAmI(client);
  const ended = await store.end(object, now);
  if (ended.length === 0) throw new UsageError(say.noRecord(objectText(object), object.namespace));
  writeTo(1, [`${say.ended(objectText(object), object.namespace)}\n`]);
}

async function list(
  store: ExemptionStore,
  options: ParsedOptions,
  say: ExemptWords,
  language: Language,
): Promise<void> {
  const { records, broken } = await store.read();
  const namespace = options.text("namespace");
  const shown = records
    .filter((record) => namespace === undefined || record.namespace === namespace)
    .sort((a, b) => a.until - b.until);
  const json = options.text("format") === "json";
  const now = new Date();
  const line = (record: ExemptionRecord): string => {
    if (json) return writeRecord(record);
    const state = isInForce(record, now) ? say.until(momentText(record.until)) : say.expired(momentText(record.until));
    const where = record.namespace === null ? objectText(record) : `${record.namespace} ${objectText(record)}`;
    return printable(`${where}  ${state}  ${say.byWhom(record.by, record.reason)}`);
  };
  writeTo(
    1,
    shown.map((record) => `${line(record)}\n`),
  );
  if (shown.length === 0 && !json) {
    const none = namespace === undefined || records.length === 0 ? say.none : say.noneIn(namespace, records.length);
    writeTo(2, [`${none}\n`]);
  }
  for (const { key, say: why } of broken) {
    writeTo(2, [`${printable(say.broken(key, why(recordWords[language])))}\n`]);
  }
}

/** What went wrong in words; null for what is a bug. */
function refusalText(
  error: unknown,
  place: NamespacedName | undefined,
  say: ExemptWords,
  language: Language,
): string | null {
  if (error instanceof UsageError) return error.message;
  const where = place === undefined ? "" : `${place.namespace}/${place.name}`;
  if (error instanceof TooManyRecordsError) return say.full(where, error.count);
  if (!(error instanceof ApiError)) return null;
  const reason = clusterReason(error, language);
  return error.status === 403 ? say.forbidden(where, reason) : say.refused(where, reason);
}
