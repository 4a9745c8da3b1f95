import { createHash, type KeyObject } from "node:crypto";
import { VerificationError, Verifier } from "@sigstore/verify";
import type { TextSource } from "../../config/signatures.ts";
import type { PreparedAuthority, Signed } from "../terms/authority.ts";
import type { Found } from "../terms/found.ts";
import { fingerprint, type MaterialReader } from "../terms/material.ts";
import { Rejection } from "../terms/rejection.ts";
import type { MaterialWords } from "../terms/words.ts";
import { publicKeyIn } from "./public-key.ts";
import { entityOf } from "./sigstore-entity.ts";

/** A public key vouches by itself: log entries and timestamps beside its signatures are not read. */
export class KeyAuthority implements PreparedAuthority {
  readonly description: string;
  readonly fingerprint: string;
  readonly reads = "sigstore";
  readonly #verifier: Verifier;

  constructor(key: KeyObject, say: MaterialWords) {
    const der = key.export({ type: "spki", format: "der" });
    this.fingerprint = fingerprint("key", der);
    this.description = say.keyName(`SHA256:${createHash("sha256").update(der).digest("base64").replace(/=+$/, "")}`);
    this.#verifier = new Verifier(
      {
        certificateAuthorities: [],
        timestampAuthorities: [],
        tlogs: [],
        ctlogs: [],
        publicKey: () => ({ publicKey: key, validFor: () => true }),
      },
      { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 },
    );
  }

  verify(found: Extract<Found, { readonly type: "sigstore" | "notation" }>): Signed {
    if (found.type !== "sigstore") throw new Rejection("wrong-key", (say) => say.certificateNotKey);
    const entity = entityOf(found, { logEntries: false, timestamps: false });
    try {
      this.#verifier.verify({ ...entity, key: { $case: "public-key", hint: "" } });
    } catch (error) {
      if (error instanceof VerificationError) throw new Rejection("wrong-key", (say) => say.otherKey);
      throw error;
    }
    const { format } = found;
    return { claim: found.claim(), format, identity: null, issuer: null, time: null, logIndex: null, until: null };
  }
}

/** @throws ConfigurationError for a text that cannot be had, or is no key */
export async function keyAuthority(source: TextSource, reader: MaterialReader): Promise<KeyAuthority> {
  const key = publicKeyIn(await reader.text(source));
  if (typeof key === "string") throw reader.refuse(reader.words.key[key], source);
  return new KeyAuthority(key, reader.words);
}
