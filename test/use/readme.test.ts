import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { auditOptions } from "../../src/commands/audit/audit-options.ts";
import { checkOptions } from "../../src/commands/check/check-options.ts";
import { enforceOptions } from "../../src/commands/enforce/enforce-options.ts";
import { exemptOptions } from "../../src/commands/exempt/exempt-options.ts";
import { staticAdmissionOptions } from "../../src/commands/generate/generate-static-admission-options.ts";
import { serveOptions } from "../../src/commands/serve/serve-options.ts";
import { verifyOptions } from "../../src/commands/verify/verify-options.ts";
import { FORMATS } from "../../src/reporters/formats.ts";
import { command, folder, plainEnvironment, root } from "../cli/run.ts";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const readmes = { en: "README.md", zh: "README.zh-CN.md" } as const;
const guides = globSync(["*.md", "docs/*.md"], { cwd: root }).sort();
const texts = new Map(guides.map((file) => [file, readFileSync(join(root, file), "utf8")]));

/** The fenced blocks of a page in a language. */
function blocks(file: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...(texts.get(file) ?? "").matchAll(fence)].map(([, text = ""]) => text);
}

describe.each(Object.entries(readmes))("the README in %s", (language, file) => {
  const text = texts.get(file) ?? "";

  test("shows what its first command prints, but for the time it takes", () => {
    const shown = blocks(file, "console").find((block) => block.startsWith("$ npm ci && npx paddlock")) ?? "";
    const [line = "", ...output] = shown.split("\n");
    const words = line.replace("$ npm ci && npx paddlock ", "").split(" ");
    const { stdout, status } = spawnSync(process.execPath, [command, ...words, "--lang", language], {
      cwd: root,
      env: { ...plainEnvironment(), COLUMNS: "80" },
      encoding: "utf8",
    });
    const timeless = (printed: string): string => printed.replaceAll(/\d+(\s*)(ms|毫秒)/g, "0 $2");
    expect(timeless(output.join("\n"))).toBe(timeless(stdout));
    expect(status).toBe(1);
  });

  test("names every format, and this version", () => {
    for (const format of FORMATS) expect(text).toContain(`\`${format}\``);
    expect(text).toContain(`uses: paddlock/paddlock@v${version}`);
    expect(text).toContain(`rev: v${version}`);
  });

  test("names hooks that there are", () => {
    const hooks = parse(readFileSync(join(root, ".pre-commit-hooks.yaml"), "utf8")).map(({ id }: { id: string }) => id);
    const [entry] = blocks(file, "yaml").filter((block) => block.startsWith("repos:"));
    expect(hooks).toContain(parse(entry ?? "").repos[0].hooks[0].id);
    for (const id of hooks) expect(text).toContain(id);
  });
});

test("the pages for readers of Chinese have the same parts as those in English", () => {
  const parts = (file: string): string[] =>
    (texts.get(file) ?? "").split("\n").flatMap((line) => /^#+ |^```\w*|^<!-- .* -->/.exec(line)?.[0] ?? []);
  const pairs = [
    ["README.md", "README.zh-CN.md"],
    ...guides.filter((file) => file.endsWith(".zh.md")).map((file) => [file.replace(".zh.md", ".md"), file]),
  ];
  for (const [english = "", chinese = ""] of pairs) expect(parts(chinese), chinese).toEqual(parts(english));
});

describe.each(guides)("%s", (file) => {
  const text = texts.get(file) ?? "";

  test("links to files that there are", () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) => link);
    for (const link of links) expect(existsSync(join(root, dirname(file), link)), link).toBe(true);
  });

  test("names options that there are", () => {
    const others =
      /^--(check|target|lang|quick|reporter|outputFile|include|help|version|admission-control-config-file|reset-then-reuse-values|reuse-values)$/;
    for (const [, option = ""] of text.matchAll(/(?:npx )?paddlock check[^`\n]*?(--[a-z][a-z-]*)/g)) {
      if (!others.test(option)) expect(Object.keys(checkOptions)).toContain(option.slice(2));
    }
    const commands = [checkOptions, serveOptions, auditOptions, verifyOptions, exemptOptions, enforceOptions];
    const all = [...commands, staticAdmissionOptions].flatMap((options) => Object.keys(options));
    for (const [, option = ""] of text.matchAll(/`(--[a-z][a-z-]*)[ =`]/g)) {
      if (!others.test(option)) expect(all).toContain(option.slice(2));
    }
  });

  test("shows configurations that paddlock takes", () => {
    for (const block of blocks(file, "yaml").filter((block) => /^(extends|rules|overrides):/m.test(block))) {
      const cwd = folder({ "empty.yaml": "" });
      writeFileSync(join(cwd, ".paddlock.yaml"), block);
      const { status, stderr } = spawnSync(process.execPath, [command, "check", "empty.yaml"], {
        cwd,
        env: plainEnvironment(),
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      expect(status).toBe(0);
    }
  });
});
