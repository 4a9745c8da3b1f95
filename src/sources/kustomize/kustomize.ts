import { mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import type { Notification } from "../../messages/notification.ts";
import type { RenderContext, Rendering } from "../terms/rendering.ts";
import { MAX_TOOL_OUTPUT, RENDER_TIME } from "../tools/limits.ts";
import { runTool, type ToolResult } from "../tools/run-tool.ts";
import { toolEnvironment } from "../tools/tool-environment.ts";
import { type Closure, lineOf } from "./kustomization.ts";
import { kustomizedFiles } from "./kustomized-files.ts";

/**
 * Builds a kustomization with `kustomize build` or `kubectl kustomize`. Nothing is fetched: one that names something
 * remote, itself or through others, is not built, and a notification says so. Plugins that run programs stay off.
 */
export async function buildKustomization(closure: Closure, context: RenderContext): Promise<Rendering> {
  const { show, words, scratch } = context;
  const [target] = closure.kustomizations;
  if (target === undefined) return { files: [], notifications: [] };
  const remote = remoteEntries(closure, context);
  if (remote.length > 0) return { files: [], notifications: remote };
  const directory = dirname(target.file);
  const usesHelm = closure.kustomizations.some((each) => each.usesHelm);
  const failed = (code: string, message: string): Rendering => ({
    files: [],
    notifications: [{ level: "error", code, message, file: show(target.file) }],
  });
  const overlay = overlayOf(directory, target.component, scratch);
  const origin = await run(overlay, usesHelm, context);
  const hasOrigins = origin.outcome === "exit" && origin.status === 0;
  // Without what we put around it: for the words of its failure, and for a kustomize too old to tell origins.
  const result = hasOrigins || origin.outcome !== "exit" ? origin : await run(directory, usesHelm, context);
  switch (result.outcome) {
    case "missing":
      return failed("kustomize-missing", words.kustomizeMissing(commandNames()));
    case "slow":
      return failed("kustomize-failed", words.kustomizeFailed(words.slow(RENDER_TIME / 1000)));
    case "loud":
      return failed("kustomize-failed", words.kustomizeFailed(words.loud(MAX_TOOL_OUTPUT >> 20)));
    case "exit": {
      if (result.status !== 0) {
        const said = kustomizesWords(result.stderr, directory, show);
        return failed("kustomize-failed", words.kustomizeFailed(said === "" ? words.silent : words.quoted(said)));
      }
      const files = kustomizedFiles(result.stdout.toString("utf8"), {
        overlay,
        real: realPrefix(directory),
        kustomization: target.file,
        show,
      });
      return { files, notifications: [] };
    }
  }
}

/** The commands that build, in the order in which they are tried. */
function commands(): readonly { readonly command: string; readonly words: readonly string[] }[] {
  const own = process.env.PADDLOCK_KUSTOMIZE;
  const kubectl = { command: "kubectl", words: ["kustomize"] };
  if (!own) return [{ command: "kustomize", words: ["build"] }, kubectl];
  return [{ command: own, words: [basename(own).startsWith("kubectl") ? "kustomize" : "build"] }];
}

function commandNames(): string {
  return commands()
    .map(({ command, words }) => `\`${command}${command === "kubectl" ? ` ${words.join(" ")}` : ""}\``)
    .join(" / ");
}

async function run(directory: string, usesHelm: boolean, { scratch }: RenderContext): Promise<ToolResult> {
  const helm = usesHelm ? ["--enable-helm", `--helm-command=${process.env.PADDLOCK_HELM || "helm"}`] : [];
  let result: ToolResult = { outcome: "missing" };
  for (const { command, words } of commands()) {
    result = await runTool(command, [...words, directory, ...helm], {
      cwd: directory,
      env: toolEnvironment(scratch),
      timeout: RENDER_TIME,
    });
    if (result.outcome !== "missing") break;
  }
  return result;
}

/** A kustomization of ours that adds nothing to the other but where each object comes from. */
function overlayOf(directory: string, component: boolean, scratch: string): string {
  const overlay = realpathSync(mkdtempSync(join(scratch, "overlay-")));
  const target = relative(overlay, realpathSync(directory)).split(sep).join("/");
  const key = component ? "components" : "resources";
  const text = { [key]: [target], buildMetadata: ["originAnnotations"] };
  // JSON is YAML, and needs no care for strange names.
  writeFileSync(join(overlay, "kustomization.yaml"), JSON.stringify(text));
  return overlay;
}

function remoteEntries({ kustomizations }: Closure, { show, words }: RenderContext): readonly Notification[] {
  return kustomizations.flatMap(({ file, entries }) =>
    entries
      .filter(({ path }) => path === null)
      .map(
        ({ text }): Notification => ({
          level: "error",
          code: "kustomize-remote",
          message: words.remote(text),
          file: show(file),
          line: lineOf(file, text),
          column: 1,
        }),
      ),
  );
}

/** Kustomize names files by their real paths: what these begin with, and what the run calls it. */
function realPrefix(directory: string): { readonly from: string; readonly to: string } {
  let from = realpathSync(directory);
  let to = directory;
  while (from !== to && basename(from) === basename(to) && dirname(from) !== from) {
    from = dirname(from);
    to = dirname(to);
  }
  return { from, to };
}

/** The last word of what kustomize or kubectl says, which is where the fault is. */
function kustomizesWords(stderr: string, directory: string, show: (file: string) => string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("# Warning"));
  const message = lines.map((line) => line.trim()).join(" ");
  // kubectl may log its last words: `E1124 … "command failed" err="…"`, or `err=<` and lines up to `>`.
  const logged = /"command failed" err=(?:"(.*)"|<(.*)>)$/.exec(message);
  const reason = (logged?.[1]?.replace(/\\(.)/g, "$1") ?? logged?.[2] ?? message)
    .replace(/^\s*(?:Error|error): /, "")
    .trim();
  return reason.replaceAll(directory, show(directory) || ".").slice(0, 2_000);
}
