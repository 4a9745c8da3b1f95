/** Who finds out, before objects are judged, what a fact asks about. */
export interface FactSource<Data = unknown> {
  /** What is known of all of them; null where somebody must be asked about one. */
  cached(questions: readonly string[]): Data | null;
  /** Never throws: what is not found out before `signal` is unknown. */
  facts(
    questions: readonly string[],
    signal?: AbortSignal,
    onProgress?: (known: number, total: number) => void,
  ): Promise<Data>;
  close(): Promise<void>;
}

/** By fact. */
export type FactSources<Source extends FactSource = FactSource> = { readonly [fact: string]: Source };
