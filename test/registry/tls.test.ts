import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthority, issueServing } from "../../src/admission/certificates/issue.ts";
import type { RegistrySettings } from "../../src/config/signatures.ts";
import { Content, digestOf, errorOf, failure, json, plainHttp, plainManifest, send } from "./fake-registry.ts";
import { clientFor, serverFor } from "./world.ts";

const content = new Content();
const BYTES = Buffer.from("a signature");
const BLOB = { digest: digestOf(BYTES), size: BYTES.length };
content.manifest("team/app", plainManifest(), { tag: "1.0" });

let folder = "";
let [ours, others] = ["", ""];
let pair = { cert: "", key: "" };
let elsewhere = { cert: "", key: "" };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "paddlock-registry-"));
  const validity = { now: new Date(), life: 3_600_000, clockSkew: 60_000 };
  const [own, other] = [await createAuthority(validity), await createAuthority(validity)];
  pair = await issueServing(own, ["127.0.0.1"], validity);
  elsewhere = await issueServing(own, ["registry.example.com"], validity);
  [ours, others] = [join(folder, "ours.pem"), join(folder, "others.pem")];
  writeFileSync(ours, own.cert);
  writeFileSync(others, other.cert);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function overTls(host: string, ca?: string): RegistrySettings {
  return { host, insecure: false, mirrors: [], ...(ca === undefined ? {} : { ca }) };
}

describe("TLS", () => {
  it("trusts a registry by its own authority", async () => {
    const { host } = await serverFor(content.answer, pair);
    const client = clientFor([overTls(host, ours)]);
    expect((await client.manifest({ host, path: "team/app" }, "1.0")).json).toEqual(plainManifest());
  });

  it("refuses a certificate of another authority, of an unknown one, and for another name", async () => {
    const own = await serverFor(content.answer, pair);
    const named = await serverFor(content.answer, elsewhere);
    for (const settings of [overTls(own.host, others), overTls(own.host), overTls(named.host, ours)]) {
      const error = await errorOf(clientFor([settings]).manifest({ host: settings.host, path: "team/app" }, "1.0"));
      expect(error.kind).toBe("refused");
      expect(error.message).toMatch(/\(TLS: [A-Z_]+\)$/);
    }
    expect([...own.asked, ...named.asked]).toEqual([]);
  });

  it("never falls back to plain HTTP, on localhost either", async () => {
    const { host, asked } = await serverFor(content.answer);
    for (const name of [host, host.replace("127.0.0.1", "localhost")]) {
      const client = clientFor([], { allow: [name] });
      expect((await errorOf(client.manifest({ host: name, path: "team/app" }, "1.0"))).kind).toBe("refused");
    }
    expect(asked).toEqual([]);
  });

  it("says that a CA file cannot be used, and tries it again the next time", async () => {
    const { host } = await serverFor(content.answer, pair);
    const file = join(folder, "later.pem");
    const client = clientFor([overTls(host, file)]);
    const error = await errorOf(client.manifest({ host, path: "team/app" }, "1.0"));
    expect(error).toMatchObject({ kind: "refused", message: expect.stringContaining(file) });
    writeFileSync(file, "no certificate");
    expect((await errorOf(client.manifest({ host, path: "team/app" }, "1.0"))).kind).toBe("refused");
    writeFileSync(file, await import("node:fs").then(({ readFileSync }) => readFileSync(ours)));
    expect((await client.manifest({ host, path: "team/app" }, "1.0")).json).toEqual(plainManifest());
  });

  it("does not follow from TLS to plain HTTP, for content or for a token", async () => {
    const plain = await serverFor((request, response) => send(request, response, BYTES, {}));
    const redirecting = await serverFor((request, response) => {
      if (request.url === "/v2/") return json(response, 200, {});
      response.writeHead(307, { location: `${plain.url}/x` }).end();
    }, pair);
    const challenging = await serverFor((_, response) => {
      failure(response, 401, "UNAUTHORIZED", { "www-authenticate": `Bearer realm="${plain.url}/token"` });
    }, pair);
    for (const { host } of [redirecting, challenging]) {
      // Not even where that host is named, for TLS.
      for (const allow of [[], [plain.host]]) {
        const client = clientFor([overTls(host, ours)], { allow });
        expect((await errorOf(client.blob({ host, path: "team/app" }, BLOB))).kind).toBe("not-allowed");
      }
    }
    expect(plain.asked).toEqual([]);
  });

  it("trusts a store and a token server beside the registry by the registry's authority", async () => {
    const store = await serverFor((request, response) => send(request, response, BYTES, {}), pair);
    const realm = await serverFor((_, response) => json(response, 200, { token: "t" }), pair);
    const { host } = await serverFor((request, response) => {
      if (request.headers.authorization === "Bearer t")
        return void response.writeHead(307, { location: store.url }).end();
      failure(response, 401, "UNAUTHORIZED", { "www-authenticate": `Bearer realm="${realm.url}/token"` });
    }, pair);
    const got = await clientFor([overTls(host, ours)]).blob({ host, path: "team/app" }, BLOB);
    expect(Buffer.from(got).toString()).toBe("a signature");
    expect(store.shown).toEqual([undefined]);
  });

  it("asks a host that is configured with plain HTTP by nothing else", async () => {
    const { host } = await serverFor(content.answer, pair);
    expect((await errorOf(clientFor([plainHttp(host)]).manifest({ host, path: "team/app" }, "1.0"))).kind).not.toBe(
      "not-found",
    );
  });
});
