import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, paddlock, root } from "./run.ts";

/** Everything here is refused before anything is read: exit status 2, no report, a word on standard error. */
describe("what there is not is refused", () => {
  test.each([
    [["chek"], 'unknown command "chek"; did you mean "check"?'],
    [["check", "--profle", "strict"], 'unknown option --profle; did you mean "--profile"?'],
    [["check", "--stagde"], 'unknown option --stagde; did you mean "--staged"?'],
    [["check", "-x"], "unknown option -x"],
    [["check", "--rule", "pined-image"], 'unknown rule "pined-image"; did you mean "pinned-image"?'],
    [["check", "--skip", "network-polcy"], 'unknown rule "network-polcy"; did you mean "network-policy"?'],
    [["check", "--rule", "pinned-image=eror"], 'unknown level "eror"; did you mean "error"?'],
    [["check", "--format", "jsno"], 'not "jsno"; did you mean "json"?'],
    [
      ["check", "--format", "html"],
      "--format is one of text, compact, json, sarif, junit, github, gitlab, checkstyle, markdown, not",
    ],
    [["check", "--profile", "stict"], 'not "stict"; did you mean "strict"?'],
    [["check", "--fail-on", "eror"], 'not "eror"; did you mean "error"?'],
    [["check", "--lang", "de"], "--lang is one of en, zh"],
    [["check", "--color", "alway"], 'did you mean "always"?'],
    [["check", "--kubernetes-version", "new"], '"new" is no Kubernetes version'],
    [["check", "--namespace"], "--namespace needs a value"],
    [["check", "--namespace", "--staged"], "--namespace needs a value"],
    [["check", "--staged=yes"], "--staged takes no value"],
    [["check", "--staged", "--changed-since", "HEAD"], "exclude each other"],
    [["check", "--alone", "--with", "."], "exclude each other"],
    [["check", "--staged", "-"], "--staged does not read standard input"],
    [["check", "--format", "json", "--format", "text"], "only one --format can go to standard output"],
    [["check", "--format", "json="], "needs a file"],
    [["check", "--config", "no.yaml"], "no.yaml"],
    [["check", "--baseline", "no.json"], "no.json"],
    [["check", "--bundle", "no.tar.gz"], "no.tar.gz"],
    [["serve"], "serve needs a certificate"],
    [["audit"], "there is no cluster to ask"],
    [["verify"], "verify needs an image"],
    [["explain", "pined-image"], 'did you mean "pinned-image"?'],
    [["generate"], "generate what? There is: static-admission"],
    [["generate", "--lang", "en"], "generate what? There is: static-admission"],
    [["generate", "static-admision"], 'generate knows no "static-admision"; did you mean "static-admission"?'],
    [["generate", "charts"], 'generate knows no "charts"; there is: static-admission'],
    [["generate", "constructor"], 'generate knows no "constructor"; there is: static-admission'],
    [["generate", "static-admission"], "needs --url: --url https://127.0.0.1:8443 --ca ca.crt"],
    [["generate", "static-admission", "--url", "https://127.0.0.1"], "needs --ca: --url https"],
    [["generate", "static-admission", "--urls", "a"], 'unknown option --urls; did you mean "--url"?'],
    [["generate", "static-admission", "here"], 'generate static-admission takes no operand: "here"'],
    [["generate", "static-admission", "--url", "https://a.b.svc", "--ca", "no"], "--url names a.b.svc, a Service"],
    [["generate", "static-admission", "--url", "https://127.0.0.1", "--ca", "no.crt"], "no.crt: ENOENT"],
  ])("%j", (words, message) => {
    const { status, stdout, stderr } = paddlock(words, { cwd: folder() });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([status, stdout]).toEqual([2, ""]);
  });

  test.each(["lsp"])("the command %s of later work", (name) => {
    const { status, stdout, stderr } = paddlock([name], { cwd: folder() });
    expect([status, stdout, stderr]).toEqual([2, "", `paddlock: unknown command "${name}"\n`]);
  });

  test.each([["--fix"], ["--fix=diff"], ["--scan-report", "report.json"]])(
    "the option %s of later work",
    (...words) => {
      const { status, stdout, stderr } = paddlock(["check", ...words], { cwd: folder() });
      expect(stderr).toMatch(/^paddlock: unknown option --(fix|scan-report)/);
      expect([status, stdout]).toEqual([2, ""]);
    },
  );

  test("names that every object has are no commands and no options", () => {
    for (const words of [["constructor"], ["__proto__"], ["check", "--constructor"], ["check", "--__proto__"]]) {
      expect(paddlock(words, { cwd: folder() })).toMatchObject({ status: 2, stdout: "" });
    }
  });
});

describe("help and version", () => {
  test("--version says the package's version alone", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(paddlock(["--version"], { cwd: folder() })).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("--help, a command's help, and in Chinese", () => {
    const cwd = folder();
    const help = paddlock(["--help"], { cwd });
    expect(help).toMatchObject({ status: 0, stderr: "" });
    for (const name of ["check", "explain", "serve", "audit", "verify", "generate static-admission", "init"])
      expect(help.stdout).toContain(`paddlock ${name}`);
    const check = paddlock(["check", "--help"], { cwd });
    expect(check).toMatchObject({ status: 0, stderr: "" });
    expect(check.stdout).toContain("--fail-on-not-judged");
    expect(check.stdout).not.toMatch(/--fix|--scan-report|html/);
    expect(paddlock(["check", "--help", "--lang", "zh"], { cwd }).stdout).toContain("规则集");
  });

  test("the help of what generate makes, and of generate itself", () => {
    const cwd = folder();
    const own = paddlock(["generate", "static-admission", "--help"], { cwd });
    expect(own).toMatchObject({ status: 0, stderr: "" });
    for (const part of ["--accept-expiry", "--ca FILE", "Examples:", "--ca ca.crt --tls-cert tls.crt --fail"]) {
      expect(own.stdout).toContain(part);
    }
    expect(paddlock(["help", "generate", "static-admission"], { cwd })).toEqual(own);
    const chinese = paddlock(["generate", "static-admission", "--help", "--lang", "zh"], { cwd });
    expect(chinese.stdout).toContain("签发 webhook 证书的 CA");
    const all = paddlock(["generate", "--help"], { cwd });
    expect(all.stdout).toContain("paddlock generate static-admission");
    expect(all.stdout).not.toContain("paddlock check");
  });

  test("without a command: the help, as an error", () => {
    const { status, stdout, stderr } = paddlock([], { cwd: folder() });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("paddlock check");
  });
});
