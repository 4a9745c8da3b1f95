/** Why the webhook is never asked about a namespace: that is so in every installation, or by this one's values. */
export type NeverJudged = "built-in" | "values";

/**
 * Why nothing is judged in a namespace, whatever the configuration says; null: it is.
 * @param own where paddlock is installed
 * @param excluded as the webhook is registered; null: that is not known, and then what every installation excludes is
 */
export function neverJudged(namespace: string, own: string, excluded: readonly string[] | null): NeverJudged | null {
  const builtIn = ["kube-system", "kube-node-lease", own];
  if (!(excluded ?? builtIn).includes(namespace)) return null;
  return builtIn.includes(namespace) ? "built-in" : "values";
}
