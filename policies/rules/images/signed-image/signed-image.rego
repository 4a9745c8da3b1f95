# METADATA
# title: Images are signed
# description: |
#   A digest says which image runs, a signature says who made it. Without one, whoever can push to the registry, or sits
#   between it and the cluster, can run code in it. Which images must be signed, and by whom, is a signature policy of the
#   configuration.
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
#       description: What holds for an image that no signature policy matches.
#   message: 'image "{image}" has no valid signature'
#   remedy: |-
#     Sign the image in the pipeline that builds it, by its digest: cosign sign repository@sha256:…. Then name it by that
#     digest.
#   zh:
#     title: 容器镜像已签名
#     rationale: |
#       摘要说明运行的是哪个镜像，签名说明镜像出自谁手。没有签名，能向仓库推送的人、能在仓库与集群之间做手脚的人，都能让集群运行
#       他的代码。哪些镜像必须签名、由谁签名，由配置中的签名策略规定。
#     message: 镜像“{image}”没有有效的签名
#     remedy: 在构建镜像的流水线中按摘要签名：cosign sign repository@sha256:…，并在清单中用该摘要引用镜像。
#     parameters:
#       noMatch: 没有任何签名策略匹配的镜像如何处理：allow 放行，warn 警告，deny 拒绝。
package paddlock.rules.images["signed-image"]

# Whether a signature is valid is found out before the rules run, and only by a signature policy. Without one the rule is
# reported as skipped; it never says that an image is signed.
violations := set()
