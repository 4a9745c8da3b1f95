import type { SignatureFact } from "../../contract/input.generated.ts";
import type { WorkloadModel } from "../../workloads/workload-model.ts";
import type { Fact, Told } from "../terms/fact.ts";

/** What was found out about the signatures of an image, by its reference as written; null where nothing was asked. */
export type Signatures = (reference: string) => SignatureFact | null;

/** What was found out about all images of a run, by reference. Plain data that can be handed to another thread. */
export interface SignatureFacts {
  readonly [reference: string]: SignatureFact;
}

/** What is known of the signatures of each image. */
export const signatures: Fact<SignatureFacts> = {
  name: "signatures",
  block: "signatures",
  questions: ({ workload }) => imagesOf(workload),
  join(draft, { workload }, _context, told) {
    if (told === null || workload === null) return false;
    for (const pod of draft.workload?.pods ?? []) {
      pod.images = pod.images.map((image) => ({ ...image, signature: factOf(told, image.reference) }));
    }
    return true;
  },
};

/** The images of a workload that can be looked up: a template stands for one that is not known yet. */
export function imagesOf(workload: WorkloadModel | null): string[] {
  const images = workload?.pods.flatMap((pod) => pod.images) ?? [];
  return images
    .filter((image) => image.class !== "template" && image.problem !== "template")
    .map(({ reference }) => reference);
}

/** The signatures among what was found out; null where there is no signature policy. */
export function signaturesIn(told: Told | undefined): Signatures | null {
  const facts = told?.[signatures.name] as SignatureFacts | undefined;
  return facts === undefined ? null : (reference) => factOf(facts, reference);
}

/** An image that nobody asked about is a template, or was forgotten; neither is taken for signed. */
const unasked: SignatureFact = {
  state: "unknown",
  reason: "template",
  detail: "",
  policies: [],
  digest: null,
  action: "deny",
};

function factOf(facts: SignatureFacts, reference: string): SignatureFact {
  return Object.hasOwn(facts, reference) ? (facts[reference] ?? unasked) : unasked;
}
