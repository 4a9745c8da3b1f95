/** Names, formats and fields that are written the same in every language. */
const names = new Set(
  `paddlock kubectl helm kustomize kubeadm git kubernetes paddlepaddle docker notation sigstore fulcio rekor tuf opa rego
  webhook operator kubelet kubeconfig kustomization chart schema github gitlab jenkins npx json yaml pem sarif junit
  workload baseline recommended strict error warning info note off never auto always text compact checkstyle markdown
  enforce warn audit ignore fail trusted root glob values file namespace name option path command rule level time
  pod pods service secret configmap deployment job node crd api server admission container systemd daemonset hostnetwork
  static ingress dns utf nul mib ms mb id url tls ca http https host port ip ui ci cpu gpu
  signatures since until kinds findings check serve verify exempt explain init generate stdin
  openreports wgpolicy report policyreport replicaset rollout readme md bundle uid nan inf
  cosign wasm indexed lease localhost metrics healthz readyz sighup sigterm validate imagereview dev
  ecdsa rsa ed25519 curve oci manifest index token pkcs cose jws cn io paddlejob overlay admissionconfiguration`
    .split(/\s+/)
    .filter((name) => name !== ""),
);

/**
 * The words of English in a Chinese text: all that is left without what is quoted, paths, options, examples of commands,
 * codes in capitals and names.
 */
export function englishIn(text: string): readonly string[] {
  const plain = text
    .replaceAll(/`[^`\n]*`|"[^"\n]*"|'[^'\n]*'|“[^”\n]*”|<[^>\n]*>/g, " ")
    .replaceAll(/\b(?:https?|file):\/\/[^\s，。；：、（）]+/g, " ")
    // Paths, names of files, fields (`a.b`, `a[0]`), images, versions, assignments.
    .replaceAll(/[\w@*${}-]*(?:[./:=@\\[\]_][\w@*${}.,-]*)+/g, (word) => (/^[A-Za-z]+[.:,]*$/.test(word) ? word : " "))
    .replaceAll(/--?[A-Za-z][\w-]*/g, " ")
    .replaceAll(/\b[A-Za-z]*[A-Z][A-Z0-9_-]+\b/g, " ")
    // `recommended-rules`, camelCase and kinds are names.
    .replaceAll(/\b(?:\w+-)+\w+\b|\b[A-Za-z]+[a-z0-9][A-Z]\w*/g, " ");
  return (plain.match(/[A-Za-z]{2,}/g) ?? []).filter((word) => !names.has(word.toLowerCase()));
}
