import { spawn } from "node:child_process";
import { MAX_TOOL_OUTPUT } from "./limits.ts";

export interface ToolCall {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds. */
  readonly timeout: number;
  /** What it reads from standard input; nothing without it. */
  readonly input?: string;
}

/** What a program did, and how it ended. */
interface ToolExit {
  readonly outcome: "exit";
  readonly status: number;
  readonly stdout: Buffer;
  /** Trimmed. */
  readonly stderr: string;
}

/** `missing`: there is no such program. `slow`, `loud`: it was stopped, for its time or for its output. */
interface ToolFailure {
  readonly outcome: "missing" | "slow" | "loud";
}

export type ToolResult = ToolExit | ToolFailure;

/** So much of standard error is kept. */
const keptErrors = 64 << 10;

/** Runs a program without a shell, within bounds of time and output. Never rejects for what the program does. */
export function runTool(command: string, args: readonly string[], call: ToolCall): Promise<ToolResult> {
  return new Promise((settle, fail) => {
    const stdio = [call.input === undefined ? "ignore" : "pipe", "pipe", "pipe"] as const;
    const child = spawn(command, args, { cwd: call.cwd, env: call.env, stdio: [...stdio], windowsHide: true });
    let stopped: "slow" | "loud" | undefined;
    const stop = (why: "slow" | "loud"): void => {
      stopped ??= why;
      child.kill("SIGKILL");
      // What it started itself may hold the pipes open.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const timer = setTimeout(stop, call.timeout, "slow");
    const output: Buffer[] = [];
    let size = 0;
    child.stdout?.on("data", (piece: Buffer) => {
      size += piece.length;
      if (size > MAX_TOOL_OUTPUT) stop("loud");
      else output.push(piece);
    });
    const errors: Buffer[] = [];
    let errorSize = 0;
    child.stderr?.on("data", (piece: Buffer) => {
      errorSize += piece.length;
      if (errorSize <= keptErrors) errors.push(piece);
    });
    // It may end without having read its input.
    child.stdin?.on("error", () => {});
    child.stdin?.end(call.input);
    child.on("error", (error) => {
      clearTimeout(timer);
      const code = "code" in error ? error.code : undefined;
      if (code === "ENOENT" || code === "EACCES" || code === "ENOTDIR") settle({ outcome: "missing" });
      else fail(error);
    });
    child.on("close", (status) => {
      clearTimeout(timer);
      if (stopped !== undefined) settle({ outcome: stopped });
      else {
        const stderr = Buffer.concat(errors).toString("utf8").trim();
        settle({ outcome: "exit", status: status ?? -1, stdout: Buffer.concat(output), stderr });
      }
    });
  });
}
