import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Notification } from "../../src/messages/notification.ts";
import { gatherSources } from "../../src/sources/gather.ts";
import type { SourceRequest } from "../../src/sources/terms/request.ts";
import type { SourceFile } from "../../src/sources/terms/source-file.ts";

/** A temporary folder, with a git repository where a test asks for one. */
export class Workspace {
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), "paddlock-sources-")));

  write(file: string, text: string | Uint8Array = "a: 1\n"): void {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  link(file: string, target: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    symlinkSync(target, join(this.root, file));
  }

  init(): void {
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("config", "user.name", "A user");
    this.git("config", "user.email", "user@example.com");
    this.git("config", "commit.gpgsign", "false");
  }

  git(...args: readonly string[]): string {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
    const env = { ...Object.fromEntries(own), GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
    return execFileSync("git", [...args], { cwd: this.root, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  commit(message = "change"): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
  }

  async gather(request: Partial<SourceRequest> = {}): Promise<Gathered> {
    const sources = await gatherSources({
      cwd: this.root,
      paths: [],
      staged: false,
      changedSince: null,
      markdown: false,
      beside: [],
      alone: false,
      helm: { values: [], set: [] },
      namespace: "default",
      ...request,
    });
    const { files, notifications } = sources;
    const beside = async (): Promise<readonly SourceFile[]> => sources.beside();
    const paths = files.map(({ path }) => path).sort();
    return { files, notifications, beside, paths, codes: notifications.map(({ code }) => code) };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export interface Gathered {
  readonly files: readonly SourceFile[];
  readonly notifications: readonly Notification[];
  readonly beside: () => Promise<readonly SourceFile[]>;
  /** Sorted. */
  readonly paths: readonly string[];
  readonly codes: readonly string[];
}

/** What a file says, if it is in hand. */
export function textOf(file: SourceFile | undefined): string | undefined {
  if (file === undefined || "disk" in file.content) return undefined;
  const { text } = file.content;
  return typeof text === "string" ? text : Buffer.from(text).toString("utf8");
}

/** Does a test that needs a program run here? Where it must, it fails rather than being skipped. */
export function isMissing(...commands: readonly string[]): boolean {
  if (process.env.PADDLOCK_REQUIRE_TOOLS === "1") return false;
  return !commands.some((command) => {
    try {
      execFileSync(command, ["version"], { stdio: "ignore", env: { ...process.env, KUBECONFIG: "/dev/null" } });
      return true;
    } catch (error) {
      return !(error instanceof Error && "code" in error && error.code === "ENOENT");
    }
  });
}
