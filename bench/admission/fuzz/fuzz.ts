import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";
import { reviews } from "../reviews.ts";
import { median } from "../section.ts";
import { configurations, type Stage } from "../stage.ts";
import { ask, type Subject, untilAnswering } from "../subject.ts";
import { usageOf } from "../usage.ts";
import { type FuzzCase, fuzzCase, originals } from "./cases.ts";
import { problemOf } from "./judge-answer.ts";

export interface FuzzOptions {
  readonly reviews: number;
  readonly seed: number;
}

export interface FuzzFigures extends FuzzOptions {
  /** By what they were: `allowed`, `denied`, `failed`, or an HTTP status. */
  readonly answers: ReadonlyMap<string, number>;
  /** Why reviews failed, by what the server's log says, with how often. */
  readonly failures: ReadonlyMap<string, number>;
  /** Memory of the server: after a half of the reviews and at the end, medians of looks around then. */
  readonly halfBytes: number;
  readonly endBytes: number;
  /** The first violations: which case did what. */
  readonly violations: readonly string[];
}

const atOnce = 16;
const mostViolations = 20;
/** What the memory may be more at the end than after a half of the reviews. */
const growth = 1.2;
const looks = 40;
/** Of fewer reviews the first half still warms the server up. */
const enoughToTell = 10_000;

/** Sends mutated reviews to a server of its own, and holds every answer to what the API server takes. */
export async function fuzz(stage: Stage, options: FuzzOptions): Promise<FuzzFigures> {
  const subject = await stage.paddlock("paddlock", configurations.all, null, ["--no-cluster"]);
  const [first] = reviews();
  if (first === undefined) throw new Error("no reviews");
  await untilAnswering(subject, stage.ca, first);
  const from = originals();
  const agent = new Agent({ ca: stage.ca, keepAlive: true, maxSockets: atOnce });
  const answers = new Map<string, number>();
  const violations: string[] = [];
  const memory: number[] = [];
  const lookEvery = Math.max(1, Math.floor(options.reviews / looks));
  let next = 0;
  const work = async (): Promise<void> => {
    for (let number = next++; number < options.reviews; number = next++) {
      if (number % lookEvery === 0 && subject.process.running) memory.push(usageOf(subject.process.pid).rssBytes);
      const each = fuzzCase(from, options.seed, number);
      const [what, problem] = await outcome(subject, agent, each);
      answers.set(what, (answers.get(what) ?? 0) + 1);
      if (problem !== null && violations.length < mostViolations) violations.push(`case ${number}: ${problem}`);
      if (!subject.process.running) return;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  agent.destroy();
  if (!subject.process.running) violations.push(`the server ended with ${await subject.process.ended}`);
  else if ((await ask(subject.url, stage.ca, first.body)).uid !== first.uid)
    violations.push("the server answers no more");
  await subject.process.end();
  violations.push(...logged(subject));
  const halfBytes = median(memory.slice(looks / 2 - 4, looks / 2 + 4));
  const endBytes = median(memory.slice(-8));
  if (options.reviews >= enoughToTell && endBytes > halfBytes * growth) {
    violations.push(`memory grew from ${halfBytes} to ${endBytes} bytes`);
  }
  return { ...options, answers, failures: failuresOf(subject), halfBytes, endBytes, violations };
}

async function outcome(subject: Subject, agent: Agent, each: FuzzCase): Promise<[string, string | null]> {
  try {
    const { status, body } = await send(new URL(each.path, subject.url), agent, each);
    const problem = problemOf(each.path, each.body, status, body);
    if (status !== 200) return [String(status), problem];
    const allowed = /"allowed":\s?true/.test(body);
    return [body.includes('"failed":') ? "failed" : allowed ? "allowed" : "denied", problem];
  } catch (error) {
    return ["no answer", error instanceof Error ? error.message : String(error)];
  }
}

function send(
  url: URL,
  agent: Agent,
  { body, chunked, contentType }: FuzzCase,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((settle, fail) => {
    const headers = { "content-type": contentType, ...(chunked ? {} : { "content-length": body.length }) };
    const asked = request(url, { method: "POST", agent, headers, timeout: 20_000 });
    asked.on("timeout", () => asked.destroy(new Error("no answer in time")));
    asked.on("error", fail);
    asked.on("response", (response) => {
      text(response).then((answer) => settle({ status: response.statusCode ?? 0, body: answer }), fail);
    });
    if (!chunked) asked.end(body);
    else {
      asked.write(body.subarray(0, body.length >> 1));
      asked.end(body.subarray(body.length >> 1));
    }
  });
}

function failuresOf({ process }: Subject): Map<string, number> {
  const failures = new Map<string, number>();
  for (const line of process.stderr.split("\n")) {
    if (!line.endsWith('"msg":"review failed"}')) continue;
    const { reason }: { readonly reason: string } = JSON.parse(line);
    failures.set(reason, (failures.get(reason) ?? 0) + 1);
  }
  return failures;
}

/** What the server's own log says went wrong inside it. */
function logged({ process }: Subject): string[] {
  const wrong = /"msg":"(?:internal error|the worker of large reviews was lost)"/;
  return process.stderr
    .split("\n")
    .filter((line) => wrong.test(line) || /Error: /.test(line.slice(0, 200)))
    .slice(0, mostViolations);
}
