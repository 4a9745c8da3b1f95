import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Region } from "../documents/document.ts";
import { parseFile } from "../documents/parse-file.ts";
import { isObject } from "../json/json.ts";
import { typeName } from "../json/type-name.ts";
import type { JsonObject, JsonValue, Path } from "../json/value.ts";
import type { Language } from "../messages/language.ts";
import type { Notification } from "../messages/notification.ts";
import { systemReason } from "../messages/system-reason.ts";
import { codeIn } from "../messages/thrown.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { configurationWords } from "./words.ts";

/** One configuration file as it was written, before anything is checked but that it is a mapping. */
export interface WrittenConfiguration {
  readonly file: string;
  /** As notifications show it. */
  readonly shown: string;
  readonly value: JsonObject;
  /** Where a path of `value` stands in the file. */
  locate(path: Path): Region;
}

/** The key of package.json that holds a configuration. */
const manifestKey = "paddlock";

/**
 * Reads `.paddlock.yaml`, a file that another extends, or the `paddlock` key of a package.json.
 * @throws ConfigurationError where the file cannot be read, is no YAML or JSON, repeats a key, or is no mapping.
 */
export function readConfigurationFile(file: string, shown: string, language: Language): WrittenConfiguration {
  const words = configurationWords[language];
  const isManifest = basename(file) === "package.json";
  const parsed = parseFile(readText(file, shown, language), file.endsWith(".json") ? "json" : "yaml", language);
  // A repeated key is an oversight that would drop settings or waivers, so every word about the text counts.
  if (parsed.notifications.length > 0) {
    const relevant = isManifest ? parsed.notifications.filter(({ level }) => level === "error") : parsed.notifications;
    if (relevant.length > 0) {
      throw new ConfigurationError(relevant.map((each) => ({ ...each, level: "error", file: shown })));
    }
  }
  const [document, second] = parsed.documents;
  const at: Path = isManifest ? [manifestKey] : [];
  const fail = (message: string, place: Pick<Notification, "line" | "column">): never => {
    throw new ConfigurationError([{ level: "error", code: "configuration", message, file: shown, ...place }]);
  };
  if (second !== undefined) fail(words.notOneDocument, { line: second.line, column: 1 });
  const value = isManifest ? property(document?.value ?? null, manifestKey) : (document?.value ?? null);
  const locate = (path: Path): Region =>
    document?.locate([...at, ...path]).region ?? { line: 1, column: 1, endLine: 1, endColumn: 1 };
  if (value === null) return { file, shown, value: {}, locate };
  if (!isObject(value)) {
    const { line, column } = locate([]);
    return fail(words.notMapping(typeName(value)), { line, column });
  }
  return { file, shown, value: normalised(value), locate };
}

function readText(file: string, shown: string, language: Language): Uint8Array {
  const words = configurationWords[language];
  try {
    return readFileSync(file);
  } catch (error) {
    const message = codeIn(error) === "ENOENT" ? words.absent : words.unreadable(systemReason(error, language));
    throw ConfigurationError.of("configuration", message, shown);
  }
}

/**
 * Takes two habits of YAML for what they mean: a key without a value (all of its entries commented out) is absent, and
 * `off`, which Kubernetes' YAML reads as the boolean false, is the level of that name.
 */
function normalised(value: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, each] of Object.entries(value)) {
    if (each === null || each === undefined) continue;
    if (key === "rules") result[key] = levelsNamed(each);
    else if (key === "overrides" && Array.isArray(each)) result[key] = each.map(overrideNormalised);
    else setOwn(result, key, each);
  }
  return result;
}

function overrideNormalised(override: JsonValue): JsonValue {
  if (!isObject(override) || override.rules === undefined) return override;
  return { ...override, rules: levelsNamed(override.rules) };
}

function levelsNamed(rules: JsonValue): JsonValue {
  if (!isObject(rules)) return rules;
  const result: Record<string, JsonValue> = {};
  for (const [rule, setting] of Object.entries(rules)) {
    if (setting === false) setOwn(result, rule, "off");
    else if (setting !== undefined && isObject(setting) && setting.level === false) {
      setOwn(result, rule, { ...setting, level: "off" });
    } else if (setting !== undefined) setOwn(result, rule, setting);
  }
  return result;
}

/** A key such as `__proto__` stays a key. */
function setOwn(target: Record<string, JsonValue>, key: string, value: JsonValue): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function property(value: JsonValue, key: string): JsonValue {
  return isObject(value) && Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}
