import { onTestFinished } from "vitest";
import { noCredentials } from "../../src/registry/credentials.ts";
import type { RegistryClient, RegistryClientOptions } from "../../src/registry/registry-client.ts";
import { clientOf, type FakeServer, plainHttp, startServer } from "./fake-registry.ts";

/** A server that is closed when the test ends. */
export async function serverFor(...words: Parameters<typeof startServer>): Promise<FakeServer> {
  const server = await startServer(...words);
  onTestFinished(() => server.close());
  return server;
}

/** A client that is closed when the test ends. */
export function clientFor(...words: Parameters<typeof clientOf>): RegistryClient {
  const client = clientOf(...words);
  onTestFinished(() => client.close());
  return client;
}

/** One server with plain HTTP, and a client that may ask it. */
export async function pairFor(
  listener: Parameters<typeof startServer>[0],
  { credentials = noCredentials, limits = {} }: Partial<Pick<RegistryClientOptions, "credentials" | "limits">> = {},
): Promise<{ server: FakeServer; client: RegistryClient; repository: { host: string; path: string } }> {
  const server = await serverFor(listener);
  const client = clientFor([plainHttp(server.host)], { credentials, limits });
  return { server, client, repository: { host: server.host, path: "team/app" } };
}
