import { resolve } from "node:path";
import { StaticAdmissionError } from "../../admission/static-admission/static-admission-error.ts";
import type { Language } from "../../messages/language.ts";
import { writeTo } from "../output.ts";
import { parseOptions, UsageError } from "../usage.ts";
import { generateStaticAdmission } from "./generate-static-admission.ts";
import { staticAdmissionOptions } from "./generate-static-admission-options.ts";

const example = "--url https://127.0.0.1:8443 --ca ca.crt";

/** `paddlock generate static-admission`: the files with which an API server knows the webhook from its start. */
export async function generateStaticAdmissionCommand(words: readonly string[], language: Language): Promise<number> {
  const options = await parseOptions(words, staticAdmissionOptions, language);
  const [operand] = options.operands;
  if (operand !== undefined) throw new UsageError(options.say.noOperand("generate static-admission", operand));
  const url = options.text("url");
  const ca = options.text("ca");
  if (url === undefined || ca === undefined) {
    throw new UsageError(
      options.say.commandNeeds("generate static-admission", url === undefined ? "--url" : "--ca", example),
    );
  }
  try {
    const text = await generateStaticAdmission({
      cwd: process.cwd(),
      language,
      now: new Date(),
      url,
      ca: resolve(ca),
      certificate: options.text("tls-cert"),
      acceptExpiry: options.flag("accept-expiry"),
      config: options.text("config"),
      fail: options.flag("fail"),
      namespace: options.text("namespace") ?? "paddlock-system",
      excluded: options.list("exclude-namespace") ?? [],
      nodeDirectory: options.text("node-directory") ?? "/etc/kubernetes/paddlock",
      output: options.text("output") ?? "paddlock-static-admission",
      force: options.flag("force"),
    });
    writeTo(1, [text]);
  } catch (error) {
    // What was given cannot be used, and the message says how to mend it.
    if (error instanceof StaticAdmissionError) throw new UsageError(error.message);
    throw error;
  }
  return 0;
}
