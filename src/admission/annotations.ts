import type { Signatures } from "../facts/signatures/fact.ts";
import type { Finding } from "../findings/finding.ts";
import { printable } from "../reporters/printable.ts";
import type { Verdict } from "./verdict.ts";

/** In UTF-16 code units: an audit log has a line a request. */
const longest = 4_000;

/**
 * What the audit log keeps of the findings: `violations`, `inherited` (what made the object had them before its namespace was
 * enforced), `notes`, `not-judged`, `waived`, each only where there are some.
 * @param until when what is inherited ends to be let in; null: never
 */
export function findingAnnotations(verdict: Verdict, user: string, until: string | null): { [key: string]: string } {
  const { denied, told, waived, graced } = verdict;
  const notJudged = [...denied, ...told].filter(({ outcome }) => outcome === "not-judged");
  return present({
    violations: listed(
      denied.filter(({ outcome }) => outcome === "violation"),
      described,
    ),
    inherited: listed([...graced], (finding) => `${described(finding)}${until === null ? "" : ` until ${until}`}`),
    notes: listed(
      told.filter((finding) => finding.outcome === "violation" && !graced.has(finding)),
      (finding) => `${finding.level} ${described(finding)}`,
    ),
    "not-judged": listed(notJudged, described),
    waived: listed(waived, (finding) => `${described(finding)}: ${waiverOf(finding)}, requested by ${user}`),
  });
}

/** Which images were verified, and as which content: the digest that the name stood for then. */
export function verifiedImages(images: readonly string[], signatures: Signatures): string {
  const verified = images.flatMap((image) => {
    const fact = signatures(image);
    return fact?.state === "verified" ? { image, digest: fact.digest } : [];
  });
  return listed(verified, ({ image, digest }) =>
    digest === null || image.includes(digest) ? image : `${image} ${digest}`,
  );
}

function described({ rule, path, container }: Finding): string {
  return container === null ? `${rule} ${path}` : `${rule} ${path} (${container.name})`;
}

/** By whom, why and until when. */
function waiverOf({ waiver }: Finding): string {
  if (waiver === undefined) return "";
  const until = waiver.expires === undefined ? "" : ` until ${waiver.expires}`;
  return `${waiver.source} "${waiver.reason}"${until}`;
}

/** Items in one line, as many as an audit log may be burdened with. */
export function listed<Item>(items: readonly Item[], describe: (item: Item) => string): string {
  let text = "";
  for (const [index, item] of items.entries()) {
    const next = printable(describe(item));
    if (text.length + next.length > longest) return `${text}; … and ${items.length - index} more`;
    text += text === "" ? next : `; ${next}`;
  }
  return text;
}

function present(annotations: { readonly [key: string]: string }): { [key: string]: string } {
  return Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== ""));
}
