import { untilAborted } from "../budget/until-aborted.ts";
import { ConfigurationError } from "../config/configuration-error.ts";
import type { SignatureSettings } from "../config/signatures.ts";
import type { Language } from "../messages/language.ts";
import type { CredentialSource } from "../registry/credentials.ts";
import { deadlineAfter } from "../registry/deadline.ts";
import type { RegistryClient } from "../registry/registry-client.ts";
import { ImageMatcher } from "./image-matcher.ts";
import type { ImageSignatures, VerifyOptions } from "./image-signatures.ts";
import { type ImageSubject, Subjects } from "./image-subject.ts";
import { judgePolicy } from "./judge-policy.ts";
import type { PolicyVerdict } from "./policy-verdict.ts";
import { type PreparedPolicy, preparePolicies } from "./prepared-policy.ts";
import { SingleFlight } from "./single-flight.ts";
import { ImageArtifacts, type SignatureSource } from "./terms/artifacts.ts";
import { type DetailWords, detailWords } from "./terms/detail-words.ts";
import { fingerprint, MaterialReader, type SecretLoader } from "./terms/material.ts";
import type { SignatureFact, SignatureVerdict } from "./terms/signature-fact.ts";
import { isAnswerOfRegistry, open, together, verdictOf, whatHappened } from "./verdict.ts";
import { VerdictCache } from "./verdict-cache.ts";

/** A registry client, and the same with other credentials. */
export type SignatureRegistry = SignatureSource & {
  withCredentials(credentials: CredentialSource): SignatureSource;
};

export interface ImageVerifierOptions {
  readonly settings: SignatureSettings;
  readonly registry: RegistryClient | SignatureRegistry;
  /** Of the errors of `prepare`. */
  readonly language: Language;
  /** Reads keys that are Secrets; absent: none can be read. */
  readonly loadSecret?: SecretLoader;
  /** May outlive a verifier: a pass that another one found still holds where the policies are the same. */
  readonly cache?: VerdictCache;
  /** Milliseconds that one verification may take. */
  readonly deadline?: number;
  /** For tests. */
  readonly now?: () => Date;
}

/** Who asks registries with the same credentials, by the same settings. */
interface Holder {
  readonly name: string;
  readonly source: SignatureSource;
}

const DEADLINE = 20_000;
/** A cluster uses some thousand images; a flood of others must not take the machine. */
const MOST_AT_ONCE = 2_000;

/** Over all verifiers: they may share a cache, but registries need not show them the same. */
let holderCount = 0;

/**
 * Verifies images against the policies of a configuration. One for a run or a server. The reference is resolved to a
 * digest once, and the digest is what is verified: of an index, the index; its members are not covered by its signature.
 */
export class ImageVerifier implements ImageSignatures {
  readonly #settings: SignatureSettings;
  readonly #registry: SignatureRegistry;
  readonly #subjects: Subjects;
  readonly #say: DetailWords;
  readonly #cache: VerdictCache;
  readonly #deadline: number;
  readonly #now: () => Date;
  readonly #flights: SingleFlight<SignatureVerdict> = new SingleFlight();
  readonly #ended: AbortController = new AbortController();
  readonly #own: Holder;
  /** Those whose credentials are the same object may share. */
  readonly #holders: WeakMap<CredentialSource, Holder> = new WeakMap();
  /** Equal for two whose verdicts are by equal policies. */
  readonly fingerprint: string;

  private constructor(options: ImageVerifierOptions, policies: readonly PreparedPolicy[], matcher: ImageMatcher) {
    this.#settings = options.settings;
    this.#say = detailWords[options.language];
    this.#registry = options.registry;
    this.#own = { name: String(++holderCount), source: options.registry };
    this.fingerprint = fingerprint(...policies.map((policy) => policy.fingerprint));
    this.#subjects = new Subjects(policies, matcher, options.settings.noMatch, this.#say);
    this.#cache = options.cache ?? new VerdictCache();
    this.#deadline = options.deadline ?? DEADLINE;
    this.#now = options.now ?? (() => new Date());
  }

  /**
   * Loads keys, trusted roots, certificates and assertions, once.
   *
   * @throws ConfigurationError for the first that cannot be used, with its file and the reason
   */
  static async prepare(options: ImageVerifierOptions): Promise<ImageVerifier> {
    const { settings, language, loadSecret } = options;
    const reader = new MaterialReader(language, loadSecret);
    const policies = await preparePolicies(settings, reader);
    let matcher: ImageMatcher;
    try {
      matcher = await ImageMatcher.of(settings.policies);
    } catch (error) {
      throw ConfigurationError.of("signatures", reader.reason(error));
    }
    return new ImageVerifier(options, policies, matcher);
  }

  async verify(image: string, options?: VerifyOptions): Promise<SignatureFact> {
    return (await this.inspect(image, options)).fact;
  }

  async inspect(
    image: string,
    { credentials, signal, offline = false }: VerifyOptions = {},
  ): Promise<SignatureVerdict> {
    const subject = this.#subjects.of(image);
    if ("fact" in subject) return subject;
    const holder = this.#holder(credentials);
    const known = this.#known(subject, holder.name);
    if (known !== undefined) return known;
    if (offline)
      return this.#verdict(
        subject,
        open("offline", (say) => say.offline),
        null,
      );
    if (this.#flights.size >= MOST_AT_ONCE) {
      return this.#verdict(
        subject,
        open("too-many", (say) => say.tooManyImages),
        null,
      );
    }
    // Who does not wait for the answer starts nothing.
    if (signal?.aborted === true) return this.#outOfTime(subject);
    const { tag, digest } = subject.reference;
    const flight = this.#flights.run(`${holder.name} ${subject.key} ${digest ?? tag}`, () =>
      this.#judge(subject, holder),
    );
    if (signal === undefined) return flight;
    return untilAborted(flight, signal, () => this.#outOfTime(subject));
  }

  cached(image: string, { credentials }: Pick<VerifyOptions, "credentials"> = {}): SignatureFact | undefined {
    const subject = this.#subjects.of(image);
    return "fact" in subject ? subject.fact : this.#known(subject, this.#holder(credentials).name)?.fact;
  }

  async close(): Promise<void> {
    this.#ended.abort();
  }

  /** A pass holds for whoever asks; a failure only for those who saw the same. */
  #known({ key, reference }: ImageSubject, holder: string): SignatureVerdict | undefined {
    const digest = reference.digest ?? this.#cache.digest(`${holder} ${key}:${reference.tag}`);
    if (digest === undefined) return undefined;
    return this.#cache.verdict(`${key}@${digest}`) ?? this.#cache.verdict(`${holder} ${key}@${digest}`);
  }

  async #judge(subject: ImageSubject, holder: Holder): Promise<SignatureVerdict> {
    const { reference, key } = subject;
    const time = deadlineAfter(this.#deadline, this.#ended.signal);
    let digest = reference.digest;
    try {
      if (digest === null) {
        digest = (await holder.source.resolve(reference, time.signal)).digest;
        this.#cache.keepTag(`${holder.name} ${key}:${reference.tag}`, digest);
        const known = this.#known({ ...subject, reference: { ...reference, digest } }, holder.name);
        if (known !== undefined) return known;
      }
      const artifacts = new ImageArtifacts(holder.source, reference.repository, digest, time.signal);
      const now = this.#now();
      const verdicts: PolicyVerdict[] = [];
      for (const policy of subject.policies) verdicts.push(await judgePolicy(policy, artifacts, now));
      const verdict = this.#verdict(subject, together(verdicts, subject.names), digest);
      this.#keep(subject, holder.name, verdict, verdicts, now);
      return verdict;
    } catch (error) {
      return this.#verdict(subject, whatHappened(error, reference), digest);
    } finally {
      time.end();
    }
  }

  #keep(
    { key }: ImageSubject,
    holder: string,
    verdict: SignatureVerdict,
    verdicts: readonly PolicyVerdict[],
    now: Date,
  ): void {
    const { state, reason, digest } = verdict.fact;
    if (state === "verified") {
      const untils = verdicts.flatMap((each) => (each.state === "verified" && each.until !== null ? [each.until] : []));
      const remaining = Math.min(...untils.map((until) => until.getTime() - now.getTime()));
      this.#cache.keep(`${key}@${digest}`, verdict, untils.length === 0 ? null : remaining);
    } else if (state === "failed" && !isAnswerOfRegistry(reason)) {
      this.#cache.keep(`${holder} ${key}@${digest}`, verdict, null);
    }
  }

  #outOfTime(subject: ImageSubject): SignatureVerdict {
    return this.#verdict(
      subject,
      open("timeout", (say) => say.outOfTime),
      null,
    );
  }

  #verdict({ names }: ImageSubject, verdict: PolicyVerdict, digest: string | null): SignatureVerdict {
    return verdictOf(verdict, names, digest, this.#settings, this.#say);
  }

  #holder(credentials: CredentialSource | undefined): Holder {
    if (credentials === undefined) return this.#own;
    let holder = this.#holders.get(credentials);
    if (holder === undefined) {
      holder = { name: String(++holderCount), source: this.#registry.withCredentials(credentials) };
      this.#holders.set(credentials, holder);
    }
    return holder;
  }
}
