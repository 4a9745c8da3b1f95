import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** What an address is reached by; `never`: link-local, metadata of a cloud, or no address of one machine. */
export type AddressKind = "public" | "private" | "loopback" | "never";

/** How far connections may go: `private` includes public addresses, `loopback` all but those that are never allowed. */
export type Reach = "public" | "private" | "loopback";

const FURTHER: Readonly<Record<Reach, readonly AddressKind[]>> = {
  public: ["public"],
  private: ["public", "private"],
  loopback: ["public", "private", "loopback"],
};

/** Where clouds serve a machine's credentials, beside the link-local addresses. */
const METADATA: ReadonlySet<string> = new Set([
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  "fd00:ec2::254",
  "fd20:ce::254",
]);

/** What an IP address in text is; IPv6 forms that carry an IPv4 address are what that one is. */
export function addressKind(text: string): AddressKind {
  if (!ipaddr.isValid(text)) return "never";
  const address = embedded(ipaddr.process(text));
  if (METADATA.has(address.toString())) return "never";
  switch (address.range()) {
    case "unicast":
      return "public";
    case "private":
    case "uniqueLocal":
    case "carrierGradeNat":
      return "private";
    case "loopback":
      return "loopback";
    default:
      return "never";
  }
}

function embedded(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (!(address instanceof ipaddr.IPv6)) return address;
  const bytes = address.toByteArray();
  if (address.range() === "rfc6052") return new ipaddr.IPv4(bytes.slice(12));
  if (address.range() === "6to4") return new ipaddr.IPv4(bytes.slice(2, 6));
  return address;
}

/** Whether a connection of this reach may go to such an address. */
export function within(reach: Reach, kind: AddressKind): boolean {
  return FURTHER[reach].includes(kind);
}

/** Whether a name in a URL says by itself that it means this machine. */
export function namesLoopback(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, "");
  if (isIP(name) !== 0) return addressKind(name) === "loopback";
  return name === "localhost" || name.endsWith(".localhost");
}
