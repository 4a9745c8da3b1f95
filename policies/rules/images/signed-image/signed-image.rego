# METADATA
# title: Images are signed
# description: |
#   A digest says which image runs, a signature says who made it. Without one, whoever can push to the registry, or sits
#   between it and the cluster, can run code in it. Which images must be signed, and by whom, is a signature policy of the
#   configuration; the signature is fetched from the registry and verified for the digest that the name stands for. Where
#   the registry gives no answer, nothing is taken for signed: the configuration says whether that is an error.
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://docs.sigstore.dev/cosign/verifying/verify/
#     description: "Sigstore: verifying signatures with cosign"
#   - ref: https://notaryproject.dev/docs/
#     description: "Notary Project: signing and verifying artifacts"
#   - ref: https://kubernetes.io/docs/tasks/administer-cluster/verify-signed-artifacts/
#     description: "Kubernetes: verify signed artifacts"
# custom:
#   scope: workload
#   level: error
#   skipped_without: signatures
#   parameters:
#     noMatch:
#       enum: [allow, warn, deny]
#       default: warn
#       description: What holds for an image that no signature policy matches, where the block signatures does not say.
#   message: 'image "{image}" has no valid signature: {reason} {detail}'
#   remedy: |-
#     Sign the image in the pipeline that builds it, by its digest: cosign sign repository@sha256:…. Then name it by that
#     digest. "paddlock verify" tells what was found.
#   cases:
#     unsigned:
#       message: 'image "{image}" is not signed'
#     wrong-key:
#       message: 'image "{image}" is signed, but by none of the keys that its policy trusts'
#       remedy: |-
#         Sign it with the key of the policy, or add the key that signed it to the authorities of the policy if you trust it. "paddlock verify" shows the signatures that were found.
#     wrong-identity:
#       message: 'image "{image}" is signed, but by nobody whom its policy trusts'
#       remedy: |-
#         Compare issuer and subject of the signature, which "paddlock verify" shows, with the keyless authorities of the policy: both must match as a whole.
#     not-enough-signatures:
#       message: 'image "{image}" has valid signatures, but fewer than its policy requires'
#       remedy: "Have the other authorities of the policy sign it too, or lower its require."
#     bad-reference:
#       message: 'image "{image}" is no valid reference, so nobody can have signed it'
#       remedy: "Name the image by the grammar of image references, best by its digest: repository@sha256:…."
#     tag-not-found:
#       message: 'image "{image}" is not in its registry'
#       remedy: "Push the image first, or correct its name."
#     unauthorized:
#       message: 'the registry of image "{image}" asks for credentials, and takes none that are at hand'
#       remedy: |-
#         Give credentials: docker login, or registries[].credentials in the configuration; in the cluster registries.pullSecrets.
#     forbidden:
#       message: 'the registry refuses access to image "{image}"'
#       remedy: "Allow the credentials that are used to pull the image."
#     digest-mismatch:
#       message: 'the registry handed out other content than the digest of image "{image}" names'
#       remedy: "Find out who changed it: the registry, a mirror or a proxy between does not keep what it was given."
#     attestation-missing:
#       message: 'image "{image}" is signed, but lacks an attestation that its policy asks for: {detail}'
#       remedy: "Attach it in the pipeline: cosign attest --type … --predicate … repository@sha256:…."
#     attestation-too-old:
#       message: 'the newest attestation of image "{image}" is older than its policy allows: {detail}'
#       remedy: "Make it anew (scan the image again) and attach it: cosign attest …."
#     attestation-rejected:
#       message: 'the attestation of image "{image}" says what its policy does not allow: {detail}'
#       remedy: "Mend what it reports, build and sign the image again, and attach a new attestation."
#     unknown:
#       message: 'whether image "{image}" is signed could not be found out ({reason}): {detail}'
#       remedy: |-
#         Try again when the registry answers. Where it is not reached from here, say so by registries in the configuration (mirrors, ca, credentials).
#     unmatched:
#       message: 'no signature policy is for image "{image}", so nobody need have signed it'
#       remedy: |-
#         Add a signature policy whose images match it, or exempt it with "noMatch: allow".
#     template:
#       message: 'image "{image}" is filled in from a template, so whether it is signed cannot be judged'
#       remedy: "Check the rendered manifest."
#   zh:
#     title: 容器镜像已签名
#     rationale: |
#       摘要说明运行的是哪个镜像，签名说明镜像出自谁手。没有签名，能向仓库推送的人、能在仓库与集群之间做手脚的人，都能让集群运行
#       他的代码。哪些镜像必须签名、由谁签名，由配置中的签名策略规定；签名从镜像仓库取得，并针对镜像名当前对应的摘要进行验证。仓库没有应答时，
#       不会当作已签名：是否算错误由配置决定。
#     message: 镜像“{image}”没有有效的签名：{reason} {detail}
#     remedy: 在构建镜像的流水线中按摘要签名：cosign sign repository@sha256:…，并在清单中用该摘要引用镜像。用 paddlock verify 可查看找到了什么。
#     cases:
#       unsigned:
#         message: 镜像“{image}”没有签名
#       wrong-key:
#         message: 镜像“{image}”有签名，但不是由策略信任的密钥签的
#         remedy: 用策略中的密钥签名；如果信任签名所用的密钥，也可把它加入策略的 authorities。用 paddlock verify 可查看找到的签名。
#       wrong-identity:
#         message: 镜像“{image}”有签名，但签名者不在策略信任之列
#         remedy: 用 paddlock verify 查看签名的 issuer 和 subject，与策略中的 keyless 对照：两者都必须完整匹配。
#       not-enough-signatures:
#         message: 镜像“{image}”有有效签名，但数量少于策略要求
#         remedy: 请策略中的其他签名方也签名，或调低 require。
#       bad-reference:
#         message: 镜像“{image}”不是合法的引用，不可能有签名
#         remedy: 按镜像引用的语法书写，最好使用摘要：repository@sha256:…。
#       tag-not-found:
#         message: 镜像“{image}”不在仓库中
#         remedy: 先推送镜像，或更正名称。
#       unauthorized:
#         message: 镜像“{image}”所在仓库需要凭据，现有凭据均无效
#         remedy: 提供凭据：docker login，或配置中的 registries[].credentials；集群内用 registries.pullSecrets。
#       forbidden:
#         message: 仓库拒绝访问镜像“{image}”
#         remedy: 为所用凭据授予该镜像的拉取权限。
#       digest-mismatch:
#         message: 仓库返回的内容与镜像“{image}”的摘要不符
#         remedy: 查明是谁改动了内容：仓库、镜像站或中间代理没有原样保存。
#       attestation-missing:
#         message: 镜像“{image}”已签名，但缺少策略要求的证明：{detail}
#         remedy: 在流水线中附上证明：cosign attest --type … --predicate … repository@sha256:…。
#       attestation-too-old:
#         message: 镜像“{image}”最新的证明已超过策略允许的时限：{detail}
#         remedy: 重新生成（例如重新扫描镜像）并附上：cosign attest …。
#       attestation-rejected:
#         message: 镜像“{image}”的证明内容不符合策略：{detail}
#         remedy: 修复其中报告的问题，重新构建并签名，再附上新的证明。
#       unknown:
#         message: 无法查明镜像“{image}”是否已签名（{reason}）：{detail}
#         remedy: 待仓库恢复应答后重试。如果从这里无法访问，请在配置的 registries 中说明（mirrors、ca、credentials）。
#       unmatched:
#         message: 没有适用于镜像“{image}”的签名策略，因此不要求任何人签名
#         remedy: |-
#           新增一条能匹配该镜像的签名策略，或用 "noMatch: allow" 放行。
#       template:
#         message: 镜像“{image}”由模板填入，无法判定是否已签名
#         remedy: 请检查渲染后的清单。
#     parameters:
#       noMatch: 没有任何签名策略匹配的镜像如何处理（signatures 未写明时）：allow 放行，warn 警告，deny 拒绝。
package paddlock.rules.images["signed-image"]

import data.paddlock.lib.result
import data.paddlock.lib.settings

parameters := settings.parameters("signed-image")

# Reasons that have words of their own; the others are told by the general ones.
worded := {
	"unsigned", "wrong-key", "wrong-identity", "not-enough-signatures", "bad-reference", "tag-not-found", "unauthorized",
	"forbidden", "digest-mismatch", "attestation-missing", "attestation-too-old", "attestation-rejected",
}

# Whether a signature is valid is found out before the rules run, and only by a signature policy: without one no image has
# the fact, and the rule is reported as skipped.
violations contains verdict(image) if {
	some pod in input.workload.pods
	some image in pod.images
	image.signature.state != "verified"
}

verdict(image) := result.fail_case(image.signature.reason, image.path, args(image)) if {
	image.signature.state == "failed"
	image.signature.reason in worded
}

verdict(image) := result.fail(image.path, args(image)) if {
	image.signature.state == "failed"
	not image.signature.reason in worded
}

verdict(image) := result.not_judged("template", image.path, {"image": image.reference}) if {
	image.signature.state == "unknown"
	image.class == "template"
}

verdict(image) := acted(image.signature.action, "unknown", image) if {
	image.signature.state == "unknown"
	image.class != "template"
}

verdict(image) := acted(no_match(image.signature.action), "unmatched", image) if image.signature.state == "unmatched"

no_match(null) := parameters.noMatch

no_match(action) := action if action != null

acted("deny", name, image) := result.fail_case(name, image.path, args(image))

acted("warn", name, image) := result.fail_level("warning", name, image.path, args(image))

acted("allow", "unknown", image) := result.not_judged("unknown", image.path, args(image))

args(image) := {"image": image.reference, "reason": image.signature.reason, "detail": image.signature.detail} if {
	image.signature.state != "unmatched"
}

args(image) := {"image": image.reference} if image.signature.state == "unmatched"
