# METADATA
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
#   needs: [signatures]
#   level: error
#   parameters:
#     noMatch:
#       enum: [allow, warn, deny]
#       default: warn
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
