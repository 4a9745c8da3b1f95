/** The annotation in which `kubectl apply`, and what is built on it, keeps what was written. */
export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
