import { ConfigurationError } from "../config/configuration-error.ts";
import type { Language } from "../messages/language.ts";
import { usageWords } from "./usage-words.ts";

/** `1.34`, `v1.34` and `1.34.2` all name the API of 1.34. @throws ConfigurationError */
export function kubernetesVersionOf(written: string | undefined, language: Language): string | undefined {
  if (written === undefined) return undefined;
  const version = /^v?(1\.\d{1,3})(\.\d+)?$/.exec(written)?.[1];
  if (version !== undefined) return version;
  const message = usageWords[language].noVersion(written);
  throw ConfigurationError.of("usage", message);
}
