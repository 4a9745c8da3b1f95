import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/json/value.ts";
import { dockerConfigFile, pullSecret, userCredentials } from "../../src/registry/credential-files.ts";
import { type Credential, firstOf, noCredentials } from "../../src/registry/credentials.ts";
import { credentialIn, readDockerConfig } from "../../src/registry/docker-config.ts";
import { registryWords } from "../../src/registry/words.ts";

const auth = (username: string, password: string = "p"): { auth: string } => ({
  auth: Buffer.from(`${username}:${password}`).toString("base64"),
});

/** The user that a configuration knows for a repository. */
function userIn(config: JsonObject, host: string, path: string = "team/app"): string | null {
  const found = credentialIn(readDockerConfig(config), { host, path });
  return found?.kind === "basic" ? found.username : null;
}

/** A credential with its problem in English. */
function said(credential: Credential): object {
  if (credential.kind !== "anonymous" || credential.problem === undefined) return credential;
  return { ...credential, problem: credential.problem(registryWords.en) };
}

describe("docker's config.json", () => {
  it.each<[string, string]>([
    ["https://index.docker.io/v1/", "docker.io"],
    ["index.docker.io", "docker.io"],
    ["docker.io", "docker.io"],
    ["registry-1.docker.io", "docker.io"],
    ["https://registry.example.com/v1/", "registry.example.com"],
    ["http://registry.example.com:5000/v2/", "registry.example.com:5000"],
    ["Registry.Example.com/", "registry.example.com"],
    ["registry.example.com", "registry.example.com"],
    ["127.0.0.1:5000", "127.0.0.1:5000"],
    ["[::1]:5000", "[::1]:5000"],
    ["registry.example.com/team", "registry.example.com"],
    ["registry.example.com/team/app", "registry.example.com"],
    ["https://registry.example.com/v2/team/", "registry.example.com"],
    ["*.example.com", "registry.example.com"],
    ["reg*.example.*", "registry.example.com"],
  ])("the key %s is for %s", (key, host) => {
    expect(userIn({ auths: { [key]: auth("robot") } }, host)).toBe("robot");
  });

  it.each<[string, string]>([
    ["registry.example.com", "registry.example.com:5000"],
    ["registry.example.com:5000", "registry.example.com"],
    ["example.com", "registry.example.com"],
    ["registry.example.com/tea", "registry.example.com"],
    ["registry.example.com/team/app/more", "registry.example.com"],
    ["*.example.com", "a.registry.example.com"],
    ["*.example.com", "example.com"],
    ["*", "registry.example.com"],
    ["registry.*.com", "registry.com"],
    ["ab*ba.example.com", "aba.example.com"],
    ["", "registry.example.com"],
  ])("the key %s is not for %s", (key, host) => {
    expect(userIn({ auths: { [key]: auth("robot") } }, host)).toBeNull();
  });

  it("takes what is nearest: the registry before a pattern, a longer path before a shorter", () => {
    const auths = {
      "*.example.com": auth("pattern"),
      "*.example.com/team/app": auth("pattern and path"),
      "registry.example.com": auth("host"),
      "registry.example.com/team": auth("team"),
      "registry.example.com/team/app": auth("app"),
    };
    expect(userIn({ auths }, "registry.example.com", "team/app")).toBe("app");
    expect(userIn({ auths }, "registry.example.com", "team/app/sub")).toBe("app");
    expect(userIn({ auths }, "registry.example.com", "team/application")).toBe("team");
    expect(userIn({ auths }, "registry.example.com", "other")).toBe("host");
    expect(userIn({ auths }, "mirror.example.com", "other")).toBe("pattern");
    expect(userIn({ auths }, "mirror.example.com", "team/app")).toBe("pattern and path");
  });

  it("reads every way in which credentials are written", () => {
    const read = (value: JsonObject | string | null) =>
      credentialIn(readDockerConfig({ auths: { "r.io": value } }), { host: "r.io", path: "a" });
    expect(read(auth("u", "p:with:colons"))).toEqual({ kind: "basic", username: "u", password: "p:with:colons" });
    expect(read(auth("ü", "密码"))).toEqual({ kind: "basic", username: "ü", password: "密码" });
    expect(read({ auth: Buffer.from("u:p\0\0").toString("base64") })).toMatchObject({ password: "p" });
    expect(read({ username: "u", password: "p" })).toEqual({ kind: "basic", username: "u", password: "p" });
    expect(read({ ...auth("u", ""), identitytoken: "t" })).toEqual({ kind: "identity-token", token: "t" });
    expect(read({ registrytoken: "t" })).toEqual({ kind: "bearer", token: "t" });
    for (const nothing of [{}, { auth: "" }, { auth: "bm9jb2xvbg==" }, { auth: "!" }, { auth: 5 }, "x", null]) {
      expect(read(nothing)).toBeNull();
    }
  });

  it("finds an entry by its own key, and never one for another registry", () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,5}[a-z0-9]$/);
    const host = fc
      .tuple(label, label, fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined }))
      .map(([a, b, port]) => `${a}.${b}${port === undefined ? "" : `:${port}`}`);
    const path = fc.array(label, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    const scheme = fc.constantFrom("", "http://", "https://");
    fc.assert(
      fc.property(
        fc.uniqueArray(host, { minLength: 2, maxLength: 5 }),
        path,
        scheme,
        fc.string(),
        (hosts, scope, prefix, password) => {
          const auths = Object.fromEntries(
            hosts.map((each) => [`${prefix}${each}/${scope}`, auth(`u-${each.replace(":", "-")}`, password)]),
          );
          for (const each of hosts) {
            expect(credentialIn(readDockerConfig({ auths }), { host: each, path: `${scope}/x` })).toMatchObject({
              username: `u-${each.replace(":", "-")}`,
            });
            expect(userIn({ auths }, each, `${scope}x`)).toBeNull();
            expect(userIn({ auths }, `x${each}`, scope)).toBeNull();
          }
        },
      ),
    );
  });

  it("ends with whatever it is given", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), fc.string(), (auths, host, path) => {
        credentialIn(readDockerConfig(JSON.parse(JSON.stringify({ auths, credHelpers: auths }))), { host, path });
      }),
    );
    expect(userIn({ auths: { [`${"a*".repeat(5000)}b`]: auth("u") } }, "a".repeat(5000))).toBeNull();
  });
});

describe("files and helpers", () => {
  const repository = { host: "registry.example.com", path: "team/app" };
  let folder = "";
  let env: NodeJS.ProcessEnv = {};

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "paddlock-credentials-"));
    env = { PATH: [join(folder, "bin"), process.env.PATH].join(delimiter), HOME: folder };
    mkdirSync(join(folder, "bin"));
    helper(
      "good",
      'read server; echo "$server" >> "$HOME/asked"; echo "{\\"Username\\":\\"of $server\\",\\"Secret\\":\\"s\\"}"',
    );
    helper("token", 'echo \'{"Username":"<token>","Secret":"identity"}\'');
    helper("none", "echo 'credentials not found in native keychain'; exit 1");
    helper("broken", "echo 'the secret is hunter2'; echo 'hunter2' >&2; exit 3");
    helper("odd", "echo 'no JSON'");
    helper("loud", "yes");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function helper(name: string, script: string): void {
    const file = join(folder, "bin", `docker-credential-${name}`);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }
  let files = 0;
  function written(config: JsonObject | string): string {
    const file = join(folder, `config-${++files}.json`);
    writeFileSync(file, typeof config === "string" ? config : JSON.stringify(config));
    return file;
  }
  const find = (config: JsonObject | string, host: string = repository.host) =>
    dockerConfigFile(written(config), { env }).find({ ...repository, host });

  it("asks the helper of a registry, else the store, else the entries", async () => {
    const config = {
      credHelpers: { "registry.example.com": "good", "https://index.docker.io/v1/": "good" },
      credsStore: "none",
      auths: { "other.example.com": auth("entry") },
    };
    expect(await find(config)).toEqual({ kind: "basic", username: "of registry.example.com", password: "s" });
    expect(await find(config, "docker.io")).toMatchObject({ username: "of https://index.docker.io/v1/" });
    expect(await find(config, "other.example.com")).toMatchObject({ username: "entry" });
    expect(await find(config, "third.example.com")).toEqual({ kind: "anonymous" });
    expect(await find({ credsStore: "token" })).toEqual({ kind: "identity-token", token: "identity" });
  });

  it("asks a helper once for many", async () => {
    rmSync(join(folder, "asked"), { force: true });
    const source = dockerConfigFile(written({ credsStore: "good" }), { env });
    await Promise.all(Array.from({ length: 20 }, () => source.find(repository)));
    const { readFileSync } = await import("node:fs");
    expect(readFileSync(join(folder, "asked"), "utf8")).toBe("registry.example.com\n");
  });

  it.each([
    ["broken", "docker-credential-broken failed"],
    ["odd", "docker-credential-odd answered no credentials"],
    ["loud", "docker-credential-loud answered too much"],
    ["missing", "docker-credential-missing is not in PATH"],
    ["../../bin/sh", "a credential helper has no valid name"],
    ["a;touch x", "a credential helper has no valid name"],
    ["", null],
  ])("says what is wrong with the helper %j, and nothing that it printed", async (credsStore, problem) => {
    expect(said(await find({ credsStore }))).toEqual(
      problem === null ? { kind: "anonymous" } : { kind: "anonymous", problem },
    );
  });

  it("says what is wrong with a file, where it has to be there", async () => {
    const gone = join(folder, "gone.json");
    expect(await dockerConfigFile(gone, { optional: true }).find(repository)).toEqual({ kind: "anonymous" });
    expect(said(await dockerConfigFile(gone).find(repository))).toMatchObject({
      problem: expect.stringContaining("ENOENT"),
    });
    for (const text of ["{", "[]", "null"]) {
      expect(said(await find(text))).toMatchObject({ problem: expect.stringContaining("no JSON object") });
    }
    expect(said(await find(" ".repeat(2 << 20)))).toMatchObject({ problem: expect.stringContaining("too large") });
  });

  it("looks where docker and podman keep logins", async () => {
    const home = join(folder, "home");
    for (const [path, user] of [
      [[home, "named.json"], "named"],
      [[home, ".docker", "config.json"], "docker"],
      [[home, "run", "containers", "auth.json"], "podman"],
    ] as const) {
      mkdirSync(join(...path, ".."), { recursive: true });
      writeFileSync(
        join(...path),
        JSON.stringify({ auths: { [repository.host]: auth(user), [`${user}.io`]: auth(user) } }),
      );
    }
    const all = { HOME: home, XDG_RUNTIME_DIR: join(home, "run"), REGISTRY_AUTH_FILE: join(home, "named.json") };
    const user = async (given: NodeJS.ProcessEnv, host: string = repository.host) => {
      const found = await userCredentials(given).find({ ...repository, host });
      return found.kind === "basic" ? found.username : found;
    };
    expect(await user(all)).toBe("named");
    expect(await user(all, "podman.io")).toBe("podman");
    expect(await user({ HOME: home, XDG_RUNTIME_DIR: join(home, "run") })).toBe("docker");
    expect(await user({ HOME: folder, XDG_RUNTIME_DIR: join(home, "run") })).toBe("podman");
    expect(await user({ HOME: folder, DOCKER_CONFIG: join(home, ".docker") })).toBe("docker");
    expect(await user({ HOME: folder })).toEqual({ kind: "anonymous" });
  });

  it("reads pull secrets of both types, and runs nothing that they name", async () => {
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
    const auths = { "*.example.com": auth("pod") };
    const dockerconfigjson = pullSecret({
      ".dockerconfigjson": encoded({ auths, credsStore: "good", credHelpers: { [repository.host]: "good" } }),
    });
    expect(await dockerconfigjson.find(repository)).toMatchObject({ username: "pod" });
    expect(await pullSecret({ ".dockercfg": encoded(auths) }).find(repository)).toMatchObject({ username: "pod" });
    for (const data of [{}, { ".dockerconfigjson": "!" }, { ".dockerconfigjson": 5 }, { other: encoded({ auths }) }]) {
      expect(said(await pullSecret(data).find(repository))).toMatchObject({
        kind: "anonymous",
        problem: expect.any(String),
      });
    }
  });

  it("takes the first source that knows, and tells the problems of all where none does", async () => {
    const problem = (text: string) => ({ find: async () => ({ kind: "anonymous", problem: () => text }) as const });
    const known = pullSecret({
      ".dockercfg": Buffer.from(JSON.stringify({ [repository.host]: auth("u") })).toString("base64"),
    });
    expect(await firstOf([problem("a"), noCredentials, known]).find(repository)).toMatchObject({ username: "u" });
    expect(said(await firstOf([problem("a"), noCredentials, problem("b")]).find(repository))).toEqual({
      kind: "anonymous",
      problem: "a; b",
    });
    expect(await firstOf([]).find(repository)).toEqual({ kind: "anonymous" });
  });
});
