import type { FakeApiServer } from "./fake-api-server.ts";
import { mutatingPath, webhookPath } from "./fake-api-server.ts";

interface Webhook {
  readonly name: string;
  readonly clientConfig: { caBundle?: string };
}

export function webhooksOf(api: FakeApiServer, path: string = webhookPath): Webhook[] {
  return api.get(path).webhooks as Webhook[];
}

/** The bundle (PEM) that the API server has now for its first webhook; empty where it has none. */
export function bundleOf(api: FakeApiServer): string {
  return Buffer.from(webhooksOf(api)[0]?.clientConfig.caBundle ?? "", "base64").toString();
}

/** Takes the bundle away, as an upgrade that renders the configuration anew may. */
export function resetBundles(api: FakeApiServer): void {
  for (const path of [webhookPath, mutatingPath])
    api.change(path, (object) => {
      for (const { clientConfig } of object.webhooks as Webhook[]) delete clientConfig.caBundle;
    });
}

/** Gives every webhook this bundle (PEM). */
export function setBundles(api: FakeApiServer, bundle: string): void {
  for (const path of [webhookPath, mutatingPath])
    api.change(path, (object) => {
      for (const { clientConfig } of object.webhooks as Webhook[])
        clientConfig.caBundle = Buffer.from(bundle).toString("base64");
    });
}

/** The Secret's texts. */
export function secretTexts(api: FakeApiServer, path: string): Record<string, string> {
  const data = (api.get(path).data ?? {}) as Record<string, string>;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}

export function authoritiesIn(pem: string): string[] {
  return pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
}
