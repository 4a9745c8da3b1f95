import { ConfigurationError } from "../config/configuration-error.ts";

/** `1.34`, `v1.34` and `1.34.2` all name the API of 1.34. @throws ConfigurationError */
export function kubernetesVersionOf(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  const version = /^v?(1\.\d{1,3})(\.\d+)?$/.exec(written)?.[1];
  if (version !== undefined) return version;
  const message = `"${written}" is no Kubernetes version: write it like 1.34`;
  throw ConfigurationError.of("usage", message);
}
