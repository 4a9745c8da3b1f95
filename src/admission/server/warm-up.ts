import type { AdmissionRequest } from "../admission-review.ts";
import { noFacts } from "../review-facts.ts";
import type { Reviewer } from "../reviewer.ts";

/** What is judged when nobody has asked for anything: the kinds that come most. */
const template = {
  metadata: { labels: { app: "warm-up" } },
  spec: { containers: [{ name: "app", image: "registry.example.com/app:1" }] },
};
const kinds = [
  { group: "", kind: "Pod", object: { apiVersion: "v1", kind: "Pod", ...template } },
  {
    group: "apps",
    kind: "Deployment",
    object: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "warm-up" }, spec: { template } },
  },
];

/** Judges a little, so that the first review does not wait for what is compiled on first use. */
export function warmUp(reviewer: Reviewer): void {
  const facts = noFacts();
  for (const { group, kind, object } of kinds) {
    const request: AdmissionRequest = {
      uid: "warm-up",
      operation: "CREATE",
      kind: { group, version: "v1", kind },
      subResource: null,
      namespace: "default",
      name: "warm-up",
      user: { name: "", groups: [] },
      dryRun: true,
      object,
      oldObject: null,
    };
    reviewer.review(request, facts, new Date());
  }
}
