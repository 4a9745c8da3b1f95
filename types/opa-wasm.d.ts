// The package's own declarations miss its default export; these are the parts that Paddlock uses.
export interface LoadedPolicy {
  /** The instance's memory: it grows and never shrinks. */
  readonly mem: WebAssembly.Memory;
  /** Where `data` lies, and where the heap of an evaluation may begin. */
  readonly dataAddr: number;
  readonly dataHeapPtr: number;
  readonly wasmInstance: {
    readonly exports: {
      /** Absent in modules before ABI 1.2. */
      readonly opa_eval?: (
        reserved: 0,
        entrypoint: number,
        data: number,
        input: number,
        inputBytes: number,
        heap: number,
        format: 0,
      ) => number;
    };
  };
  readonly entrypoints: Readonly<Record<string, number>>;
  evaluate(input: unknown, entrypoint?: number | string): unknown;
  setData(data: object): void;
}
declare const opa: {
  loadPolicySync(
    wasm: object,
    memory?: { initial: number; maximum?: number },
    builtins?: Readonly<Record<string, (...args: readonly never[]) => unknown>>,
  ): LoadedPolicy;
};
export default opa;
