import { resolve } from "node:path";
import type { Authority } from "../../config/signatures.ts";
import type { Language } from "../../messages/language.ts";
import { writeTo } from "../output.ts";
import { colourFor } from "../terminal.ts";
import { type ParsedOptions, parseOptions, UsageError } from "../usage.ts";
import { keyAuthorityOf, type VerifiedImage, verifyImages } from "./verify.ts";
import { verifyOptions } from "./verify-options.ts";
import { verifiedText } from "./verify-text.ts";

/** `paddlock verify`: 0 where every image is verified, 1 where one is not, 2 where that could not be found out. */
export async function verifyCommand(words: readonly string[], language: Language): Promise<number> {
  const options = await parseOptions(words, verifyOptions, language);
  if (options.operands.length === 0) {
    throw new UsageError(options.say.needsImage);
  }
  const cwd = process.cwd();
  const authority = authorityOf(options, cwd);
  if (authority !== null && options.text("policy") !== undefined) {
    throw new UsageError(options.say.policyOrAuthority);
  }
  const colour = await colourFor(options.text("color"), process.env);
  const json = options.text("format") === "json";
  let status = 0;
  const images = verifyImages({
    images: options.operands,
    cwd,
    config: options.text("config"),
    policy: options.text("policy"),
    authority,
    insecureRegistries: options.list("insecure-registry") ?? [],
    loadSecret: (secret) => secretText(secret, options, language),
    language,
  });
  for await (const verified of images) {
    writeTo(1, [json ? `${JSON.stringify(jsonOf(verified))}\n` : verifiedText(verified, language, colour)]);
    const { state } = verified.fact;
    if (state === "failed" && status === 0) status = 1;
    if (state === "unknown" || state === "unmatched") status = 2;
  }
  return status;
}

function authorityOf(options: ParsedOptions, cwd: string): Authority | null {
  const key = options.text("key");
  const subject = options.text("identity");
  const issuer = options.text("issuer");
  const root = options.text("trusted-root");
  if (key !== undefined) {
    if (subject !== undefined || issuer !== undefined) throw new UsageError(options.say.exclude("--key", "--identity"));
    return keyAuthorityOf(key, cwd);
  }
  if (subject === undefined && issuer === undefined) {
    if (root !== undefined) throw new UsageError(options.say.goesWith("--trusted-root", "--identity"));
    return null;
  }
  if (subject === undefined || issuer === undefined) {
    throw new UsageError(options.say.identityAndIssuer);
  }
  return {
    type: "keyless",
    issuer: { exact: issuer },
    subject: { exact: subject },
    ...(root === undefined ? {} : { trustedRoot: { file: resolve(cwd, root) } }),
  };
}

/** Programs are told the same, in the words of the contract. */
function jsonOf({ image, fact, signatures }: VerifiedImage): object {
  return {
    image,
    digest: fact.digest,
    verdict: fact.state === "unmatched" ? "unknown" : fact.state,
    reason: fact.state === "unmatched" ? "no-policy" : fact.reason,
    detail: fact.detail,
    policy: fact.policies.join(", "),
    signatures: signatures.map(({ format, kind, authority, identity, issuer, time, logIndex, predicateType }) => ({
      format,
      kind,
      authority: authority.description,
      identity,
      issuer,
      time,
      logIndex,
      ...(predicateType === null ? {} : { predicateType }),
    })),
  };
}

/** A key that a policy keeps in a Secret is read with the user's own rights. */
async function secretText(
  { namespace, name, key }: { readonly namespace: string; readonly name: string; readonly key: string },
  options: ParsedOptions,
  language: Language,
): Promise<string> {
  const { ClusterClient } = await import("../../cluster/client.ts");
  const { secretValue } = await import("../../cluster/secret-value.ts");
  const client = ClusterClient.connect({
    kubeconfig: options.text("kubeconfig"),
    context: options.text("kube-context"),
    language,
  });
  try {
    return await secretValue(client, { namespace, name, key });
  } finally {
    client.close();
  }
}
