import { type Descriptor, readDescriptors } from "./descriptor.ts";
import { isDigest, referrersTag } from "./digest.ts";
import type { Endpoint } from "./endpoint.ts";
import { parseObject } from "./failure.ts";
import type { Limits } from "./limits.ts";
import { nextLink } from "./link.ts";
import { manifestIn } from "./manifest.ts";
import { MANIFEST_TYPES, mediaTypeOf, REFERRERS_TYPE } from "./media-types.ts";
import { RegistryError, type RegistryPlace } from "./registry-error.ts";
import type { Transfer } from "./transfer.ts";

/** A registry without the API answers 404; some that do not know the path say so in other ways. */
const NO_API: ReadonlySet<number> = new Set([400, 404, 405, 406, 501]);
const NOT_FOUND: ReadonlySet<number> = new Set([404]);
/** Of a list that the registry did not filter, as much is read for one entry that counts. */
const UNFILTERED = 20;

export interface ReferrersRequest {
  readonly digest: string;
  readonly artifactType: string | undefined;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

/**
 * The referrers of a digest at one endpoint, each once. Source: OCI distribution-spec 1.1, "Listing Referrers" and
 * "Unavailable Referrers API".
 *
 * @throws RegistryError: too-many beyond the caps of entries and pages; protocol
 */
export async function listReferrers(
  transfer: Transfer,
  endpoint: Endpoint,
  request: ReferrersRequest,
): Promise<Descriptor[]> {
  const place = { host: endpoint.host, repository: endpoint.repository.path };
  if (!isDigest(request.digest))
    throw new RegistryError("protocol", place, { detail: (say) => say.referrersOfNothing });
  const listed = (await byApi(transfer, endpoint, request, place)) ?? (await byTag(transfer, endpoint, request, place));
  const { artifactType } = request;
  const wanted = artifactType === undefined ? listed : listed.filter((each) => each.artifactType === artifactType);
  const unique = [...new Map(wanted.map((each) => [each.digest, each])).values()];
  return atMost(unique, request.limits.entries, place);
}

/** Null where the registry has no such API. */
async function byApi(
  transfer: Transfer,
  endpoint: Endpoint,
  { digest, artifactType, limits, signal }: ReferrersRequest,
  place: RegistryPlace,
): Promise<Descriptor[] | null> {
  const found: Descriptor[] = [];
  const query = artifactType === undefined ? "" : `?artifactType=${encodeURIComponent(artifactType)}`;
  const first = `/v2/${endpoint.repository.path}/referrers/${digest}`;
  let path = `${first}${query}`;
  let filtered = artifactType === undefined;
  for (let page = 1; page <= limits.pages; page++) {
    const accept = [REFERRERS_TYPE];
    const read = { method: "GET", path, accept, most: limits.manifestBytes, signal } as const;
    const answer = await transfer.read(endpoint, read, page === 1 ? NO_API : undefined);
    // Behind some front ends an unknown path is a page for people, with status 200.
    if (page === 1 && (answer.status !== 200 || mediaTypeOf(answer.headers["content-type"]) !== REFERRERS_TYPE))
      return null;
    if (mediaTypeOf(answer.headers["content-type"]) !== REFERRERS_TYPE) {
      throw new RegistryError("protocol", place, { detail: (say) => say.referrersPage });
    }
    filtered ||= headerValues(answer.headers["oci-filters-applied"]).some((value) =>
      /(?:^|,)\s*artifactType\s*(?:,|$)/.test(value),
    );
    const most = limits.entries * (filtered ? 1 : UNFILTERED);
    found.push(...readDescriptors(parseObject(answer.body, place), "manifests", most, place));
    atMost(found, most, place);
    const next = nextLink(headerValues(answer.headers.link));
    if (next === null) return found;
    path = pageAfter(next, new URL(path, endpoint.url), place);
  }
  throw new RegistryError("too-many", place, { detail: (say) => say.referrersPages(limits.pages) });
}

/** The next page, which is at the same registry, and of the same list. */
function pageAfter(link: string, page: URL, place: RegistryPlace): string {
  const next = URL.canParse(link, page.href) ? new URL(link, page) : null;
  if (next === null || next.origin !== page.origin || next.pathname !== page.pathname) {
    throw new RegistryError("protocol", place, { detail: (say) => say.referrersElsewhere });
  }
  return `${next.pathname}${next.search}`;
}

async function byTag(
  transfer: Transfer,
  endpoint: Endpoint,
  { digest, limits, signal }: ReferrersRequest,
  place: RegistryPlace,
): Promise<Descriptor[]> {
  const path = `/v2/${endpoint.repository.path}/manifests/${referrersTag(digest)}`;
  const read = { method: "GET", path, accept: MANIFEST_TYPES, most: limits.manifestBytes, signal } as const;
  const answer = await transfer.read(endpoint, read, NOT_FOUND);
  if (answer.status === 404) return [];
  // What is no index has no such list.
  const index = manifestIn(answer, null, place);
  return readDescriptors(index.json, "manifests", limits.entries * UNFILTERED, place);
}

function headerValues(header: string | string[] | undefined): string[] {
  return header === undefined ? [] : [header].flat();
}

function atMost(found: Descriptor[], most: number, place: RegistryPlace): Descriptor[] {
  if (found.length <= most) return found;
  throw new RegistryError("too-many", place, { detail: (say) => say.referrers(most) });
}
