# METADATA
# title: Probes leave a model the time to load
# description: |
#   A Paddle server loads models for tens of seconds, a large language model for minutes. A liveness probe that gives up
#   earlier kills the container while it loads, again and again. Without a readiness probe requests arrive before the
#   model does; without a liveness probe a server that hangs stays. A startupProbe holds the others back until the model
#   is there, so that they can be quick afterwards.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
#   description: Configure liveness, readiness and startup probes
# - ref: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes
#   description: Container probes
# - ref: https://paddlepaddle.github.io/FastDeploy/online_serving/
#   description: FastDeploy online serving
# custom:
#   scope: paddle
#   level: error
#   owned_pods: skip
#   parameters:
#     minStartupSeconds:
#       type: number
#       minimum: 0
#       default: 60
#       description: The start-up time, in seconds, that probes must leave.
#     slowStartupSeconds:
#       type: number
#       minimum: 0
#       default: 300
#       description: The same for the images of slowImages.
#     slowImages:
#       type: array
#       items: {type: string}
#       default: ["*llm*", "*-vl*", "*ernie*", "fastdeploy*", "*vllm*"]
#       description: Images whose models are slow to load, as globs on the last part of the name with its tag; a glob with a slash is matched against the whole reference.
#     minReadinessDelaySeconds:
#       type: number
#       minimum: 0
#       default: 30
#       description: The initialDelaySeconds that a readiness probe should have without a startupProbe.
#     readinessDelay:
#       enum: [info, warning]
#       default: info
#       description: The level of a readiness probe that begins too early.
#     injectedContainers:
#       type: array
#       items: {type: string}
#       default: [istio-proxy, istio-init, linkerd-proxy, queue-proxy, storage-initializer, vault-agent]
#       description: Names of containers that a mesh or a controller adds to the pod.
#   message: "{probe} gives the container {budget} s to start, but a model server needs at least {required} s"
#   remedy: "Add a startupProbe with initialDelaySeconds + periodSeconds × failureThreshold of at least {required}, e.g. periodSeconds: 10 and a failureThreshold that makes up the rest."
#   cases:
#     liveness_delay:
#       message: "the livenessProbe starts after {delay} s without a startupProbe: it fails while the model loads, and such failures hide real ones (at least {required} s)"
#       remedy: "Add a startupProbe, or set initialDelaySeconds of the livenessProbe to at least {required}."
#     readiness_missing:
#       message: "there is no readinessProbe: requests arrive before the model is loaded"
#       remedy: "Add a readinessProbe on the endpoint that answers once the model is loaded, e.g. httpGet path: /health (PaddleX), /v2/health/ready (Triton), or tcpSocket (Paddle Serving)."
#     liveness_missing:
#       message: "there is no livenessProbe: a server that hangs is never restarted"
#       remedy: "Add a livenessProbe, with a startupProbe that covers the time a model takes to load."
#     readiness_delay:
#       message: "the readinessProbe starts after {delay} s without a startupProbe; a model takes at least {required} s to load"
#       remedy: "Set initialDelaySeconds of the readinessProbe to at least {required}, or add a startupProbe."
#     unknown_port:
#       message: "{probe} names port \"{port}\", which no port of this container is called: it can never succeed"
#       remedy: "Name one of the container's ports \"{port}\", or use the number."
#     fastdeploy_health:
#       message: "the livenessProbe asks FastDeploy's {path}, which answers 304 when its workers are dead; kubelet counts that as success"
#       remedy: "Probe /ping, or a real inference by an exec probe."
#     not_readable:
#       message: "{field} of {probe} is filled in later, so the probe cannot be judged"
#       remedy: "Judge the rendered manifest."
#   zh:
#     title: 探针应为模型加载留足时间
#     rationale: |
#       Paddle 服务加载模型需要几十秒，大模型则要几分钟。存活探针若提前判定失败，容器会在加载途中被反复杀掉；没有就绪探针，
#       请求会先于模型到达；没有存活探针，卡死的服务永远不会重启。startupProbe 会让其他探针等到模型加载完成，此后探针
#       便可以设得灵敏。
#     message: "{probe} 只给容器 {budget} 秒启动时间，而模型服务至少需要 {required} 秒"
#     remedy: "增加 startupProbe，使 initialDelaySeconds + periodSeconds × failureThreshold 不小于 {required}，例如 periodSeconds: 10，再用 failureThreshold 补足。"
#     cases:
#       liveness_delay:
#         message: "没有 startupProbe，livenessProbe 在 {delay} 秒后就开始探测：模型加载期间必然失败，会掩盖真正的故障（至少应为 {required} 秒）"
#         remedy: "增加 startupProbe，或将 livenessProbe 的 initialDelaySeconds 设为不小于 {required}。"
#       readiness_missing:
#         message: "缺少 readinessProbe：模型尚未加载完成，请求就会到达"
#         remedy: "增加 readinessProbe，探测模型加载完成后才响应的接口，例如 httpGet path: /health（PaddleX）、/v2/health/ready（Triton），或 tcpSocket（Paddle Serving）。"
#       liveness_missing:
#         message: "缺少 livenessProbe：服务卡死后不会被重启"
#         remedy: "增加 livenessProbe，并用 startupProbe 覆盖模型加载时间。"
#       readiness_delay:
#         message: "没有 startupProbe，readinessProbe 在 {delay} 秒后就开始探测，而模型加载至少需要 {required} 秒"
#         remedy: "将 readinessProbe 的 initialDelaySeconds 设为不小于 {required}，或增加 startupProbe。"
#       unknown_port:
#         message: "{probe} 引用了端口名 \"{port}\"，但该容器没有这个名称的端口，探测永远不会成功"
#         remedy: "将容器的某个端口命名为 \"{port}\"，或直接使用端口号。"
#       fastdeploy_health:
#         message: "livenessProbe 探测 FastDeploy 的 {path}：工作进程退出后它返回 304，kubelet 会当作成功"
#         remedy: "改为探测 /ping，或用 exec 探针做一次真实推理。"
#       not_readable:
#         message: "{probe} 的 {field} 稍后才填入，无法判断该探针"
#         remedy: "请检查渲染后的清单。"
#     parameters:
#       minStartupSeconds: 探针至少要留出的启动时间（秒）。
#       slowStartupSeconds: 对 slowImages 所列镜像要求的启动时间（秒）。
#       slowImages: 模型加载较慢的镜像，以通配符匹配镜像名最后一段（含标签）；带斜杠的通配符匹配完整引用。
#       minReadinessDelaySeconds: 没有 startupProbe 时，就绪探针应有的 initialDelaySeconds。
#       readinessDelay: 就绪探针过早开始时的级别。
#       injectedContainers: 由服务网格或控制器注入 Pod 的容器名称。
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
