import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { noFacts, relationOptions } from "../../src/admission/review-facts.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import type { Policies } from "../../src/admission/server/policies.ts";
import { PolicyReloader } from "../../src/admission/server/policy-reloader.ts";
import type { ServedCluster } from "../../src/commands/serve/serve-cluster.ts";
import { PolicyLoader, type PolicySources, watchedFiles } from "../../src/commands/serve/serve-policies.ts";
import type { FactSource } from "../../src/facts/terms/source.ts";
import { noCredentials } from "../../src/registry/credentials.ts";
import { said } from "../admission/said.ts";
import { eventually } from "../admission/server/eventually.ts";
import { newSigner } from "../signatures/hand-made.ts";

const silent = { info() {}, warn() {}, error() {} };

/** What the loader has to do with a cluster. */
class GivenCluster implements ServedCluster {
  readonly facts: ServedCluster["facts"] = {
    ...noFacts(),
    states: () => [],
    snapshot: (namespace) => ({
      version: 1,
      entries: [],
      options: relationOptions(namespace, []),
      namespaceLabels: null,
    }),
  };
  readonly graces: number[] = [];
  readonly asked: string[][] = [];
  readonly warmed: { readonly signatures: Pick<FactSource, "facts">; readonly signal: AbortSignal }[] = [];
  key: string = newSigner().pem;

  readonly secret = async (): Promise<string> => this.key;

  readonly webhookConfiguration = async (): Promise<null> => null;

  readonly needs: string[][] = [];
  watchFor(needs: ReadonlySet<string>): void {
    this.needs.push([...needs]);
  }

  setNetworkPolicyGrace(seconds: number): void {
    this.graces.push(seconds);
  }

  pullSecrets(names: readonly string[]): typeof noCredentials {
    this.asked.push([...names]);
    return { ...noCredentials };
  }

  async warm(signatures: Pick<FactSource, "facts">, _: unknown, signal: AbortSignal): Promise<void> {
    this.warmed.push({ signatures, signal });
  }

  selfManaged(): Promise<never> {
    return Promise.reject(new Error("nobody asks for it"));
  }

  exemptions(): null {
    return null;
  }

  owners(): ReturnType<ServedCluster["owners"]> {
    return {
      chain: async () => ({ owners: [], state: "unknown", why: said("nobody is asked") }),
      object: async () => ({ why: said("nobody is asked") }),
    };
  }

  async close(): Promise<void> {}
}

interface Written {
  readonly admission?: string;
  readonly signatures?: string;
  readonly pullSecret?: string;
}

/** A configuration with a key in a file and one in a Secret, and a registry with an authority and a login of its own. */
class Folder {
  readonly path: string = mkdtempSync(join(tmpdir(), "paddlock-policies-"));
  readonly sources: PolicySources = {
    cwd: this.path,
    config: join(this.path, "paddlock.yaml"),
    bundles: [],
    kubernetesVersion: undefined,
    language: "en",
  };

  constructor() {
    this.write("cosign.pub", newSigner().pem);
    this.write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
    this.write("robot.json", "{}");
    this.configure({});
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.path, file), text);
  }

  configure({ admission = "mode: warn", signatures = "noMatch: allow", pullSecret = "ml/pull" }: Written): void {
    const secret = "{ namespace: ml, name: keys, key: cosign.pub }";
    this.write(
      "paddlock.yaml",
      `admission: { ${admission} }
signatures:
  ${signatures}
  policies:
    - { name: ours, images: ["r.example.com/**"], authorities: [{ key: { file: cosign.pub } }, { key: { secret: ${secret} } }] }
registries:
  hosts: [{ host: r.example.com, ca: ca.pem, credentials: { dockerConfig: robot.json } }]
  pullSecrets: [${pullSecret}]
`,
    );
  }
}

interface Loading {
  readonly folder: Folder;
  readonly cluster: GivenCluster;
  readonly loader: PolicyLoader;
  load(inForce: Policies | null): Promise<Policies>;
}

function loading(): Loading {
  const folder = new Folder();
  const cluster = new GivenCluster();
  const loader = new PolicyLoader(folder.sources, cluster, silent);
  const load = async (inForce: Policies | null): Promise<Policies> => {
    const { policies } = await loader.load(inForce);
    onTestFinished(() => policies.close());
    return policies;
  };
  return { folder, cluster, loader, load };
}

it("looks signatures up by the very same while their blocks, and what these name, are the same", async () => {
  const { folder, load, cluster } = loading();
  const first = await load(null);
  folder.configure({ admission: "mode: enforce, networkPolicyGrace: 1s" });
  const second = await load(first);
  expect(second.reviewer).not.toBe(first.reviewer);
  expect(second.sources.signatures).toBeDefined();
  expect(second.sources.signatures).toBe(first.sources.signatures);
  expect(cluster.asked).toEqual([["ml/pull"]]);
});

it.each<[string, (folder: Folder, cluster: GivenCluster) => void]>([
  ["the block signatures", (folder) => folder.configure({ signatures: "noMatch: deny" })],
  ["the block registries", (folder) => folder.configure({ pullSecret: "ml/other" })],
  ["a key", (folder) => folder.write("cosign.pub", newSigner().pem)],
  ["a registry's authority", (folder) => folder.write("ca.pem", "-----BEGIN CERTIFICATE-----\nother\n")],
  ["a registry's login", (folder) => folder.write("robot.json", `{ "auths": {} }`)],
  [
    "a key in a Secret",
    (_, cluster) => {
      cluster.key = newSigner().pem;
    },
  ],
])("looks signatures up by another when %s changes", async (_, change) => {
  const { folder, load, cluster } = loading();
  const first = await load(null);
  change(folder, cluster);
  const second = await load(first);
  expect(second.sources.signatures).toBeDefined();
  expect(second.sources.signatures).not.toBe(first.sources.signatures);
});

it("keeps the credentials of the same pull secrets for another lookup", async () => {
  const { folder, load, cluster } = loading();
  const first = await load(null);
  folder.write("cosign.pub", newSigner().pem);
  const second = await load(first);
  expect(cluster.asked).toEqual([["ml/pull"]]);
  folder.configure({ pullSecret: "ml/other" });
  await load(second);
  expect(cluster.asked).toEqual([["ml/pull"], ["ml/other"]]);
});

it("tells the cluster only of what is in force, and looks at what runs once for each lookup", async () => {
  const { folder, load, loader, cluster } = loading();
  const first = await load(null);
  expect([cluster.graces, cluster.warmed]).toEqual([[], []]);
  loader.inForce(first);
  expect(cluster.warmed.map(({ signatures }) => signatures)).toEqual([first.sources.signatures]);
  folder.configure({ admission: "networkPolicyGrace: 7s" });
  const second = await load(first);
  expect(cluster.graces).toHaveLength(1);
  loader.inForce(second);
  expect(cluster.graces.slice(1)).toEqual([7]);
  expect(cluster.warmed.map(({ signal }) => signal.aborted)).toEqual([false]);
  folder.configure({ signatures: "noMatch: deny" });
  const third = await load(second);
  expect(cluster.warmed).toHaveLength(1);
  loader.inForce(third);
  expect(cluster.warmed.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  expect(cluster.warmed[1]?.signatures).toBe(third.sources.signatures);
});

it("opens nothing for a configuration that cannot be judged by", async () => {
  const { load, cluster } = loading();
  vi.spyOn(Reviewer, "prepare").mockRejectedValueOnce(new Error("no bundle"));
  await expect(load(null)).rejects.toThrow("no bundle");
  expect(cluster.asked).toEqual([]);
  await load(null);
  expect(cluster.asked).toEqual([["ml/pull"]]);
});

it("watches all files that signatures and registries name, whether or not they are there", async () => {
  const folder = new Folder();
  const keyless = "issuer: https://i.example.com, subject: s";
  folder.write(
    "paddlock.yaml",
    `signatures:
  policies:
    - name: ours
      images: "**"
      authorities:
        - { key: { file: keys/cosign.pub } }
        - { certificate: { roots: { file: roots.pem }, identities: ["x509.subject: CN=ocr"] } }
        - { keyless: { ${keyless}, trustedRoot: { file: root.json } } }
        - { keyless: { ${keyless}, trustedRoot: { tuf: { mirror: "https://tuf.example.com", root: tuf-root.json } } } }
      attestations: [{ predicateType: "https://example.com/p", assert: assert.tar.gz }]
registries:
  - { host: r.example.com, ca: ca.pem, credentials: { dockerConfig: robot.json } }
`,
  );
  const named = ["keys/cosign.pub", "roots.pem", "root.json", "tuf-root.json", "assert.tar.gz", "ca.pem", "robot.json"];
  const files = await watchedFiles(folder.sources);
  expect(files.toSorted()).toEqual(["paddlock.yaml", ...named].map((file) => join(folder.path, file)).toSorted());
});

it("watches them where the configuration sets a rule of a bundle, too", async () => {
  const folder = new Folder();
  const bundle = join(import.meta.dirname, "../../fixtures/bundle/bundle.tar.gz");
  const sources = { ...folder.sources, bundles: [bundle] };
  const config = `rules: { owner-label: error }\nregistries: [{ host: r.example.com, ca: ca.pem }]\n`;
  folder.write("paddlock.yaml", config);
  const { files } = await new PolicyLoader(sources, null, silent).load(null);
  expect(files).toEqual([bundle, join(folder.path, "paddlock.yaml"), join(folder.path, "ca.pem")]);
  expect(await watchedFiles(sources)).toEqual(files);
});

it("takes up what these files hold as soon as they change", async () => {
  const { folder, loader } = loading();
  const loads: (string | null)[] = [];
  const reloader = await PolicyReloader.start({
    files: () => watchedFiles(folder.sources),
    load: async (inForce) => loader.load(inForce),
    intervalMs: 2,
    onInForce: (policies) => loader.inForce(policies),
    onLoaded: (file) => loads.push(file),
    onRefused: () => {},
  });
  onTestFinished(() => reloader.close());
  const changes = { "cosign.pub": newSigner().pem, "ca.pem": "other", "robot.json": `{ "auths": {} }` };
  for (const [file, text] of Object.entries(changes)) {
    const { signatures } = reloader.inForce.current.sources;
    const before = loads.length;
    folder.write(file, text);
    await eventually(() => loads.length).toBeGreaterThan(before);
    expect(reloader.inForce.current.sources.signatures).not.toBe(signatures);
  }
});
