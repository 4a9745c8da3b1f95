import type { AdmissionSettings } from "../config/admission.ts";
import { objectOf, textOf } from "../json/json.ts";
import type { AdmissionRequest } from "./admission-review.ts";
import { type ExemptionRecord, objectText } from "./exemption-record.ts";
import { coveringRecord } from "./exemption-records.ts";
import type { Owner } from "./owner.ts";
import type { ReviewFacts } from "./review-facts.ts";
import { serviceAccountOf } from "./service-account.ts";
import type { AdmissionWords } from "./words.ts";

/** What lets a request in unjudged. */
export type Exemption =
  /** `name`: `root`, `ops`, `argocd/controller`. */
  | { readonly by: "user" | "group" | "serviceAccount"; readonly name: string }
  | { readonly by: "record"; readonly record: ExemptionRecord };

/** As whom or what it is let in: `user root`, `group ops`, `service account argocd/controller`, `deployment.apps/ocr`. */
export function exemptAs(exemption: Exemption, words: AdmissionWords): string {
  return exemption.by === "record" ? objectText(exemption.record) : words[exemption.by](exemption.name);
}

/** As whom a requester is let in unjudged; null: not at all. */
export function exemption({ user }: AdmissionRequest, exempt: AdmissionSettings["exempt"]): Exemption | null {
  if (exempt.users.includes(user.name)) return { by: "user", name: user.name };
  const group = exempt.groups.find((each) => user.groups.includes(each));
  if (group !== undefined) return { by: "group", name: group };
  const account = serviceAccountOf(user.name);
  const called = account === null ? null : `${account.namespace}/${account.name}`;
  return called !== null && exempt.serviceAccounts.includes(called) ? { by: "serviceAccount", name: called } : null;
}

/**
 * The record that lets a request in: of its object, whoever asks, or of what made it, if it is that which asks: what others
 * bring to an object of a controller is none of the record's.
 */
export function exemptionByRecord(
  { kind, namespace, name, object }: AdmissionRequest,
  facts: ReviewFacts,
  owner: () => Owner | null,
  now: Date,
): Exemption | null {
  const records = facts.exemptions?.(namespace) ?? [];
  if (records.length === 0) return null;
  const made = owner();
  const owners = made?.known === true && made.asks ? (facts.owners?.owners ?? []) : [];
  const called = name ?? textOf(objectOf(object?.metadata).name) ?? "";
  const covering = coveringRecord({ ...kind, namespace, name: called }, owners, records, now);
  return covering === null ? null : { by: "record", record: covering.record };
}
