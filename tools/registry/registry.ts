import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, issueServing } from "../../src/admission/certificates/issue.ts";
import type { RegistrySettings } from "../../src/config/signatures.ts";
import { freePort } from "../cluster/free-ports.ts";
import { ProcessGroup } from "../cluster/processes.ts";
import { dockerRegistry, referrersRegistry } from "./binaries.ts";
import { createSelfSigned } from "./certificates.ts";
import { gate } from "./gate.ts";
import { ISSUER, SERVICE, TokenServer, USER } from "./token-server.ts";

export interface RegistryOptions {
  /** `docker`: Debian's docker-registry, without the referrers API; `referrers`: go-containerregistry's, with it. */
  readonly kind: "docker" | "referrers";
  /** With a certificate of an authority of its own, for 127.0.0.1 and localhost; plain HTTP otherwise. */
  readonly tls?: boolean;
  readonly auth?: "none" | "basic" | "bearer";
  /** Of `docker`: the registry, with plain HTTP and open to all, that it is a pull-through cache of. */
  readonly cacheOf?: Registry;
}

/** A registry that runs on loopback, empty at first. It ends with this process, however that ends. */
export interface Registry {
  /** `127.0.0.1:PORT`; with Bearer `localhost:PORT`. */
  readonly host: string;
  readonly url: string;
  readonly folder: string;
  /** The authority that its certificate is issued by, a PEM file; null with plain HTTP. */
  readonly ca: string | null;
  /** A docker `config.json` with the user's credentials; empty where none are asked for. */
  readonly dockerConfig: string;
  /** For programs written in Go, such as crane and cosign: where they find the credentials and the authority. */
  readonly env: Readonly<Record<string, string>>;
  /** As the configuration names it, without credentials. */
  readonly settings: RegistrySettings;
  stop(): Promise<void>;
}

/** Of the user's password, by bcrypt, the only way that docker-registry reads. */
const HASH = "$2y$05$fHd2wTmacOos2dp0F6Xs2e124n1mpYnqZSwFRxLPaOPPu7ufXPEKS";

/** Starts a registry, and waits until it answers. @throws ToolMissingError where its program cannot be had */
export async function startRegistry({ kind, tls = false, auth = "none", cacheOf }: RegistryOptions): Promise<Registry> {
  const command = kind === "docker" ? dockerRegistry() : referrersRegistry();
  const folder = mkdtempSync(join(tmpdir(), "paddlock-registry-"));
  const processes = new ProcessGroup(folder);
  const servers: Server[] = [];
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => once(server.close(), "close")));
      await processes.end();
    })();
    return stopping;
  };
  try {
    const files = tls ? await certificateFiles(folder) : null;
    const serve = async (listener: RequestListener): Promise<number> => {
      const server = files === null ? createServer(listener) : createTlsServer(files.pair, listener);
      servers.push(server.listen(0, "127.0.0.1"));
      await once(server, "listening");
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("no port");
      return address.port;
    };
    const scheme = tls ? "https" : "http";
    const tokens = auth === "bearer" ? new TokenServer() : null;
    const realm = tokens === null ? null : `${scheme}://localhost:${await serve(tokens.answer)}/token`;

    let port = await freePort();
    const named = { name: kind, command };
    if (kind === "docker") {
      const configuration = join(folder, "config.json");
      const access = await dockerAccess(folder, auth, realm, tokens);
      const proxy = cacheOf === undefined ? {} : { proxy: { remoteurl: cacheOf.url } };
      writeFileSync(configuration, JSON.stringify(dockerConfiguration(folder, port, files, { ...access, ...proxy })), {
        mode: 0o600,
      });
      await listening(processes.start({ ...named, words: ["serve", configuration] }), port);
    } else {
      const behind = port;
      await listening(processes.start({ ...named, words: [`127.0.0.1:${behind}`] }), behind);
      const asks = tokens === null || realm === null ? (auth === "basic" ? "basic" : "none") : { tokens, realm };
      port = await serve(gate(behind, asks));
    }

    // Clients written in Go take no token server whose name is a private address, unless it is the registry itself.
    const host = `${auth === "bearer" ? "localhost" : "127.0.0.1"}:${port}`;
    const ca = files?.ca ?? null;
    const dockerFolder = join(folder, "docker");
    mkdirSync(dockerFolder);
    const dockerConfig = join(dockerFolder, "config.json");
    const login = Buffer.from(`${USER.username}:${USER.password}`).toString("base64");
    writeFileSync(dockerConfig, JSON.stringify({ auths: auth === "none" ? {} : { [host]: { auth: login } } }), {
      mode: 0o600,
    });
    return {
      host,
      url: `${scheme}://${host}`,
      folder,
      ca,
      dockerConfig,
      env: { DOCKER_CONFIG: dockerFolder, ...(ca === null ? {} : { SSL_CERT_FILE: ca }) },
      settings: { host, insecure: !tls, mirrors: [], ...(ca === null ? {} : { ca }) },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface CertificateFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly pair: { readonly cert: string; readonly key: string };
}

async function certificateFiles(folder: string): Promise<CertificateFiles> {
  const validity = { now: new Date(), life: 86_400_000, clockSkew: 300_000 };
  const authority = await createAuthority(validity);
  const pair = await issueServing(authority, ["127.0.0.1", "localhost"], validity);
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  return {
    ca: write("ca.pem", authority.cert),
    cert: write("tls.pem", pair.cert),
    key: write("tls.key", pair.key),
    pair,
  };
}

/** The part `auth` of docker-registry's configuration. */
async function dockerAccess(
  folder: string,
  auth: RegistryOptions["auth"],
  realm: string | null,
  tokens: TokenServer | null,
): Promise<object> {
  if (auth === "basic") {
    const path = join(folder, "htpasswd");
    writeFileSync(path, `${USER.username}:${HASH}\n`, { mode: 0o600 });
    return { auth: { htpasswd: { realm: "registry", path } } };
  }
  if (tokens === null) return {};
  const rootcertbundle = join(folder, "tokens.pem");
  writeFileSync(rootcertbundle, await createSelfSigned(tokens.privateKeyPem));
  return { auth: { token: { realm, service: SERVICE, issuer: ISSUER, rootcertbundle } } };
}

function dockerConfiguration(folder: string, port: number, files: CertificateFiles | null, more: object): object {
  const tls = files === null ? {} : { tls: { certificate: files.cert, key: files.key } };
  return {
    version: "0.1",
    log: { level: "warn", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "storage") }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: "shared by nobody", ...tls },
    ...more,
  };
}

async function listening(started: ReturnType<ProcessGroup["start"]>, port: number): Promise<void> {
  await started.until(
    () =>
      new Promise((settle) => {
        const socket = connect(port, "127.0.0.1");
        socket.once("connect", () => settle(true)).once("error", () => settle(false));
        socket.once("connect", () => socket.destroy());
      }),
    30,
  );
}
