# METADATA
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/containers/images/#image-names
#     description: "Kubernetes: image names, tags and digests"
#   - ref: https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy
#     description: "Kubernetes: image pull policy"
#   - ref: https://pkg.go.dev/github.com/distribution/reference
#     description: The grammar of image references
# custom:
#   scope: workload
#   level: error
#   parameters:
#     error:
#       type: array
#       items: {enum: [invalid, untagged, floating, partial, opaque, version, commit]}
#       uniqueItems: true
#       default: [invalid, untagged, floating]
#     warning:
#       type: array
#       items: {enum: [invalid, untagged, floating, partial, opaque, version, commit]}
#       uniqueItems: true
#       default: [partial, opaque]
#     twoComponentReleases:
#       type: array
#       items: {type: string, minLength: 1}
#       default: []
#   computed_cases: [invalid-empty, invalid-whitespace, invalid-empty-tag, invalid-tag, invalid-digest,
#     invalid-upper-case, invalid-template, untagged, opaque, version, commit]
package paddlock.rules.images["pinned-image"]

import data.paddlock.lib.result
import data.paddlock.lib.settings

parameters := settings.parameters("pinned-image")

violations contains violation if {
	some pod in input.workload.pods
	some image in pod.images
	violation := judged(image)
}

violations contains result.not_judged("no-image", container.path, {"container": container.name}) if {
	some pod in input.workload.pods

	# A reference is a lookup, where "in" would go through the whole set for each container.
	places := {image.path | some image in pod.images}
	some container in pod.containers

	# Who makes the pods chooses the image of what it adds to them.
	container.role != "executor"
	not places[array.concat(container.path, ["image"])]
	not has_image_elsewhere(pod, container)
}

violations contains result.not_judged("no-containers", pod.path, {}) if {
	some pod in input.workload.pods
	pod.containers == []
}

judged(image) := result.not_judged("template", image.path, {"image": image.reference}) if {
	image.class == "template"
} else := result.fail_case(wording(image), image.path, facts(image)) if {
	image.class in parameters.error
	not is_release(image)
} else := result.fail_level("warning", wording(image), image.path, facts(image)) if {
	image.class in parameters.warning
	not is_release(image)
}

# The release of an image whose releases have two numbers is as full as three are elsewhere.
is_release(image) if {
	image.class == "partial"
	image.components == 2
	some pattern in parameters.twoComponentReleases
	glob.match(concat("", ["**/", pattern]), ["/"], concat("", ["/", image.repository]))
}

wording(image) := concat("-", ["invalid", image.problem]) if {
	image.class == "invalid"
	image.problem != "syntax"
} else := "floating-always" if {
	image.class == "floating"
	image.pullPolicy == "Always"

	# Of this tag it is the default, which the API server writes down.
	image.tag != "latest"
	says_its_policy(image)
} else := "floating-cached" if {
	is_cached(image)
} else := image.class

facts(image) := {"image": image.reference, "class": image.class, "pullPolicy": image.pullPolicy} if {
	is_cached(image)
} else := {"image": image.reference, "class": image.class}

is_cached(image) if {
	image.class == "floating"
	image.pullPolicy in {"IfNotPresent", "Never"}
}

# The kinds that split an image into several fields leave the policy to their controller.
says_its_policy(image) if image.path[count(image.path) - 1] == "image"

# A kind without lists of containers names the image in fields of its own, which its parts may share.
has_image_elsewhere(pod, container) if {
	is_part(container)
	some image in pod.images
	array.slice(image.path, 0, count(container.path)) == container.path
}

has_image_elsewhere(pod, container) if {
	is_part(container)
	some other in input.workload.pods
	other.path == pod.path
	other.images != []
}

is_part(container) if not container.role in {"container", "initContainer", "sidecar", "ephemeralContainer"}
