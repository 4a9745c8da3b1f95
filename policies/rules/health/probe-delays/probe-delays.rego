# METADATA
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
#     description: Configure liveness, readiness and startup probes
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes
#     description: Container probes
#   - ref: https://paddlepaddle.github.io/FastDeploy/online_serving/
#     description: FastDeploy online serving
# custom:
#   scope: paddle
#   level: error
#   owned_pods: skip
#   parameters:
#     minStartupSeconds:
#       type: number
#       minimum: 0
#       default: 60
#     slowStartupSeconds:
#       type: number
#       minimum: 0
#       default: 300
#     slowImages:
#       type: array
#       items: {type: string}
#       default: ["*llm*", "*-vl*", "*ernie*", "fastdeploy*", "*vllm*"]
#     minReadinessDelaySeconds:
#       type: number
#       minimum: 0
#       default: 30
#     readinessDelay:
#       enum: [info, warning]
#       default: info
#     injectedContainers:
#       type: array
#       items: {type: string}
#       default: [istio-proxy, istio-init, linkerd-proxy, queue-proxy, storage-initializer, vault-agent]
package paddlock.rules.health["probe-delays"]

import data.paddlock.lib.containers
import data.paddlock.lib.result
import data.paddlock.lib.settings
import data.paddlock.lib.template

parameters := settings.parameters("probe-delays")

violations contains violation if {
	some pod in input.workload.pods
	pod.serving
	not "probes" in pod.cannotExpress
	some container in containers.model_serving(pod, parameters.injectedContainers)
	some violation in verdicts(pod, container)
}

verdicts(pod, container) := array.concat(
	array.concat(startup(container), readiness(pod, container)),
	array.concat(liveness(container), ports(container)),
)

# The probe that decides how long a start may take: the startupProbe, else the livenessProbe. Without either nothing
# kills the start.
startup(container) := budget(container, "startupProbe") if {
	is_present(container, "startupProbe")
} else := budget(container, "livenessProbe") if {
	is_present(container, "livenessProbe")
} else := []

# A probe of a wrong type has no field that can be read; the first is enough to say so.
budget(container, name) := unreadable(container, name, fields[0]) if {
	fields := [field |
		some field in ["initialDelaySeconds", "periodSeconds", "failureThreshold"]
		not number(container.spec[name], field, 0)
	]
	count(fields) > 0
} else := [result.fail(array.concat(container.path, [name]), {
	"probe": name,
	"budget": seconds,
	"required": required,
})] if {
	seconds := total(container.spec[name])
	required := required_seconds(container, seconds)
	seconds < required
} else := [result.fail_level("warning", "liveness_delay", array.concat(container.path, [name, "initialDelaySeconds"]), {
	"delay": delay,
	"required": required,
})] if {
	name == "livenessProbe"
	delay := number(container.spec[name], "initialDelaySeconds", 0)
	required := required_seconds(container, delay)
	delay < required
} else := []

total(probe) := number(probe, "initialDelaySeconds", 0) + (number(probe, "periodSeconds", 10) * number(probe, "failureThreshold", 3))

# The patterns of images are tried only where their answer matters.
required_seconds(container, seconds) := parameters.slowStartupSeconds if {
	seconds < parameters.slowStartupSeconds
	is_slow(container)
} else := parameters.minStartupSeconds

is_slow(container) if {
	image := lower(container.image)
	parts := split(image, "/")
	some written in parameters.slowImages
	pattern := lower(written)
	text := matched_part(pattern, image, parts[count(parts) - 1])
	may_match(pattern, text)
	glob.match(pattern, null, text)
}

matched_part(pattern, image, name) := image if {
	contains(pattern, "/")
} else := name

# A glob costs more than all the rest of this rule; of `*word*` the word alone nearly always says no.
may_match(pattern, text) if contains(text, trim(pattern, "*"))

may_match(pattern, _) if {
	word := trim(pattern, "*")
	some special in ["*", "?", "[", "{", "\\"]
	contains(word, special)
}

readiness(pod, container) := [result.fail_case("readiness_missing", array.concat(container.path, ["readinessProbe"]), {})] if {
	not is_present(container, "readinessProbe")
	not pod.readinessByController
	not container.readinessByController
} else := [] if {
	not is_present(container, "readinessProbe")
} else := [] if {
	is_present(container, "startupProbe")
} else := unreadable(container, "readinessProbe", "initialDelaySeconds") if {
	not number(container.spec.readinessProbe, "initialDelaySeconds", 0)
} else := [result.fail_level(
	parameters.readinessDelay,
	"readiness_delay",
	array.concat(container.path, ["readinessProbe", "initialDelaySeconds"]),
	{"delay": delay, "required": parameters.minReadinessDelaySeconds},
)] if {
	delay := number(container.spec.readinessProbe, "initialDelaySeconds", 0)
	delay < parameters.minReadinessDelaySeconds
} else := []

liveness(container) := [result.fail_level("warning", "liveness_missing", array.concat(container.path, ["livenessProbe"]), {})] if {
	not is_present(container, "livenessProbe")
	not has_default_liveness
} else := [result.fail_level(
	"warning",
	"fastdeploy_health",
	array.concat(container.path, ["livenessProbe", "httpGet", "path"]),
	{"path": asked},
)] if {
	asked := container.spec.livenessProbe.httpGet.path
	trim_right(asked, "/") == "/health"
	is_fastdeploy(container)
} else := []

# The operator of this kind sets every probe that is not written.
has_default_liveness if input.resource.kind == "NIMService"

is_fastdeploy(container) if contains(lower(container.image), "fastdeploy")

is_fastdeploy(container) if container.stack == "FastDeploy"

ports(container) := [violation |
	some name in ["startupProbe", "livenessProbe", "readinessProbe"]
	some handler in ["httpGet", "tcpSocket"]
	port := container.spec[name][handler].port
	is_string(port)
	violation := port_verdict(container, [name, handler, "port"], port)
]

port_verdict(container, [name, handler, field], port) := result.not_judged(
	"not_readable",
	array.concat(container.path, [name, handler, field]),
	{"probe": name, "field": field},
) if {
	template.is_template(port)
} else := result.fail_case("unknown_port", array.concat(container.path, [name, handler, field]), {
	"probe": name,
	"port": port,
}) if {
	not has_port(container, port)
}

has_port(container, name) if {
	some port in container.spec.ports
	port.name == name
}

is_present(container, name) if not object.get(container.spec, name, null) == null

unreadable(container, name, field) := [result.not_judged("not_readable", array.concat(container.path, [name, field]), {
	"probe": name,
	"field": field,
})]

# A field's number; absent, null and 0 mean its default, as the API server reads them. Undefined for anything else.
number(probe, field, fallback) := fallback if {
	object.get(probe, field, 0) in {0, null}
} else := probe[field] if {
	is_number(probe[field])
}
