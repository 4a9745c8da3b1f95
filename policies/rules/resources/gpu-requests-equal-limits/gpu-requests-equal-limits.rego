# METADATA
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/
#     description: "Kubernetes: schedule GPUs"
#   - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources
#     description: "Kubernetes: extended resources"
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
#     description: "Kubernetes: pod-level resources"
# custom:
#   scope: workload
#   level: error
#   parameters:
#     explicitRequests:
#       type: boolean
#       default: false
#     accelerators:
#       type: array
#       default: []
#       items:
#         type: object
#         required: [match]
#         additionalProperties: false
#         properties:
#           match: {type: string, pattern: "^[^/]+/[^/]+$"}
#           vendor: {type: [string, "null"]}
#           device: {type: boolean}
package paddlock.rules.resources["gpu-requests-equal-limits"]

import data.paddlock.lib.result
import data.paddlock.lib.settings

parameters := settings.parameters("gpu-requests-equal-limits")

violations contains violation if {
	some pod in input.workload.pods
	some container in pod.containers
	some accelerator in accelerators(container)
	violation := judged(
		container, accelerator,
		object.get(container.resources.requests, accelerator.name, null),
		object.get(container.resources.limits, accelerator.name, null),
	)
}

violations contains result.fail_level("warning", "vendors", array.concat(container.path, ["resources"]), facts) if {
	some pod in input.workload.pods
	some container in pod.containers
	count(container.resources.limits) + count(container.resources.requests) > 1
	vendors := {accelerator.vendor |
		some accelerator in accelerators(container)
		accelerator.vendor != null
		is_wanted(container.resources, accelerator.name)
	}
	count(vendors) > 1
	facts := {"container": container.name, "vendors": sort(vendors)}
}

violations contains result.fail_case("pod-level", path, {"resource": name}) if {
	some pod in input.workload.pods
	some side in ["requests", "limits"]
	some name, _ in pod.spec.resources[side]
	contains(name, "/")
	path := array.concat(pod.path, ["resources", side, name])
}

violations contains result.not_judged("no-containers", pod.path, {}) if {
	some pod in input.workload.pods
	pod.containers == []
}

accelerators(container) := container.accelerators if {
	parameters.accelerators == []
} else := array.concat(container.accelerators, [accelerator |
	known := {accelerator.name | some accelerator in container.accelerators}
	some name in (object.keys(object.union(container.resources.limits, container.resources.requests)) - known)
	accelerator := added(name)
])

added(name) := {
	"name": name,
	"vendor": object.get(rows[0], "vendor", null),
	"device": object.get(rows[0], "device", true),
} if {
	rows := [row |
		some row in parameters.accelerators
		glob.match(row.match, ["/"], name)
	]
}

# Zero devices are none: they stand beside a MIG slice to say so.
is_wanted(resources, name) if resources.limits[name].value != "0"

is_wanted(resources, name) if {
	not resources.limits[name]
	resources.requests[name].value != "0"
}

judged(container, accelerator, request, limit) := unread(container, accelerator, "limits", limit) if {
	is_unread(limit)
} else := unread(container, accelerator, "requests", request) if {
	is_unread(request)
} else := limit_alone(container, accelerator, limit) if {
	request == null
} else := result.fail_case("no-limit", place(container, "requests", accelerator), {
	"container": container.name,
	"resource": accelerator.name,
	"request": request.raw,
}) if {
	limit == null
} else := result.fail_case("unequal", place(container, "requests", accelerator), {
	"container": container.name,
	"resource": accelerator.name,
	"request": request.raw,
	"limit": limit.raw,
}) if {
	request.value != limit.value
} else := fraction(container, accelerator, limit)

limit_alone(container, accelerator, limit) := fraction(container, accelerator, limit) if {
	is_fraction(accelerator, limit)
} else := result.fail_level("warning", "implicit-request", place(container, "requests", accelerator), {
	"container": container.name,
	"resource": accelerator.name,
	"limit": limit.raw,
}) if {
	parameters.explicitRequests
}

fraction(container, accelerator, limit) := result.fail_case("fraction", place(container, "limits", accelerator), {
	"container": container.name,
	"resource": accelerator.name,
	"quantity": limit.raw,
}) if {
	is_fraction(accelerator, limit)
}

is_fraction(accelerator, quantity) if {
	accelerator.device
	contains(quantity.value, ".")
}

is_unread(quantity) if quantity.template

is_unread(quantity) if quantity.value == null

is_unread(quantity) if startswith(quantity.value, "-")

unread(container, accelerator, side, quantity) := result.not_judged("template", place(container, side, accelerator), {
	"container": container.name,
	"resource": accelerator.name,
}) if {
	quantity.template
} else := result.fail_case("malformed", place(container, side, accelerator), {
	"container": container.name,
	"resource": accelerator.name,
	"quantity": quantity.raw,
})

place(container, side, accelerator) := array.concat(container.path, ["resources", side, accelerator.name])
