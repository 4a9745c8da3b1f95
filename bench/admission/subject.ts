import { request } from "node:https";
import { text } from "node:stream/consumers";
import type { ManagedProcess } from "../../tools/cluster/processes.ts";
import { ToolFailedError } from "../child.ts";
import type { Review } from "./reviews.ts";

/** A webhook that runs. */
export interface Subject {
  readonly name: string;
  /** Where reviews go. */
  readonly url: string;
  readonly process: ManagedProcess;
}

/** What a webhook said to a review. */
export interface Answer {
  readonly uid: string;
  readonly allowed: boolean;
}

/** Sends a review on a connection of its own. @throws Error where there is no answer, or none that is a review. */
export function ask(url: string, ca: string, body: string): Promise<Answer> {
  return new Promise((settle, fail) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const asked = request(url, { method: "POST", ca, headers, agent: false, timeout: 10_000 });
    asked.on("timeout", () => asked.destroy(new Error("no answer in time")));
    asked.on("error", fail);
    asked.on("response", (response) => {
      text(response)
        .then((body) => settle((JSON.parse(body) as { readonly response: Answer }).response))
        .catch(fail);
    });
    asked.end(body);
  });
}

/** Whether `/readyz` says so. */
export function isReady({ url }: Subject, ca: string): Promise<boolean> {
  return new Promise((settle) => {
    const asked = request(new URL("/readyz", url), { ca, agent: false, timeout: 5000 });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => settle(false));
    asked.on("response", (response) => settle(response.resume().statusCode === 200));
    asked.end();
  });
}

/** Waits until a webhook answers. */
export async function untilAnswering({ process, url }: Subject, ca: string, review: Review): Promise<void> {
  await process.until(async () => {
    try {
      return (await ask(url, ca, review.body)).uid === review.uid;
    } catch {
      return false;
    }
  });
}

/**
 * A webhook that answers otherwise than expected measures nothing.
 * @throws ToolFailedError for the first review that gets another answer
 */
export async function expectAnswers({ name, url }: Subject, ca: string, reviews: readonly Review[]): Promise<void> {
  for (const { uid, body, allowed } of reviews) {
    const answer = await ask(url, ca, body);
    if (answer.uid !== uid || answer.allowed !== allowed) {
      throw new ToolFailedError(
        `${name} answered ${JSON.stringify(answer).slice(0, 1000)} to a review that is ${allowed ? "" : "not "}to be allowed`,
      );
    }
  }
}
