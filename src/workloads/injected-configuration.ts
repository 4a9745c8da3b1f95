/** Whether Istio's configuration of a proxy, JSON, leaves the program of the proxy and its own configuration alone. */
export function configuresNoBinary(text: string): boolean {
  // What Kubernetes puts in for $(NAME) is not to be seen here.
  if (text.includes("$(")) return false;
  const others = text.replace(
    /"binaryPath"\s*:\s*"\/usr\/local\/bin\/envoy"|"configPath"\s*:\s*"\.?\/etc\/istio\/proxy"/g,
    "",
  );
  return isPlain(text) && !/"(?:binary|config|proxy_?bootstrap_?template)_?path"|"custom_?config_?file"/i.test(others);
}

/** Whether the configuration of Vault's agent, JSON in base64, runs no commands, neither itself nor by a template. */
export function configuresNoCommand(text: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  const decoded = Buffer.from(text, "base64").toString("utf8");
  return isPlain(decoded) && !/"(?:exec|command|source)"|\bplugin\b/i.test(decoded);
}

/**
 * Whether a text is JSON that writes its names as they are, so that they may be looked for in the text: of a name that is
 * there twice a parser shows one value, and another parser takes the other.
 */
function isPlain(text: string): boolean {
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  return !/\\u(?!00(?:3c|3e|26))/i.test(text);
}
