import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, paddlock, type Run, root } from "./run.ts";

const bundle = join(root, "fixtures/bundle/bundle.tar.gz");

function checked(configuration: string, ...words: readonly string[]): Run {
  const cwd = folder({ "paddlock.yaml": configuration });
  return paddlock(["serve", "--check-config", "--config", "paddlock.yaml", ...words], { cwd });
}

describe("serve --check-config", () => {
  test("says of a good configuration what it is, in both languages, and asks nobody", () => {
    const good = "admission:\n  mode: warn\n  namespaces: [{ match: [ml], mode: enforce }]\n";
    expect(checked(good)).toEqual({
      status: 0,
      stdout: expect.stringMatching(/paddlock.yaml: good; mode warn, 1 entry of namespaces, 0 bundles of rules\n$/),
      stderr: "",
    });
    expect(checked(good, "--lang", "zh")).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/paddlock.yaml：可用；模式 warn，命名空间条目 1 个，自定义规则包 0 个\n$/),
    });
  });

  test.each<[string, string, string, string]>([
    ["a misspelled rule", "rules: { pinned-imag: error }\n", "paddlock.yaml:1:23: unknown rule", "未知的规则"],
    ["a misspelled block", "admision: {}\n", 'paddlock.yaml:1:1: unknown key "admision"', "未知的配置项"],
    [
      "a wrong word",
      "admission: { onError: allowed }\n",
      '"admission.onError" cannot be "allowed"',
      '"admission.onError"',
    ],
    ["an impossible range", "admission: { namespaces: [{ match: '[z-a]', mode: warn }] }\n", "no valid glob", "glob"],
    [
      "a key that is none",
      "signatures: { policies: [{ name: a, images: ['**'], authorities: [{ key: { inline: PEM } }] }] }\n",
      "policy",
      "",
    ],
  ])("refuses %s with its place", (_, configuration, english, chinese) => {
    const refused = checked(configuration);
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain(english);
    const inChinese = checked(configuration, "--lang", "zh");
    expect(inChinese).toMatchObject({ status: 2, stdout: "" });
    expect(inChinese.stderr).toContain(chinese);
  });

  test("warns, in both languages, of exempted accounts that let in far too much, and takes them all the same", () => {
    const configuration =
      "admission: { exempt: { serviceAccounts: [argocd/argocd-application-controller, ci/deployer, kube-system/job-controller], groups: [system:authenticated] } }\n";
    const english = checked(configuration);
    expect(english).toMatchObject({ status: 0, stdout: expect.stringContaining("good; mode warn") });
    expect(english.stderr.split("\n")).toEqual([
      "paddlock: admission.exempt lets in all that argocd/argocd-application-controller applies: whoever may write to its repositories passes every rule",
      "paddlock: admission.exempt lets in all that kube-system/job-controller makes, in every namespace: everybody's Pods",
      "paddlock: admission.exempt lets in the whole group system:authenticated",
      "",
    ]);
    const chinese = checked(configuration, "--lang", "zh");
    expect(chinese.status).toBe(0);
    expect(chinese.stderr).toContain("argocd/argocd-application-controller 提交的所有对象");
    expect(chinese.stderr).not.toContain("lets in");
  });

  test("leaves to the server what only a cluster holds", () => {
    const secret = "key: { secret: { namespace: a, name: b, key: c } }";
    const policy = `{ name: a, images: ['**'], authorities: [{ ${secret} }] }`;
    expect(checked(`signatures: { policies: [${policy}] }\n`)).toMatchObject({ status: 0, stderr: "" });
  });

  test("knows the rules of a bundle, and refuses a bundle that is none", () => {
    expect(checked("rules: { owner-label: error }\n", "--bundle", bundle)).toMatchObject({ status: 0, stderr: "" });
    expect(checked("rules: { owner-label: error }\n").status).toBe(2);
    const broken = checked("{}\n", "--bundle", join(root, "package.json"));
    expect(broken).toMatchObject({ status: 2, stdout: "" });
    expect(broken.stderr).toContain("package.json");
  });
});
