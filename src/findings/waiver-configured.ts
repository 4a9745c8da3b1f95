import type { ConfiguredWaiver } from "../config/configuration.ts";
import type { GlobCompiler } from "../config/glob-compiler.ts";
import type { ResourceIdentity } from "../resources/identity.ts";

/** A waiver of the configuration, ready to be tried on findings. */
export interface PreparedWaiver {
  /** Its place in the configuration's list. */
  readonly index: number;
  readonly waiver: ConfiguredWaiver;
  /** Null: any file. The path is relative to the configuration's folder. */
  readonly file: TextTest | null;
  /** Null: any object. */
  readonly resource: ((identity: ResourceIdentity) => boolean) | null;
  /** Null: any container, or none. */
  readonly container: TextTest | null;
}

type TextTest = (text: string) => boolean;

/** @param namespace the namespace of objects that name none. */
export function prepareWaiver(
  waiver: ConfiguredWaiver,
  index: number,
  compile: GlobCompiler,
  namespace: string,
): PreparedWaiver {
  const { files, resource, container } = waiver;
  return {
    index,
    waiver,
    file: files === undefined ? null : compile(files),
    resource: resource === undefined ? null : resourceTest(resource, compile, namespace),
    container: container === undefined ? null : textTest(container, compile),
  };
}

/** `Kind/name` in any namespace, or `Kind/namespace/name`. */
function resourceTest(
  pattern: string,
  compile: GlobCompiler,
  namespace: string,
): (identity: ResourceIdentity) => boolean {
  const parts = pattern.split("/").map((part) => textTest(part, compile));
  const [kind, second, third] = parts;
  if (kind === undefined || second === undefined) return () => false;
  const name = third ?? second;
  return (identity) =>
    kind(identity.kind) &&
    identity.name !== null &&
    name(identity.name) &&
    (third === undefined || second(identity.namespace ?? namespace));
}

/** Most patterns are plain names, for which no regular expression is needed. */
function textTest(pattern: string, compile: GlobCompiler): TextTest {
  if (/^[\w.-]+$/.test(pattern)) return (text) => text === pattern;
  return compile([pattern]);
}
