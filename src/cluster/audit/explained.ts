import { createHash } from "node:crypto";
import { judgedPart } from "../../admission/change.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";

/** What an owner has itself, by which it explains what its objects have. Hashes, for there are as many as findings. */
export type Explanation = ReadonlySet<string>;

/**
 * The categories of rules by which an object with pods is judged beside its owner: what may run, as whom, and who may connect to
 * it. The others are about what a workload does as a whole, which its owner says.
 */
const categories: ReadonlySet<string | undefined> = new Set(["images", "security", "network"]);

const nothing: Explanation = new Set();

/** @param findings all of an owner's, waived or not */
export function explanationOf(findings: readonly Finding[]): Explanation {
  return findings.length === 0 ? nothing : new Set(findings.map(keyOf));
}

/**
 * What an object has that its owner does not explain. Anyone can write an owner into his own object, with the uid of one
 * that is there, so that the owner is judged in its place: what the owner's own template lacks was made by no controller.
 * @param categoryOf of a rule; null: the object has no pods, and is judged by all rules
 */
export function unexplained(
  findings: readonly Finding[],
  owner: Explanation,
  categoryOf: ((rule: string) => string | undefined) | null,
): readonly Finding[] {
  return findings.filter(
    (finding) =>
      finding.outcome === "violation" &&
      finding.level !== "info" &&
      (categoryOf === null || categories.has(categoryOf(finding.rule))) &&
      !owner.has(keyOf(finding)),
  );
}

/**
 * The same rule on the same container, with the same words and values; where in the object it stands, differs. An image
 * is the same in whatever container, as kinds of their own call theirs otherwise than their pods do.
 */
function keyOf({ rule, container, message, args }: Finding): string {
  const of = container === null ? null : [container.role, container.name];
  return digest(JSON.stringify(typeof args.image === "string" ? [rule, args.image] : [rule, of, message, args]));
}

/** Texts are told apart that others wrote, so that none can be made to look like another. */
function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 24);
}

/**
 * The same for Pods that are judged alike. Their nodes and the names of their tokens' volumes are each their own, and no
 * rule of those above reads them.
 */
export function podDigest(object: JsonObject): string {
  const { spec, metadata } = judgedPart(object);
  const { nodeName: _node, hostname: _host, ...rest } = objectOf(spec);
  const text = JSON.stringify([metadata ?? null, rest]);
  return digest(text.replaceAll(/kube-api-access-[a-z0-9]{5}/g, "kube-api-access"));
}
