# METADATA
# title: Accelerators are requested as Kubernetes hands them out
# description: |
#   Kubernetes hands out whole devices: a request for a GPU must equal its limit, a request without a limit is refused, and
#   half a device does not exist. A limit alone is enough, for it sets the request. In a Deployment or a PaddleJob nothing
#   checks this until the pods are created: the object is accepted, and at night no pod comes up.
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
#       description: Whether a limit without its request is a warning.
#     accelerators:
#       type: array
#       default: []
#       description: |-
#         Further accelerator resources. match is a glob of the name (example.com/npu*), vendor tells devices of different
#         makers apart, device says whether whole devices are counted (not memory or cores of one).
#       items:
#         type: object
#         required: [match]
#         additionalProperties: false
#         properties:
#           match: { type: string, pattern: "^[^/]+/[^/]+$" }
#           vendor: { type: [string, "null"] }
#           device: { type: boolean }
#   message: 'the request for "{resource}" does not fit Kubernetes: "{container}"'
#   remedy: 'Write the number of devices under "limits", and under "requests" the same number or none.'
#   cases:
#     no-limit: { message: '"{container}" requests {request} of "{resource}" without a limit: Kubernetes refuses its pods' }
#     unequal: { message: '"{container}" requests {request} of "{resource}" with a limit of {limit}: Kubernetes refuses its pods, they must be equal' }
#     fraction:
#       message: '"{container}" asks for {quantity} of "{resource}": there are only whole devices'
#       remedy: Ask for whole devices. To share one, use what the cluster's device plugin offers for it, a MIG profile or a resource for shared memory and cores.
#     malformed: { message: '"{container}" asks for "{quantity}" of "{resource}", which is no quantity: Kubernetes refuses it', remedy: Write a whole number. }
#     pod-level:
#       message: '"{resource}" stands in the resources of the pod: Kubernetes takes only CPU, memory and huge pages there'
#       remedy: Move it to the resources of the container that uses the device.
#     vendors:
#       message: '"{container}" asks for accelerators of several vendors ({vendors}): hardly a node has them all, and no Paddle build uses them together'
#       remedy: Keep the resource that the image is built for; start one workload for each kind of hardware.
#     implicit-request:
#       message: '"{container}" limits "{resource}" to {limit} without saying so in its requests'
#       remedy: 'Write the same number under "requests".'
#     template: { message: 'not judged: "{resource}" of "{container}" is filled in by a template', remedy: Judge the rendered manifest. }
#     no-containers: { message: "not judged: the pod has no containers", remedy: Give the pod at least one container. }
#   zh:
#     title: 加速卡的申请符合 Kubernetes 的分配方式
#     rationale: |
#       Kubernetes 按整卡分配：GPU 的 requests 必须等于 limits，只写 requests 不写 limits 会被拒绝，也没有半张卡可分。只写 limits 是
#       可以的，requests 会取同样的值。但 Deployment、PaddleJob 里的这些错误在创建 Pod 之前无人检查：对象创建成功，Pod 却一个也起不来。
#     message: “{container}”对“{resource}”的申请不符合 Kubernetes 的要求
#     remedy: 把卡数写在 limits 中，requests 写同样的数或者不写。
#     cases:
#       no-limit: { message: "“{container}”的 requests 申请了 {request} 个“{resource}”，却没有 limits：Kubernetes 会拒绝它的 Pod" }
#       unequal: { message: "“{container}”对“{resource}”的 requests 为 {request}，limits 为 {limit}：两者必须相等，否则 Kubernetes 会拒绝它的 Pod" }
#       fraction:
#         message: "“{container}”申请了 {quantity} 个“{resource}”：只能按整卡分配"
#         remedy: 申请整卡。需要共享时，使用集群设备插件提供的资源，例如 MIG 切片，或按显存、算力划分的资源。
#       malformed: { message: "“{container}”的“{resource}”写成了“{quantity}”，不是合法的数量，Kubernetes 会拒绝", remedy: 写成整数。 }
#       pod-level:
#         message: "“{resource}”写在了 Pod 级别的 resources 中：这里 Kubernetes 只接受 CPU、内存和大页"
#         remedy: 移到使用该设备的容器的 resources 中。
#       vendors:
#         message: "“{container}”同时申请了多家厂商的加速卡（{vendors}）：几乎没有节点同时具备，Paddle 也没有能同时使用它们的版本"
#         remedy: 只保留镜像所适配的那一种资源；不同硬件各用一个工作负载。
#       implicit-request:
#         message: "“{container}”的“{resource}”只写了 limits（{limit}），没有写 requests"
#         remedy: 在 requests 中写上同样的数。
#       template: { message: "未判定：“{container}”的“{resource}”由模板填入", remedy: 请检查渲染之后的清单。 }
#       no-containers: { message: "未判定：Pod 没有任何容器", remedy: 至少为 Pod 配置一个容器。 }
#     parameters:
#       explicitRequests: 只写 limits 不写 requests 时是否给出警告。
#       accelerators: 补充的加速卡资源：match 为资源名通配符（如 example.com/npu*），vendor 用于区分厂商，device 表示是否按整卡计数（而不是一张卡的显存或算力）。
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
