import type { SignatureFact } from "../../contract/input.generated.ts";

/** What was found out about the signatures of an image, by its reference as written; null where nothing was asked. */
export type Signatures = (reference: string) => SignatureFact | null;

/** What was found out about all images of a run, by reference. Plain data that can be handed to another thread. */
export interface SignatureFacts {
  readonly [reference: string]: SignatureFact;
}

/** Where there is no signature policy. */
export const noSignatures: Signatures = () => null;

/** An image that nobody asked about is a template, or was forgotten; neither is taken for signed. */
const unasked: SignatureFact = {
  state: "unknown",
  reason: "template",
  detail: "",
  policies: [],
  digest: null,
  action: "deny",
};

/** The facts as rules are told them. Null: there is no signature policy. */
export function signaturesFrom(facts: SignatureFacts | null): Signatures {
  if (facts === null) return noSignatures;
  return (reference) => (Object.hasOwn(facts, reference) ? (facts[reference] ?? unasked) : unasked);
}
