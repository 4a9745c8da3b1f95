import {
  CertificateError,
  type CertificateEvent,
  type CertificatePair,
  type CertificateSource,
} from "./certificate-source.ts";
import { type Clock, systemClock } from "./clock.ts";
import { certificatesIn } from "./pem.ts";
import { readPair } from "./read-pair.ts";
import { ReloadedFiles } from "./reloaded-files.ts";

export interface FileCertificatesOptions {
  readonly clock?: Clock;
  /** Milliseconds between looks at the files, beside the file system's notifications; 10,000 when not given. */
  readonly pollInterval?: number;
  readonly onEvent?: (event: CertificateEvent) => void;
}

/**
 * A certificate with its chain and its key in two PEM files, such as cert-manager's Secret when it is mounted. They
 * are loaded again when they change; a pair that cannot be used is refused, told by an event and by `problem`, and
 * the old one stays in use.
 * @throws CertificateError where the first pair cannot be used.
 */
export async function fileCertificates(
  certFile: string,
  keyFile: string,
  options: FileCertificatesOptions = {},
): Promise<CertificateSource> {
  const { clock = systemClock, pollInterval = 10_000, onEvent = () => {} } = options;
  return ReloadedFiles.open<CertificatePair>({
    paths: [certFile, keyFile],
    files: "serving",
    parse: ([cert = "", key = ""]) => readPair(cert, key, clock.now()),
    clock,
    pollInterval,
    onEvent,
  });
}

/** The authorities whose client certificates a server takes. */
export interface ClientAuthorities {
  /** PEM, one or more certificates. */
  readonly current: string;
  /** Why the newest file is not in use; null when all is well. */
  readonly problem: string | null;
  onChange(listener: (authorities: string) => void): void;
  close(): Promise<void>;
}

/**
 * A PEM file of authorities, watched and loaded again like a pair of files. A file where every certificate has expired
 * is refused.
 * @throws CertificateError where the file cannot be used at the start.
 */
export async function fileClientAuthorities(
  file: string,
  options: FileCertificatesOptions = {},
): Promise<ClientAuthorities> {
  const { clock = systemClock, pollInterval = 10_000, onEvent = () => {} } = options;
  return ReloadedFiles.open<string>({
    paths: [file],
    files: "client",
    parse: ([text = ""]) => readAuthorities(text, clock.now()),
    clock,
    pollInterval,
    onEvent,
  });
}

function readAuthorities(text: string, now: Date): string {
  const certificates = certificatesIn(text);
  if (certificates.every(({ validToDate }) => validToDate <= now)) throw new CertificateError((say) => say.allExpired);
  const other = certificates.find(({ ca }) => !ca);
  if (other !== undefined) throw new CertificateError((say) => say.noAuthority(other.subject));
  return text;
}
