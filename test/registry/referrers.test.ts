import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/json/value.ts";
import {
  Content,
  digestOf,
  errorOf,
  failure,
  INDEX,
  index,
  json,
  plainManifest,
  referrer,
  SIGNATURE,
} from "./fake-registry.ts";
import { pairFor } from "./world.ts";

const SUBJECT = digestOf("an image");
const API = `/v2/team/app/referrers/${SUBJECT}`;
const SBOM = "application/spdx+json";

const many = (count: number, from: number = 0, type?: string) =>
  Array.from({ length: count }, (_, n) => referrer(from + n, type));

/** A registry whose referrers API answers with these pages, by the query `page`. */
function paged(pages: readonly (readonly JsonObject[])[], link: (next: number) => string): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname !== API) return new Content().answer(request, response);
    const page = Number(url.searchParams.get("page") ?? 0);
    const next = page + 1 < pages.length ? { link: `<${link(page + 1)}>; rel="next"` } : {};
    json(response, 200, index(pages[page] ?? []), { "content-type": INDEX, ...next });
  };
}

describe("the referrers API", () => {
  it("lists what there is, and nothing", async () => {
    for (const manifests of [[], many(3)]) {
      const { client, repository, server } = await pairFor(paged([manifests], String));
      const found = await client.referrers(repository, SUBJECT);
      expect(found).toEqual(manifests.map((each) => ({ ...each, annotations: {} })));
      expect(server.asked).toEqual(["GET /v2/", `GET ${API}`]);
    }
  });

  it("reads all pages, each entry once", async () => {
    for (const link of [(page: number) => `${API}?page=${page}`, (page: number) => `?page=${page}`]) {
      const { client, repository } = await pairFor(paged([many(20), many(20, 15), many(5, 35)], link));
      expect(await client.referrers(repository, SUBJECT)).toHaveLength(40);
    }
  });

  it("asks for one type, and filters itself where the registry did not", async () => {
    const both = [referrer(1), referrer(2, SBOM)];
    for (const applied of [true, false]) {
      const { client, repository, server } = await pairFor((request, response) => {
        if (request.url === "/v2/") return json(response, 200, {});
        const headers = applied ? { "oci-filters-applied": "artifactType" } : {};
        json(response, 200, index(applied ? both.slice(0, 1) : both), { "content-type": INDEX, ...headers });
      });
      expect(await client.referrers(repository, SUBJECT, SIGNATURE)).toMatchObject([referrer(1)]);
      expect(server.asked[1]).toBe(`GET ${API}?artifactType=${encodeURIComponent(SIGNATURE)}`);
    }
  });

  it("takes 50, and calls more an error, in one page or in several", async () => {
    const fifty = await pairFor(paged([many(50)], String));
    expect(await fifty.client.referrers(fifty.repository, SUBJECT)).toHaveLength(50);
    for (const pages of [[many(60)], [many(30), many(30, 30)]]) {
      const { client, repository } = await pairFor(paged(pages, (page) => `?page=${page}`));
      expect((await errorOf(client.referrers(repository, SUBJECT))).kind).toBe("too-many");
    }
    const others = await pairFor(paged([[...many(60, 100, SBOM), ...many(2)]], String));
    expect(await others.client.referrers(others.repository, SUBJECT, SIGNATURE)).toHaveLength(2);
  });

  it("does not gather without end what is of another type", async () => {
    const pages = [0, 1, 2].map((page) => many(900, page * 900, SBOM));
    const { client, repository, server } = await pairFor(paged(pages, (page) => `?page=${page}`));
    expect((await errorOf(client.referrers(repository, SUBJECT, SIGNATURE))).kind).toBe("too-many");
    expect(server.asked).toHaveLength(3);
  });

  it("ends with pages that never end", async () => {
    const { client, repository, server } = await pairFor((request, response) => {
      if (request.url === "/v2/") return json(response, 200, {});
      json(response, 200, index([]), { "content-type": INDEX, link: `<${API}?n=${server.asked.length}>; rel=next` });
    });
    expect((await errorOf(client.referrers(repository, SUBJECT))).kind).toBe("too-many");
    expect(server.asked).toHaveLength(21);
  });

  it.each([
    "http://169.254.169.254/",
    `http://169.254.169.254${API}?page=1`,
    "//evil.example.com/x",
    "/v2/other/secret/referrers/x",
    "../../manifests/1.0",
    "http://[",
  ])("does not follow a page to %s", async (link) => {
    const { client, repository, server } = await pairFor(paged([[], []], () => link));
    expect((await errorOf(client.referrers(repository, SUBJECT))).kind).toBe("protocol");
    expect(server.asked).toHaveLength(2);
  });

  it.each([
    ["no list", {}],
    ["no descriptors", { manifests: ["x"] }],
    ["a digest that is none", { manifests: [{ mediaType: "a", digest: "latest", size: 1 }] }],
  ])("refuses an index with %s", async (_, body) => {
    const { client, repository } = await pairFor((request, response) => {
      if (request.url === "/v2/") return json(response, 200, {});
      json(response, 200, body, { "content-type": INDEX });
    });
    expect((await errorOf(client.referrers(repository, SUBJECT))).kind).toBe("protocol");
  });

  it.each([401, 403, 429, 503])("does not take %i for an empty list", async (status) => {
    const { client, repository, server } = await pairFor((request, response) => {
      if (request.url === "/v2/") return json(response, 200, {});
      failure(response, status, "DENIED");
    });
    await errorOf(client.referrers(repository, SUBJECT));
    expect(server.asked.filter((line) => line.includes("manifests"))).toEqual([]);
  });

  it("does not take a failure of a later page for the end", async () => {
    const { client, repository } = await pairFor((request, response) => {
      if (request.url === "/v2/") return json(response, 200, {});
      if (request.url !== API) return failure(response, 404, "UNKNOWN");
      json(response, 200, index(many(2)), { "content-type": INDEX, link: '<?page=1>; rel="next"' });
    });
    expect((await errorOf(client.referrers(repository, SUBJECT))).kind).toBe("not-found");
  });
});

describe("the fallback tag", () => {
  const TAG = SUBJECT.replace(":", "-");

  function withoutApi(content: Content, status: number = 404): RequestListener {
    return (request, response) => {
      if (!request.url?.includes("/referrers/")) return content.answer(request, response);
      failure(response, status, "METHOD_UNKNOWN");
    };
  }

  it.each([400, 404, 405, 501])("is read where the API answers %i", async (status) => {
    const content = new Content();
    content.manifest("team/app", index([referrer(1), referrer(2, SBOM)]), { type: INDEX, tag: TAG });
    const { client, repository } = await pairFor(withoutApi(content, status));
    expect(await client.referrers(repository, SUBJECT)).toHaveLength(2);
    expect(await client.referrers(repository, SUBJECT, SBOM)).toMatchObject([referrer(2, SBOM)]);
  });

  it("is read where the API's path is a page for people", async () => {
    const content = new Content();
    content.manifest("team/app", index([referrer(1)]), { type: INDEX, tag: TAG });
    const { client, repository } = await pairFor((request, response) => {
      if (!request.url?.includes("/referrers/")) return content.answer(request, response);
      response.writeHead(200, { "content-type": "text/html" }).end("<html></html>");
    });
    expect(await client.referrers(repository, SUBJECT)).toHaveLength(1);
  });

  it("has the digits of a SHA-512 cut", async () => {
    const content = new Content();
    const subject = digestOf("an image", "sha512");
    content.manifest("team/app", index([referrer(1)]), { type: INDEX, tag: subject.replace(":", "-").slice(0, 71) });
    const { client, repository } = await pairFor(withoutApi(content));
    expect(await client.referrers(repository, subject)).toHaveLength(1);
  });

  it("is nothing where it is not there, and an error where it is no index or too long", async () => {
    const content = new Content();
    const { client, repository } = await pairFor(withoutApi(content));
    expect(await client.referrers(repository, SUBJECT)).toEqual([]);
    content.manifest("team/app", plainManifest(), { tag: TAG });
    expect((await errorOf(client.referrers(repository, SUBJECT))).kind).toBe("protocol");
    content.manifest("team/app", index(many(60)), { type: INDEX, tag: TAG });
    expect((await errorOf(client.referrers(repository, SUBJECT))).kind).toBe("too-many");
  });

  it("is not taken from HTML", async () => {
    const { client, repository } = await pairFor((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html></html>");
    });
    expect((await errorOf(client.referrers(repository, SUBJECT))).kind).toBe("protocol");
  });
});
