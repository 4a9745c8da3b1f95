import type { IncomingMessage, ServerResponse } from "node:http";
import { answersTo } from "../../facts/questions.ts";
import type { Questions } from "../../facts/terms/fact.ts";
import type { FactSources } from "../../facts/terms/source.ts";
import type { Words } from "../../messages/language.ts";
import { type AdmissionRequest, BadReviewError, readReview } from "../admission-review.ts";
import { because } from "../failure-words.ts";
import { imageRequest, readImageReview, reviewImages } from "../image-review.ts";
import { canPin, mutate, questionsToPin, unmutated } from "../mutate.ts";
import type { OwnerSource } from "../owner-chain.ts";
import { type ReviewFacts, toldAlso } from "../review-facts.ts";
import type { Reviewed, ReviewRecord } from "../reviewed.ts";
import { scaledPlace, scaledReview } from "../scale.ts";
import type { UntrustedOperator } from "../untrusted.ts";
import type { Activity } from "./activity.ts";
import { answerWithin, within } from "./deadline.ts";
import type { Decision } from "./decision.ts";
import { isLarge, type ServerLimits } from "./limits.ts";
import type { Policies, PoliciesInForce } from "./policies.ts";
import { BodyBudget, type HeldBody, readBody } from "./read-body.ts";
import { refuseBody, sendJson, sendOverloaded } from "./reply.ts";
import { requestIdentity } from "./request-identity.ts";

export interface ReviewHandlerOptions {
  readonly policies: PoliciesInForce;
  readonly facts: ReviewFacts;
  readonly limits: ServerLimits;
  readonly activity: Activity;
  /** Told of each review that was answered, after it was. */
  readonly onDecision: (decision: Decision) => void;
  /** Told of what each review was told of a fact, and whether all of it was known already. */
  readonly onFact: (fact: string, data: unknown, cached: boolean) => void;
  /** Told of an account that may be an operator which nobody said to trust, and whom to ask about that. */
  readonly onUntrusted: (operator: UntrustedOperator, owners: OwnerSource | null) => void;
  readonly onRefused: (status: number) => void;
  readonly onError: (error: unknown) => void;
}

/** A request on its way to an answer. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly arrivedAt: number;
  /** By `performance.now()`. */
  readonly arrived: number;
  readonly deadline: number;
}

/** What judging and answering may take after others were asked. */
const judgingMs = 100;
const tooLarge = "the body is too large";
const noReview = "no AdmissionReview with a request.uid";

/** What is POSTed: each request that holds a review is answered with a review, by `admission.onError` if need be. */
export class ReviewHandler {
  readonly #options: ReviewHandlerOptions;
  readonly #budget: BodyBudget;

  constructor(options: ReviewHandlerOptions) {
    this.#options = options;
    this.#budget = new BodyBudget(options.limits.bufferedBytes);
  }

  /** Answers an AdmissionReview. */
  async admission(request: IncomingMessage, response: ServerResponse, query: string): Promise<void> {
    await this.#take(request, response, query, (exchange, body) => this.#judge(exchange, body));
  }

  /** Answers an ImageReview. */
  async images(request: IncomingMessage, response: ServerResponse, query: string): Promise<void> {
    const { policies, facts, limits } = this.#options;
    await this.#take(request, response, query, async (exchange, { bytes }) => {
      // A pod with so many images is none.
      if (isLarge(bytes, limits)) return this.#refuse(exchange, 413, tooLarge);
      try {
        const { reviewer, sources } = policies.current;
        const review = imageRequest(readImageReview(bytes));
        const told = await this.#told(reviewer.questions(review), sources, exchange.deadline, facts);
        this.#answer(exchange, reviewImages(reviewer, review, told, new Date()));
      } catch (error) {
        if (!(error instanceof BadReviewError)) throw error;
        this.#refuse(exchange, error.status, error.message);
      }
    });
  }

  /** Answers an AdmissionReview with a patch that pins images to what was verified, and never with a denial. */
  async mutation(request: IncomingMessage, response: ServerResponse, query: string): Promise<void> {
    if (!canPin(this.#options.policies.current.sources)) {
      this.#options.onRefused(404);
      return refuseBody(request, response, 404, "there is no signature policy");
    }
    await this.#take(request, response, query, (exchange, body) => this.#mutate(exchange, body));
  }

  async #mutate(exchange: Exchange, { bytes }: HeldBody): Promise<void> {
    const { policies, facts, limits, onError } = this.#options;
    const { reviewer, sources } = policies.current;
    const failed = (reason: Words<string>): void => {
      const identity = requestIdentity(bytes);
      if (identity === null) this.#refuse(exchange, 400, noReview);
      else this.#answer(exchange, unmutated(reviewer, identity, facts, reason));
    };
    // The thread of the large reviews is for those that must be judged. The Pods that this makes are small, and pinned.
    if (isLarge(bytes, limits)) return failed(because((say) => say.size));
    let mutated: Reviewed;
    try {
      const review = readReview(bytes);
      if (performance.now() > exchange.deadline) return failed(because((say) => say.deadline));
      // A policy that was taken away meanwhile pins nothing.
      const told = await this.#told(questionsToPin(reviewer, review, facts), sources, exchange.deadline, facts);
      mutated = mutate(reviewer, review, told);
    } catch (error) {
      if (error instanceof BadReviewError) return this.#refuse(exchange, error.status, error.message);
      onError(error);
      return failed(because((say) => say.rules));
    }
    this.#answer(exchange, mutated);
  }

  /** Receives a body within the limits, and hands it on. */
  async #take(
    request: IncomingMessage,
    response: ServerResponse,
    query: string,
    judge: (exchange: Exchange, body: HeldBody) => Promise<void>,
  ): Promise<void> {
    const arrived = performance.now();
    const exchange = { request, response, arrived, arrivedAt: Date.now(), deadline: arrived + answerWithin(query) };
    const { activity, limits } = this.#options;
    activity.begin();
    response.once("close", () => activity.end());
    if (!isJson(request.headers["content-type"])) return this.#refuse(exchange, 415, "application/json only");
    if (Number(request.headers["content-length"] ?? 0) > limits.bodyBytes) {
      return this.#refuse(exchange, 413, tooLarge);
    }
    if (activity.inFlight > limits.reviewsInFlight) return this.#overloaded(exchange);
    const body = await readBody(request, limits, this.#budget);
    if (body === "aborted") return;
    if (body === "overloaded") return this.#overloaded(exchange);
    if (body === "too-large") return this.#refuse(exchange, 413, tooLarge);
    try {
      await judge(exchange, body);
    } finally {
      body.release();
    }
  }

  async #judge(exchange: Exchange, { bytes }: HeldBody): Promise<void> {
    const policies = this.#options.policies.current;
    if (isLarge(bytes, this.#options.limits)) return this.#judgeApart(exchange, policies, bytes);
    let review: AdmissionRequest;
    try {
      review = readReview(bytes);
    } catch (error) {
      if (error instanceof BadReviewError) return this.#refuse(exchange, error.status, error.message);
      this.#options.onError(error);
      return this.#failed(
        exchange,
        policies,
        bytes,
        because((say) => say.rules),
      );
    }
    if (performance.now() > exchange.deadline) {
      return this.#failed(
        exchange,
        policies,
        bytes,
        because((say) => say.deadline),
      );
    }
    let reviewed: Reviewed;
    try {
      const scaled = await this.#scaled(review, policies, exchange.deadline);
      if ("why" in scaled) {
        const unread = { ...review, subResource: null };
        return this.#answer(exchange, policies.reviewer.failed(unread, this.#options.facts, scaled.why));
      }
      review = scaled;
      reviewed = policies.reviewer.review(
        review,
        await this.#factsFor(review, policies, exchange.deadline),
        new Date(),
      );
    } catch (error) {
      this.#options.onError(error);
      return this.#failed(
        exchange,
        policies,
        bytes,
        because((say) => say.rules),
      );
    }
    // The other thread would have to read what is scaled once more; the answer to what takes too much is that of onError.
    if (reviewed.exhausted && review.scaled === undefined) return this.#judgeApart(exchange, policies, bytes);
    this.#answerTimed(exchange, reviewed, policies);
  }

  /** On a thread of its own, which can be given up. */
  async #judgeApart(exchange: Exchange, policies: Policies, bytes: Uint8Array): Promise<void> {
    const outcome = await policies.large.submit(bytes, exchange.deadline);
    if (outcome === null) return this.#overloaded(exchange);
    if ("bad" in outcome) return this.#refuse(exchange, outcome.bad.status, outcome.bad.message);
    if ("reviewed" in outcome) return this.#answerTimed(exchange, outcome.reviewed, policies);
    const { failed } = outcome;
    const reason = because((say) => (failed === "over-budget" ? say.overBudget(null) : say[failed]));
    this.#failed(exchange, policies, bytes, reason);
  }

  /** The audit log is told how long it took. */
  #answerTimed(exchange: Exchange, reviewed: Reviewed, { owners }: Policies): void {
    const { auditAnnotations } = reviewed.answer.response;
    auditAnnotations["duration-ms"] = (performance.now() - exchange.arrived).toFixed(1);
    this.#answer(exchange, reviewed);
    if (reviewed.untrusted !== undefined) this.#options.onUntrusted(reviewed.untrusted, owners);
  }

  /** What is judged: of a scale that counts what is scaled, else the request itself; or why that is not known. */
  async #scaled(
    review: AdmissionRequest,
    { reviewer, owners }: Policies,
    deadline: number,
  ): Promise<AdmissionRequest | { readonly why: Words<string> }> {
    const place = scaledPlace(review, reviewer.configuration.admission);
    if (place === null) return review;
    if (owners === null) return { why: because((say) => say.noCluster) };
    const parent = await owners.object(place, within(deadline - performance.now() - judgingMs));
    return "why" in parent ? parent : scaledReview(review, parent.object);
  }

  /** What a review is to be told, by the time that its answer is due. */
  async #factsFor(
    review: AdmissionRequest,
    { reviewer, sources, owners }: Policies,
    deadline: number,
  ): Promise<ReviewFacts> {
    const owned = owners === null ? null : reviewer.owned(review);
    const { facts } = this.#options;
    const told =
      owners === null || owned === null
        ? facts
        : toldAlso(facts, { owners: await owners.chain(owned, within(deadline - performance.now() - judgingMs)) });
    // Whoever is let in without a look does not wait for others either.
    if (isEmpty(sources) || reviewer.exemptionOf(review, told, new Date()) !== null) return told;
    return this.#told(reviewer.questions(review), sources, deadline, told);
  }

  /** What is known of the cluster, and what is found out to questions by the time that the answer is due. */
  async #told(questions: Questions, sources: FactSources, deadline: number, facts: ReviewFacts): Promise<ReviewFacts> {
    if (isEmpty(sources)) return facts;
    const milliseconds = deadline - performance.now() - judgingMs;
    const told = await answersTo(questions, sources, { milliseconds, onFound: this.#options.onFact });
    return toldAlso(facts, { told });
  }

  /** There is no judgement: the answer is that of `admission.onError`, to whoever the body says it is for. */
  #failed(exchange: Exchange, { reviewer }: Policies, body: Uint8Array, reason: Words<string>): void {
    const identity = requestIdentity(body);
    if (identity === null) this.#refuse(exchange, 400, noReview);
    else this.#answer(exchange, reviewer.failed(identity, this.#options.facts, reason));
  }

  #answer(
    { response, arrivedAt, arrived, request }: Exchange,
    { answer, record }: { readonly answer: object; readonly record: ReviewRecord },
  ): void {
    sendJson(response, 200, JSON.stringify(answer));
    const durationMs = performance.now() - arrived;
    const traceParent = request.headers.traceparent;
    try {
      this.#options.onDecision({
        record,
        arrivedAt,
        durationMs,
        traceParent: typeof traceParent === "string" ? traceParent : undefined,
      });
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #refuse({ request, response }: Exchange, status: number, text: string): void {
    this.#options.onRefused(status);
    refuseBody(request, response, status, text);
  }

  #overloaded({ request, response }: Exchange): void {
    this.#options.onRefused(429);
    sendOverloaded(request, response);
  }
}

function isEmpty(sources: FactSources): boolean {
  for (const _ in sources) return false;
  return true;
}

/** `application/json`, with or without parameters. */
function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(?:;|$)/i.test(contentType);
}
