import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { newSigner } from "../../signatures/hand-made.ts";
import { ServedRegistry } from "../../signatures/served-registry.ts";
import { post } from "./client.ts";
import { served } from "./process.ts";
import { reviewBody } from "./reviews.ts";
import { type Started, type StartOptions, start } from "./start.ts";

const loaded = "the configuration is loaded again and in force";
let registry: ServedRegistry;

beforeAll(async () => {
  registry = await ServedRegistry.start();
});

afterEach(() => {
  registry.content.gate = Promise.resolve();
  registry.content.refusals.clear();
});

afterAll(async () => {
  await registry.close();
});

function serve(more = "", options: StartOptions = {}, admission = ""): Promise<Started> {
  const config = `admission: { mode: enforce${admission} }\n${registry.configuration({ more })}`;
  return start({ config, ...options });
}

interface Response {
  readonly allowed: boolean;
  readonly auditAnnotations: { readonly [key: string]: string };
  readonly status?: { readonly code: number; readonly message: string };
  readonly warnings?: readonly string[];
}

async function review({ url, ca }: Started, body: string, timeout = "10s"): Promise<Response> {
  const answer = await post(`${url}/validate?timeout=${timeout}`, body, { ca });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body).response;
}

/** By its digest, for the rule on pinned images. */
function named({ image, digest }: { readonly image: string; readonly digest: string }): string {
  return `${image}@${digest}`;
}

/** Lets the registry answer nothing until the returned function is called. */
function hang(): () => void {
  let release = (): void => {};
  registry.content.gate = new Promise((resolve) => {
    release = resolve;
  });
  return release;
}

it.each([
  ["small", 0],
  ["large", 300_000],
])("allows a %s object whose image is signed, and denies one whose image is not", async (_, padding) => {
  const server = await serve();
  const signed = await review(server, reviewBody({ image: named(registry.signed("ml/ocr")), padding }));
  expect(signed.status).toBeUndefined();
  expect(signed.allowed).toBe(true);
  expect(signed.auditAnnotations.verified).toBe(named(registry.signed("ml/ocr")));
  const image = named(registry.unsigned("ml/bare"));
  const unsigned = await review(server, reviewBody({ image, padding }));
  expect(unsigned).toMatchObject({ allowed: false, status: { code: 403 } });
  expect(unsigned.status?.message).toContain(`image "${image}" is not signed`);
});

it.each([
  ["small", 0, "deny", false],
  ["small", 0, "warn", true],
  ["small", 0, "allow", true],
  ["large", 300_000, "deny", false],
  ["large", 300_000, "allow", true],
])("answers for a %s object (%i) by onError: %s while the registry hangs", async (_, padding, onError, allowed) => {
  const server = await serve(`onError: ${onError}`);
  // The worker of large reviews is started by the first of them.
  await review(server, reviewBody({ image: named(registry.signed("ml/ocr")), padding }));
  const image = named(registry.signed("ml/hangs", onError));
  const release = hang();
  const answer = await review(server, reviewBody({ image, padding }), "3s");
  release();
  expect(answer.allowed).toBe(allowed);
  // Warnings are short, and the image's name is long.
  if (allowed) expect(answer.warnings?.join("\n")).toMatch(/\[signed-image(, not judged)?\] whether image/);
  else expect(answer.status?.message).toContain("could not be found out (timeout)");
});

it("knows an image that it saw without asking again, in any namespace and of any size", async () => {
  const server = await serve();
  const image = named(registry.signed("ml/warm"));
  expect((await review(server, reviewBody({ image }))).allowed).toBe(true);
  const before = registry.asked.length;
  registry.content.refusals.set("", "server");
  expect((await review(server, reviewBody({ image }))).allowed).toBe(true);
  expect((await review(server, reviewBody({ image, namespace: "other" }))).allowed).toBe(true);
  expect((await review(server, reviewBody({ image, padding: 300_000 }))).allowed).toBe(true);
  expect(registry.asked.length).toBe(before);
});

it("asks once for an image that many reviews are about at the same time", async () => {
  const server = await serve();
  const image = named(registry.signed("ml/crowd"));
  const release = hang();
  const reviews = Array.from({ length: 50 }, (_, n) => review(server, reviewBody({ uid: `u-${n}`, image })));
  const asked = (): string[] => registry.asked.filter((request) => request.includes("/ml/crowd/"));
  await expect.poll(asked).not.toEqual([]);
  release();
  for (const { allowed } of await Promise.all(reviews)) expect(allowed).toBe(true);
  expect(asked()).toEqual([...new Set(asked())]);
});

it("asks no registry for a request that is exempt, or that changes nothing", async () => {
  const exempt = `, exempt: { users: [alice] }`;
  const server = await serve("", {}, exempt);
  const before = registry.asked.length;
  const body = reviewBody({ image: named(registry.unsigned("ml/exempt")) });
  expect((await review(server, body)).allowed).toBe(true);
  const other = await serve();
  const { request, ...rest } = JSON.parse(body);
  const update = { ...request, operation: "UPDATE", oldObject: request.object };
  expect((await review(other, JSON.stringify({ ...rest, request: update }))).allowed).toBe(true);
  expect(registry.asked.length).toBe(before);
});

it("says of an image that no policy is for what noMatch says", async () => {
  const denied = await review(await serve("noMatch: deny"), reviewBody());
  expect(denied).toMatchObject({ allowed: false });
  expect(denied.status?.message).toContain("no signature policy is for image");
  expect((await review(await serve("noMatch: warn"), reviewBody())).warnings?.join()).toContain("no signature policy");
  const allowed = await review(await serve("noMatch: allow"), reviewBody());
  expect(allowed.allowed).toBe(true);
  expect(allowed.warnings?.join() ?? "").not.toContain("no signature policy");
});

it("takes another key when its file changes", async () => {
  const { image } = registry.signed("ml/rotated");
  const folder = mkdtempSync(join(tmpdir(), "paddlock-key-"));
  const file = join(folder, "cosign.pub");
  writeFileSync(file, registry.signer.pem);
  const rules = "admission: { mode: enforce }\nrules: { pinned-image: off }\n";
  const { command, url, ca } = await served(`${rules}${registry.configuration({ file })}`);
  const judged = async (): Promise<Response> => {
    const { body } = await post(`${url}/validate`, reviewBody({ image }), { ca });
    return JSON.parse(body).response;
  };
  expect((await judged()).allowed).toBe(true);
  writeFileSync(file, newSigner().pem);
  await expect.poll(() => command.log().map(({ msg }) => msg), { timeout: 20_000 }).toContain(loaded);
  const denied = await judged();
  expect(denied.allowed).toBe(false);
  expect(denied.status?.message).toContain("by none of the keys");
});

it.each([
  ["the mode of admission alone", "warn", ""],
  ["the block signatures", "enforce", "noMatch: deny"],
])(
  "answers a review that asks a registry, and knows what it knew, when %s changes meanwhile",
  async (_, mode, more) => {
    const known = registry.signed("ml/known");
    const asked = registry.signed("ml/asked", mode);
    const config = (mode: string, more: string): string =>
      `admission: { mode: ${mode} }\n${registry.configuration({ more })}`;
    const { command, url, ca, folder } = await served(config("enforce", ""));
    const judged = async (image: string, padding = 0): Promise<Response> =>
      JSON.parse((await post(`${url}/validate?timeout=30s`, reviewBody({ image, padding }), { ca })).body).response;
    expect((await judged(named(known))).allowed).toBe(true);
    const release = hang();
    const before = registry.asked.length;
    const inFlight = [judged(named(asked)), judged(named(asked), 300_000)];
    await expect.poll(() => registry.asked.length).toBeGreaterThan(before);
    writeFileSync(join(folder, "paddlock.yaml"), config(mode, more));
    command.signal("SIGHUP");
    await expect.poll(() => command.log().map(({ msg }) => msg), { timeout: 20_000 }).toContain(loaded);
    const since = registry.asked.length;
    // The registry still answers nothing.
    expect(await judged(named(known))).toMatchObject({ allowed: true });
    expect(registry.asked.length).toBe(since);
    release();
    for (const { allowed, status, warnings } of await Promise.all(inFlight)) {
      expect([allowed, status, warnings?.join("\n") ?? ""]).toEqual([
        true,
        undefined,
        expect.not.stringContaining("signed-image"),
      ]);
    }
  },
  60_000,
);

it("judges the images of an ImageReview", async () => {
  const { url, ca } = await serve();
  const status = async (...images: string[]): Promise<{ readonly allowed: boolean; readonly reason?: string }> => {
    const spec = { containers: images.map((image) => ({ image })), namespace: "ml" };
    const asked = JSON.stringify({ apiVersion: "imagepolicy.k8s.io/v1alpha1", kind: "ImageReview", spec });
    return JSON.parse((await post(`${url}/imagereview`, asked, { ca })).body).status;
  };
  const signed = named(registry.signed("ml/ocr"));
  const unsigned = named(registry.unsigned("ml/bare"));
  expect(await status(signed)).toMatchObject({ allowed: true });
  const denied = await status(signed, unsigned);
  expect(denied.allowed).toBe(false);
  expect(denied.reason).toContain(`image "${unsigned}" is not signed`);
});
