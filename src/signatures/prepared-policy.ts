import type { Authority, SignaturePolicy, SignatureSettings } from "../config/signatures.ts";
import type { Assertion } from "./assertion.ts";
import { namesTag } from "./image-matcher.ts";
import { keyAuthority } from "./sigstore/key-authority.ts";
import { keylessAuthority } from "./sigstore/keyless-authority.ts";
import type { PreparedAuthority } from "./terms/authority.ts";
import { fingerprint, type MaterialReader } from "./terms/material.ts";

export interface PreparedAttestation {
  readonly predicateType: string;
  /** Seconds; null: of any age. */
  readonly maxAge: number | null;
  readonly assertion: Assertion | null;
}

/** A policy with all that it names loaded. */
export interface PreparedPolicy {
  readonly name: string;
  readonly formats: SignaturePolicy["formats"];
  readonly authorities: readonly PreparedAuthority[];
  /** How many of them must have signed. */
  readonly needed: number;
  readonly attestations: readonly PreparedAttestation[];
  /** Equal where a verdict by the one is a verdict by the other. */
  readonly fingerprint: string;
}

/** @throws ConfigurationError for the first key, root, bundle or glob that cannot be used */
export async function preparePolicies(
  { policies }: Pick<SignatureSettings, "policies">,
  reader: MaterialReader,
): Promise<readonly PreparedPolicy[]> {
  const prepared: PreparedPolicy[] = [];
  for (const policy of policies) {
    reader.policy = policy.name;
    prepared.push(await preparePolicy(policy, reader));
  }
  return prepared;
}

async function preparePolicy(policy: SignaturePolicy, reader: MaterialReader): Promise<PreparedPolicy> {
  for (const glob of [...policy.images, ...policy.exclude]) {
    if (namesTag(glob)) throw reader.refuse(reader.words.globWithTag(glob));
  }
  const authorities: PreparedAuthority[] = [];
  for (const authority of policy.authorities) authorities.push(await prepareAuthority(authority, reader));
  const prints = authorities.map((authority) => authority.fingerprint);
  if (new Set(prints).size < prints.length) throw reader.refuse(reader.words.keyTwice);

  const attestations: PreparedAttestation[] = [];
  for (const { predicateType, maxAge = null, assert } of policy.attestations) {
    const assertion =
      assert === undefined ? null : (await import("./assertion.ts")).loadAssertion(assert, reader.language);
    attestations.push({ predicateType, maxAge, assertion });
  }
  const { name, require, formats } = policy;
  const needed = require === "any" ? 1 : require === "all" ? authorities.length : require;
  const wanted = attestations.map(({ predicateType, maxAge, assertion }) => [
    predicateType,
    maxAge,
    assertion?.fingerprint ?? null,
  ]);
  const whole = JSON.stringify([name, needed, formats, prints, wanted]);
  return { name, formats, authorities, needed, attestations, fingerprint: fingerprint(whole) };
}

async function prepareAuthority(authority: Authority, reader: MaterialReader): Promise<PreparedAuthority> {
  switch (authority.type) {
    case "key":
      return keyAuthority(authority.key, reader);
    case "keyless":
      return keylessAuthority(authority, reader);
    case "certificate": {
      // Reading certificates takes a library that the others do not need.
      const { certificateAuthority } = await import("./notation/certificate-authority.ts");
      return certificateAuthority(authority, reader);
    }
  }
}
