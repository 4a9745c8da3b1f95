import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { StaticAdmissionError } from "./static-admission-error.ts";
import type { StaticAdmissionWords } from "./words.ts";

/** Where the API server calls the webhook. */
export interface HookAddress {
  /** `https://HOST:PORT/validate`, as it goes into the files. */
  readonly url: string;
  /** A DNS name, or an IP address without brackets. */
  readonly host: string;
  /** Whether each API server then asks a webhook of its own machine. */
  readonly loopback: boolean;
}

const path = "/validate";

/**
 * Reads the URL of a webhook that is called before the cluster has Services or DNS.
 * @throws StaticAdmissionError for what the API server refuses in a file, and for what nobody answers at that time.
 */
export function hookAddress(written: string, words: StaticAdmissionWords): HookAddress {
  const url = URL.parse(written);
  if (url === null || url.protocol !== "https:" || url.port === "0" || !/^https:\/\/[^/]/i.test(written)) {
    throw new StaticAdmissionError(words.notHttps(written));
  }
  if (url.username !== "" || url.password !== "") throw new StaticAdmissionError(words.userInUrl);
  if (written.includes("?") || written.includes("#")) throw new StaticAdmissionError(words.queryInUrl(written));
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  if (isServiceName(host)) throw new StaticAdmissionError(words.serviceName(host));
  if (host === "0.0.0.0" || host === "::") throw new StaticAdmissionError(words.anyAddress(host));
  if (url.pathname !== "/" && url.pathname !== path)
    throw new StaticAdmissionError(words.otherPath(url.pathname, path));
  return { url: `https://${url.host}${path}`, host, loopback: isLoopback(host) };
}

/** Names that the cluster's own DNS resolves, which an API server does not ask; those of a domain of its own cannot be told. */
function isServiceName(host: string): boolean {
  return isIP(host) === 0 && /\.svc$|\.cluster\.local$/.test(host);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || (isIP(host) !== 0 && ipaddr.process(host).range() === "loopback");
}
