import { readFile } from "node:fs/promises";
import { parseFile } from "../../documents/parse-file.ts";
import { isObject, listOf, objectOf, textOf } from "../../json/json.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { codeIn } from "../../messages/thrown.ts";
import { entryNames } from "./webhook-entries.ts";

/** More than a registration ever takes. */
const mostBytes = 4 << 20;
const ours: ReadonlySet<string | null> = new Set(entryNames);

/**
 * The ValidatingWebhookConfiguration in a file from which API servers know us; null where the file is not there, or holds
 * none of ours.
 * @throws Error where it cannot be read: an API server keeps what it had, then, and nobody can tell that from here.
 */
export async function registrationInFile(file: string): Promise<JsonObject | null> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (error) {
    if (codeIn(error) === "ENOENT") return null;
    throw error;
  }
  if (content.length > mostBytes) throw new Error(`${file} is larger than ${mostBytes} bytes`);
  const { documents, notifications } = parseFile(content, file.endsWith(".json") ? "json" : "yaml");
  const wrong = notifications.find(({ level }) => level === "error");
  if (wrong !== undefined) throw new Error(`${file}: ${wrong.message}`);
  const found = documents.flatMap(({ value }) => registrations(value)).find(isOurs);
  return found === undefined ? null : withoutChoice(found);
}

/** Those in a document: itself, or the items of a list. */
function registrations(value: JsonValue): readonly JsonObject[] {
  if (!isObject(value)) return [];
  if (value.kind === "List") return listOf(value.items).flatMap(registrations);
  return value.kind === "ValidatingWebhookConfiguration" ? [value] : [];
}

function isOurs({ webhooks }: JsonObject): boolean {
  return listOf(webhooks).some((entry) => ours.has(textOf(objectOf(entry).name)));
}

/** A file without any entry that fails closed was made without `--fail`: that is chosen, and no difference. */
function withoutChoice(registered: JsonObject): JsonObject {
  const entries = listOf(registered.webhooks).map(objectOf);
  if (entries.some(({ failurePolicy }) => failurePolicy !== "Ignore")) return registered;
  const webhooks = entries.map(({ failurePolicy, ...rest }): JsonObject => rest);
  return { ...registered, webhooks };
}
