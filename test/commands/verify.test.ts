import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyCommand } from "../../src/commands/verify/verify-command.ts";
import { paddlock } from "../audit/run.ts";
import { folder, type Run } from "../cli/run.ts";
import { expectGolden } from "../golden.ts";
import { newSigner } from "../signatures/hand-made.ts";
import { ServedRegistry } from "../signatures/served-registry.ts";

let registry: ServedRegistry;

beforeAll(async () => {
  registry = await ServedRegistry.start();
});

afterAll(async () => {
  await registry.close();
});

function verify(words: readonly string[], cwd: string = configured()): Promise<Run> {
  return paddlock(["verify", ...words], cwd);
}

function configured(more = ""): string {
  return folder({ ".paddlock.yaml": registry.configuration({ more }), "other.pub": newSigner().pem });
}

/** Without what differs from run to run. */
function timeless(text: string): string {
  return text
    .replaceAll(registry.host, "registry.example.com")
    .replaceAll(/SHA256:[A-Za-z0-9+/]{43}/g, "SHA256:of-the-key");
}

test.each(["en", "zh"] as const)("shows in %s what was found of each image", async (language) => {
  const images = [registry.signed("ml/ocr").image, registry.unsigned("ml/bare").image, "docker.io/library/nginx:1"];
  images.push(registry.signed("ml/theirs", "1", newSigner()).image, `${registry.host}/ml/ocr:none`, "Not An Image");
  const words = [...images, "--lang", language];
  const [text, json] = [await verify(words), await verify([...words, "--format", "json"])];
  for (const run of [text, json]) expect(run).toMatchObject({ status: 2, stderr: "" });
  expectGolden(join(import.meta.dirname, `golden/verify.${language}.txt`), timeless(text.stdout));
  expectGolden(join(import.meta.dirname, `golden/verify.${language}.jsonl`), timeless(json.stdout));
});

test("ends with 0 where all are verified, with 1 where one is not, and with 2 where that is not known", async () => {
  const { image, digest } = registry.signed("ml/ocr");
  const named = image.replace(/:1$/, `@${digest}`);
  expect(await verify([image, named])).toMatchObject({ status: 0, stderr: "" });
  expect(await verify([image, registry.unsigned("ml/bare").image])).toMatchObject({ status: 1, stderr: "" });
  registry.content.refusals.set("manifest ml/broken", "server");
  const broken = await verify([registry.signed("ml/broken").image, image, "--format", "json"]);
  expect(broken.status).toBe(2);
  const [first, second] = broken.stdout.trimEnd().split("\n");
  expect(JSON.parse(first ?? "")).toMatchObject({ verdict: "unknown", reason: "server", signatures: [] });
  expect(JSON.parse(second ?? "")).toMatchObject({ image, digest, verdict: "verified", policy: "ours" });
});

test("takes a key in place of the configuration, and plain HTTP only where it is told to", async () => {
  const { image } = registry.signed("ml/keyed");
  const cwd = folder({ "cosign.pub": registry.signer.pem, "other.pub": newSigner().pem });
  const insecure = ["--insecure-registry", registry.host];
  expect(await verify([image, "--key", "cosign.pub", ...insecure], cwd)).toMatchObject({ status: 0, stderr: "" });
  const other = await verify([image, "--key", "other.pub", ...insecure, "--format", "json"], cwd);
  expect(other.status).toBe(1);
  expect(JSON.parse(other.stdout)).toMatchObject({ verdict: "failed", reason: "wrong-key" });
  const before = registry.asked.length;
  const refused = await verify([image, "--key", "cosign.pub", "--format", "json"], cwd);
  expect(refused.status).toBe(2);
  expect(JSON.parse(refused.stdout)).toMatchObject({ verdict: "unknown", digest: null });
  expect(registry.asked.length).toBe(before);
});

test("judges by one policy of the configuration alone", async () => {
  const pem = JSON.stringify(newSigner().pem);
  const policies = (own: string): string => `signatures:
  policies:
    - { name: ours, images: ["**"], authorities: [{ key: { inline: ${own} } }] }
    - { name: partner, images: ["**"], authorities: [{ key: { inline: ${pem} } }] }
registries: [{ host: "${registry.host}", insecure: true }]
`;
  const cwd = folder({ ".paddlock.yaml": policies(JSON.stringify(registry.signer.pem)) });
  const { image } = registry.signed("ml/ocr");
  const both = await verify([image, "--format", "json"], cwd);
  expect(both.status).toBe(1);
  expect(JSON.parse(both.stdout)).toMatchObject({ verdict: "failed", reason: "wrong-key", policy: "ours, partner" });
  expect(await verify([image, "--policy", "ours"], cwd)).toMatchObject({ status: 0 });
  expect(await verify([image, "--policy", "partner"], cwd)).toMatchObject({ status: 1 });
  const unknown = await verify([image, "--policy", "our"], cwd);
  expect(unknown).toMatchObject({ status: 2, stdout: "" });
  expect(unknown.stderr).toContain('did you mean "ours"?');
});

test.each([
  [[], "verify needs an image"],
  [["a/b", "--key", "other.pub", "--identity", "ci@example.com"], "exclude each other"],
  [["a/b", "--identity", "ci@example.com"], "--identity and --issuer go together"],
  [["a/b", "--trusted-root", "root.json"], "--trusted-root goes with --identity"],
  [["a/b", "--key", "other.pub", "--policy", "ours"], "--policy names a policy of the configuration"],
  [["a/b", "--key", "none.pub"], "none.pub"],
  [["a/b", "--polcy", "ours"], 'did you mean "--policy"?'],
  [["a/b", "--format", "yaml"], "yaml"],
])("refuses %j, and says why", async (words, reason) => {
  await expect(verifyCommand(words, "en")).rejects.toThrow(reason);
});

test("says that there is no policy where there is none", async () => {
  const { status, stdout, stderr } = await verify([registry.signed("ml/ocr").image], folder());
  expect(stdout).toBe("");
  expect(stderr).toContain("there is no signature policy");
  expect(status).toBe(2);
});
