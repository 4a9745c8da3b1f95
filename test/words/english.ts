/** Names, formats, fields and commands that are written the same in every language. */
const names: ReadonlySet<string> = new Set(
  `paddlock kubectl helm kustomize kubeadm kubelet kubeconfig kustomization git kubernetes paddlepaddle paddle docker
  notation sigstore rekor opa webhook operator chart github gitlab jenkins schema pod service configmap deployment job
  job-controller api server role text compact json yaml sarif junit checkstyle markdown baseline recommended strict
  error warning info never auto always enforce warn extends rules overrides waivers kinds namespace with admission
  signatures registries level scope mode since until clusters users contexts fingerprint values operands verify audit
  exempt explain generate init serve check trusted root glob mediatype bundle token manifest index systemd daemonset
  jobset note ms mb kb binary files resource container labels kind pods serving training int zh ml npx https view findings
  build wasm reason all ignore waiver fail generating overlay values upgrade apply namespaces default en deploy template lease trace debug fatal silent ours out requests labels indexed off workload object jws ed fixtures attestation statement referrers secret from gib issuer identity key openreports wgpolicy report policyreport replicaset clusterrole blob items watch uid image path crane digest buildx imagetools inspect ingress egress weights triton capability limits predictor
  forbidden exemptions batch list get seccomp`
    .split(/\s+/)
    .filter((name) => name !== ""),
);

/**
 * The words of English in a Chinese text: all that is left without what is quoted, paths, fields, options, codes in
 * capitals and names.
 */
export function englishIn(text: string): readonly string[] {
  const plain = text
    .replaceAll(/`[^`\n]*`|"[^"\n]*"|“[^”]*”|<[^>\n]*>/g, " ")
    .replaceAll(/\bhttps?:\/\/[^\s，。；：、（）]+/g, " ")
    // Words with a hyphen are names of rules and options, those with a point or a slash are paths, fields and files.
    .replaceAll(/(?:--?)?[A-Za-z0-9_@*$]+(?:[-./:=@[\]][A-Za-z0-9_*]+)+[-./*\]]*/g, " ")
    .replaceAll(/(?<![A-Za-z])[-.~/*$]+[A-Za-z][\w/.-]*/g, " ")
    // Codes, what stands for a value, kinds and fields in camel case.
    .replaceAll(/\b[A-Z][A-Z0-9_]+s?\b|\b[A-Za-z]*[a-z][A-Z]\w*\b|\b0x\w+|\bU\+\w+/g, " ");
  return (plain.match(/[A-Za-z]{2,}/g) ?? []).filter((word) => !names.has(word.toLowerCase()));
}
