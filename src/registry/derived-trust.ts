import { isIP } from "node:net";
import type { Reach } from "./address.ts";
import type { Connection, HostTrust } from "./connections.ts";
import type { Endpoint, Endpoints } from "./endpoint.ts";
import { RegistryError, type RegistryPlace } from "./registry-error.ts";
import type { RegistryDetail } from "./words.ts";

/** Of the connections only what an address turned out to be. */
interface Reached {
  to(url: URL, trust: HostTrust, place: RegistryPlace): Promise<Pick<Connection, "kind">>;
}

/**
 * Whom to trust at a URL that a registry leads to, by a redirect or as its token server. Another host gets no further
 * than the registry itself: public addresses from a public registry, private ones from a private one, this machine only
 * from this machine; and plain HTTP only from a registry with plain HTTP.
 *
 * @throws RegistryError (not-allowed)
 */
export async function trustAt(
  url: URL,
  endpoint: Endpoint,
  known: { readonly endpoints: Endpoints; readonly connections: Reached },
  place: RegistryPlace,
): Promise<HostTrust> {
  if (url.origin === endpoint.url.origin) return endpoint.trust;
  if (url.username !== "" || url.password !== "") throw notAllowed(place, (say) => say.leadsToLogin(url.host));
  const named = known.endpoints.trustOf(url);
  if (named !== null) return named;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && endpoint.insecure)) {
    throw notAllowed(place, (say) => say.leadsToPlain(url.host));
  }
  const { kind } = await known.connections.to(endpoint.url, endpoint.trust, place);
  const address = kind();
  const reach: Reach = address === "never" ? "public" : address;
  return { reach, ca: endpoint.trust.ca, alsoSystem: true };
}

/** Second-level names below which anybody can register: `co.uk` is no one's own. */
const SHARED = /^(?:ac|co|com|edu|gov|net|or|org)\.[a-z]{2}$/;

/**
 * Whether two hosts belong to one service as far as their names tell: the same name with whatever port, or one is
 * at or below the parent domain of the other's, as `auth.docker.io` is for `registry-1.docker.io`.
 */
export function sameService(registry: URL, other: URL): boolean {
  if (registry.hostname === other.hostname) return true;
  if (isIP(other.hostname.replace(/^\[|\]$/g, "")) !== 0) return false;
  const parent = registry.hostname.slice(registry.hostname.indexOf(".") + 1);
  const site = parent.includes(".") && !SHARED.test(parent) ? parent : registry.hostname;
  if (!site.includes(".") || isIP(registry.hostname) !== 0) return false;
  return other.hostname === site || other.hostname.endsWith(`.${site}`);
}

function notAllowed(place: RegistryPlace, detail: RegistryDetail): RegistryError {
  return new RegistryError("not-allowed", place, { detail });
}
