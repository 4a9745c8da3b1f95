import type { SignatureSettings } from "../config/signatures.ts";
import { RegistryError } from "../registry/registry-error.ts";
import type { ImageReference } from "../registry/repository.ts";
import type { PolicyVerdict } from "./policy-verdict.ts";
import type { Detail, DetailWords } from "./terms/detail-words.ts";
import { firstLineIn } from "./terms/material.ts";
import { type Obstacle, obstacleOf, shown } from "./terms/rejection.ts";
import type { SignatureVerdict } from "./terms/signature-fact.ts";

/** A verdict on an image in the terms of facts. @param names of the policies that are for it */
export function verdictOf(
  verdict: PolicyVerdict,
  names: readonly string[],
  digest: string | null,
  { onError }: Pick<SignatureSettings, "onError">,
  say: DetailWords,
): SignatureVerdict {
  if (verdict.state === "verified") {
    const fact = { state: "verified", reason: null, detail: "", policies: names, digest, action: null } as const;
    return { fact, signatures: verdict.evidence };
  }
  const { state, reason, detail } = verdict;
  const action = state === "failed" ? "deny" : onError;
  return { fact: { state, reason, detail: detail(say), policies: names, digest, action }, signatures: [] };
}

const REGISTRY_ANSWERS: ReadonlySet<string> = new Set(["unauthorized", "forbidden", "digest-mismatch"]);

/** Whether a failure is the registry's, and may be another answer the next time. */
export function isAnswerOfRegistry(reason: SignatureVerdict["fact"]["reason"]): boolean {
  return reason !== null && REGISTRY_ANSWERS.has(reason);
}

/** All policies that are for an image must pass; one that says no decides before one that cannot say. */
export function together(verdicts: readonly PolicyVerdict[], names: readonly string[]): PolicyVerdict {
  const index = ["failed", "unknown"]
    .map((state) => verdicts.findIndex((each) => each.state === state))
    .find((at) => at >= 0);
  const name = index === undefined ? "" : (names[index] ?? "");
  const worst = index === undefined ? undefined : verdicts[index];
  if (index !== undefined && worst !== undefined && worst.state !== "verified") {
    return names.length === 1 ? worst : { ...worst, detail: (say) => say.ofPolicy(name, worst.detail(say)) };
  }
  const evidence = verdicts.flatMap((each) => (each.state === "verified" ? each.evidence : []));
  return { state: "verified", evidence, until: null };
}

/** @throws nothing: whatever happens, nobody may take it for a yes */
export function whatHappened(error: unknown, { repository, tag }: ImageReference): Obstacle {
  if (!(error instanceof RegistryError)) return open("protocol", (say) => say.crashed(shown(firstLineIn(error))));
  if (error.kind === "not-found") {
    const name = `${repository.host}/${repository.path}`;
    return { state: "failed", reason: "tag-not-found", detail: (say) => say.noTag(name, shown(tag ?? "")) };
  }
  return obstacleOf(error);
}

export function open(reason: Extract<Obstacle, { state: "unknown" }>["reason"], detail: Detail): Obstacle {
  return { state: "unknown", reason, detail };
}
