// The package's own declarations miss its default export; these are the parts that Paddlock uses.
export interface LoadedPolicy {
  /** The instance's memory: it grows and never shrinks. */
  readonly mem: { readonly buffer: ArrayBuffer };
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
