# METADATA
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#     description: "Kubernetes: resource management for pods and containers"
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/quality-service-pod/
#     description: "Kubernetes: quality of service for pods"
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
#     description: "Kubernetes: pod-level resources"
# custom:
#   scope: workload
#   level: warning
package paddlock.rules.resources["cpu-memory-resources"]

import data.paddlock.lib.result
import data.paddlock.lib.template

asked := [["requests", "cpu"], ["requests", "memory"], ["limits", "memory"]]

violations contains violation if {
	some pod in input.workload.pods
	some container in pod.containers
	container.role != "ephemeralContainer"
	missing := [concat(".", [side, name]) |
		some [side, name] in asked
		not is_set(container.resources, side, name)
		not is_set_for_pod(pod, side, name)
	]
	missing != []
	violation := lacking(pod, container, missing)
}

violations contains violation if {
	some pod in input.workload.pods
	some container in pod.containers
	some side in ["requests", "limits"]
	some name in ["cpu", "memory"]
	quantity := container.resources[side][name]
	violation := doubtful(quantity, name, array.concat(container.path, ["resources", side, name]), container.name)
}

violations contains violation if {
	some pod in input.workload.pods
	some side in ["requests", "limits"]
	some name in ["cpu", "memory"]
	quantity := pod.spec.resources[side][name]
	violation := doubtful_for_pod(quantity, name, array.concat(pod.path, ["resources", side, name]))
}

violations contains result.not_judged("no-containers", pod.path, {}) if {
	some pod in input.workload.pods
	pod.containers == []
}

# A quantity of zero asks for nothing and limits nothing. A limit sets the request that is not written.
is_set(resources, side, name) if resources[side][name].value != "0"

is_set(resources, "requests", name) if {
	not resources.requests[name]
	resources.limits[name].value != "0"
}

is_set_for_pod(pod, side, name) if is_wanted(pod.spec.resources[side][name])

is_set_for_pod(pod, "requests", name) if is_wanted(pod.spec.resources.limits[name])

is_wanted(quantity) if not quantity in {null, 0, "0"}

lacking(pod, container, missing) := result.not_judged("cannot-express", container.path, {
	"container": container.name,
	"missing": missing,
	"kind": input.resource.kind,
}) if {
	"resources" in pod.cannotExpress
} else := result.not_judged("by-controller", array.concat(container.path, ["resources"]), {
	"container": container.name,
	"missing": missing,
	"kind": input.resource.kind,
}) if {
	pod.defaultsByController
} else := result.fail(array.concat(container.path, ["resources"]), {
	"container": container.name,
	"missing": missing,
})

doubtful(quantity, name, path, container) := result.not_judged("template", path, {
	"container": container,
	"resource": name,
}) if {
	quantity.template
} else := result.fail_case("malformed", path, {"container": container, "quantity": quantity.raw}) if {
	quantity.value == null
} else := result.fail_level("warning", "milli", path, {"container": container, "quantity": quantity.raw}) if {
	name == "memory"
	endswith(quantity.raw, "m")
}

doubtful_for_pod(quantity, name, path) := result.not_judged("template-pod", path, {"resource": name}) if {
	template.is_template(quantity)
} else := result.fail_level("warning", "milli-pod", path, {"quantity": quantity}) if {
	name == "memory"
	is_string(quantity)
	endswith(quantity, "m")
}
