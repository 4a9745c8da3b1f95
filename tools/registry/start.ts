import { parseArgs } from "node:util";
import { ToolMissingError } from "../install.ts";
import { type Registry, type RegistryOptions, startRegistry } from "./registry.ts";
import { USER } from "./token-server.ts";

const USAGE = `usage: node tools/registry/start.ts [--kind docker|referrers] [--tls] [--auth none|basic|bearer]

Starts a registry on loopback, and prints what is needed to use it as shell assignments when it is ready: REGISTRY, and
for crane, cosign and the like DOCKER_CONFIG and SSL_CERT_FILE. It ends, and its folder is removed, when this command ends.
The user is ${USER.username}, the password "${USER.password}".
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kind: { type: "string", default: "referrers" },
      tls: { type: "boolean", default: false },
      auth: { type: "string", default: "none" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const registry = await startRegistry({ kind: kindOf(values.kind), tls: values.tls, auth: authOf(values.auth) });
  process.stdout.write(assignments(registry));
  // The loop may have nothing else to wait for.
  const awake = setInterval(() => {}, 60_000);
  await new Promise<unknown>((settle) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, settle);
  });
  await registry.stop();
  clearInterval(awake);
}

function assignments({ host, env }: Registry): string {
  return Object.entries({ REGISTRY: host, ...env })
    .map(([name, value]) => `${name}='${value}'\n`)
    .join("");
}

function kindOf(text: string): RegistryOptions["kind"] {
  if (text === "docker" || text === "referrers") return text;
  throw new TypeError(`no kind of registry: ${text}`);
}

function authOf(text: string): RegistryOptions["auth"] {
  if (text === "none" || text === "basic" || text === "bearer") return text;
  throw new TypeError(`no kind of authentication: ${text}`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof TypeError || error instanceof ToolMissingError)) throw error;
  process.stderr.write(`${error.message}\n${error instanceof TypeError ? USAGE : ""}`);
  process.exitCode = 2;
}
