import type { Configuration } from "../config/configuration.ts";
import type { Input } from "../contract/input.generated.ts";
import type { Language } from "../messages/language.ts";
import type { RelationOptions } from "../relations/terms/options.ts";

/** All that judging a file depends on besides the file and the relations. Plain data: each thread is handed a copy. */
export interface JudgeContext {
  readonly configuration: Configuration;
  readonly language: Language;
  /** The day against which waivers expire, `2027-01-31`, UTC. */
  readonly today: string;
  /**
   * Where the objects come by. Anywhere but at `check` they are judged as the webhook judges: no waivers that belong to a
   * repository, and nothing is left that somebody may still fill in.
   */
  readonly door: Input["door"];
  /** Fingerprints of findings that were there before. */
  readonly baseline: readonly string[];
  /** Paths of the user's own bundles. */
  readonly bundles: readonly string[];
  /** `1.34`: the version whose API is asked for. Null: nobody said. */
  readonly kubernetesVersion: string | null;
  /** Of objects that name none. */
  readonly defaultNamespace: string;
  /** Did the user say so, or is it the usual `default`? */
  readonly namespaceGiven: boolean;
}

/** How relations treat objects that name no namespace. */
export function relationOptions(context: JudgeContext): RelationOptions {
  const { defaultNamespace, namespaceGiven } = context;
  return { defaultNamespace, namespaceGiven, cluster: false };
}
