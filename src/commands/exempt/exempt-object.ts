import type { ExemptObject } from "../../admission/exemption-record.ts";
import { objectText } from "../../admission/exemption-record.ts";
import { ApiError } from "../../cluster/api-error.ts";
import type { ClusterClient } from "../../cluster/client.ts";
import { type NamedKind, pathOf } from "../../cluster/discovery.ts";
import { namesAt, namespaceThere } from "../../cluster/namespace-there.ts";
import { RegisteredEntries } from "../../cluster/registered-entries.ts";
import { ReleaseConfiguration } from "../../cluster/release-configuration.ts";
import { judgedAs, kindsInScopes } from "../../judging/judged-kinds.ts";
import { customRows } from "../../kinds/custom-kinds.ts";
import type { KindRow } from "../../kinds/pods/kind-row.ts";
import type { Language } from "../../messages/language.ts";
import { nearest } from "../../messages/nearest.ts";
import type { NamespacedName } from "../../resources/identity.ts";
import { neverJudged } from "../audit/never-judged.ts";
import { kindsOf } from "../configuration-text.ts";
import { UsageError } from "../usage.ts";
import type { ExemptWords } from "./exempt-words.ts";

interface Asked {
  readonly object: ExemptObject;
  readonly kind: NamedKind;
  /** Of the records. */
  readonly place: NamespacedName;
  readonly language: Language;
  readonly say: ExemptWords;
}

/**
 * Refuses what no record can let in, for nobody judges it. What may not be looked up is not refused.
 * @throws UsageError; ApiError but for a missing permission, TransportError
 */
export async function refuseNeverJudged(client: ClusterClient, asked: Asked): Promise<void> {
  const { object, kind, place, say } = asked;
  const release = place.name.replace(/-exemptions$/, "");
  if (!mayBeJudged(kind, [])) {
    const custom = await customKinds(client, { namespace: place.namespace, name: `${release}-config` }, asked.language);
    const name = objectText(object).split("/")[0] ?? "";
    const judged = custom === null ? !isOfKubernetes(kind) : mayBeJudged(kind, custom);
    if (!judged) throw new UsageError(say.neverJudgedKind(name));
  }
  if (object.namespace === null) return;
  const why = neverJudged(object.namespace, place.namespace, await excludedNamespaces(client, release));
  if (why !== null) throw new UsageError(say.neverJudged(object.namespace, why));
  const there = await namespaceThere(client, object.namespace);
  if (there.state === "absent") throw new UsageError(say.absentNamespace(object.namespace, there.near));
}

/** What to say of an object that is not there; null: it is, or that may not be seen. @throws ApiError, TransportError */
export async function warningOf(
  client: ClusterClient,
  object: ExemptObject,
  kind: NamedKind,
  say: ExemptWords,
): Promise<string | null> {
  try {
    await client.get(pathOf(kind, object.namespace, object.name));
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 404) return null;
    const near = nearest(object.name, await namesAt(client, pathOf(kind, object.namespace)));
    return say.notThere(objectText(object), object.namespace, near);
  }
}

/** Whether the webhook may be asked about objects of a kind: it is of the table, or of the configuration's rows. */
function mayBeJudged(kind: NamedKind, custom: readonly KindRow[]): boolean {
  return judgedAs(kindsInScopes(new Set(["object"]), custom), kind) !== null && kind.group !== ADMISSION;
}

/** The API server asks no webhook about it. */
const ADMISSION = "admissionregistration.k8s.io";

/** The kinds that the configuration adds; null: they may not be seen, or cannot be told. */
async function customKinds(
  client: ClusterClient,
  place: NamespacedName,
  language: Language,
): Promise<readonly KindRow[] | null> {
  const text = await unlessRefused(new ReleaseConfiguration(client, place).read());
  if (text === null) return null;
  const kinds = await kindsOf(text, language);
  return kinds === null ? null : customRows(kinds);
}

/** Kinds that nobody adds to a configuration, for Kubernetes' own that make pods are in the table. */
function isOfKubernetes({ group }: NamedKind): boolean {
  return ["", "apps", "batch"].includes(group) || group.endsWith(".k8s.io");
}

/** Null: that may not be seen, or the webhook is not registered by that name. */
async function excludedNamespaces(client: ClusterClient, release: string): Promise<readonly string[] | null> {
  return (await unlessRefused(RegisteredEntries.read(client, release)))?.excluded ?? null;
}

async function unlessRefused<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
