import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readReview } from "../../src/admission/admission-review.ts";
import { noFacts, type ReviewFacts, relationOptions } from "../../src/admission/review-facts.ts";
import type { Reviewed } from "../../src/admission/reviewed.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { parseFile } from "../../src/documents/parse-file.ts";
import { objectOf, textOf } from "../../src/json/json.ts";
import type { Language } from "../../src/messages/language.ts";
import { ResourceSet } from "../../src/relations/resource-set.ts";
import { resourcesOf } from "../../src/resources/unpack.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { entriesIn } from "../resources/relation-builders.ts";

export const reviewsFolder: string = join(import.meta.dirname, "../../fixtures/reviews");
export const reviewCases: readonly string[] = readdirSync(reviewsFolder).sort();
/** A day on which none of the fixtures' waivers has ended. */
export const today: Date = new Date("2026-11-24T12:00:00Z");

/** A reviewer with the configuration of a folder, or none. */
export async function reviewerOf(folder: string, language: Language = "en"): Promise<Reviewer> {
  const file = join(folder, "config.yaml");
  const configuration = await loadConfiguration({
    cwd: folder,
    root: folder,
    ...(existsSync(file) ? { file } : {}),
    catalogue: loadCatalogue(),
  });
  return Reviewer.prepare({ configuration, language, bundles: [], kubernetesVersion: "1.34" });
}

/** What a cluster holds of which the objects are all known. */
export function factsOf(yaml: string): ReviewFacts {
  const resources = parseFile(yaml, "yaml").documents.flatMap((document) => resourcesOf(document).resources);
  const entries = resources.flatMap((resource) => {
    const name = `${resource.identity.kind}/${resource.identity.namespace}/${resource.identity.name}`;
    return entriesIn(resource, { path: name, rendering: "" });
  });
  return {
    relations: (namespace) => new ResourceSet(entries, relationOptions(namespace, [])),
    namespaceLabels(name) {
      const found = resources.find(({ identity }) => identity.kind === "Namespace" && identity.name === name);
      return found === undefined ? null : objectOf(objectOf(found.object.metadata).labels);
    },
  };
}

/** The bytes that the API server would send for the request of a case, which is kept as YAML. */
export function bodyOf(name: string): Uint8Array {
  const text = readFileSync(join(reviewsFolder, name, "request.yaml"), "utf8");
  return Buffer.from(JSON.stringify(parseFile(text, "yaml").documents[0]?.value));
}

export async function reviewed(name: string, language: Language = "en"): Promise<Reviewed> {
  const folder = join(reviewsFolder, name);
  const cluster = join(folder, "cluster.yaml");
  const facts = existsSync(cluster) ? factsOf(readFileSync(cluster, "utf8")) : noFacts();
  return (await reviewerOf(folder, language)).review(readReview(bodyOf(name)), facts, today);
}

/** What a denial says to people, or the warnings. */
export function told({ answer: { response } }: Reviewed): string {
  return textOf(response.status?.message) ?? (response.warnings ?? []).join("\n");
}
