// Node has it as a global; its types come with the DOM library only, which would bring a browser's globals along.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
}
