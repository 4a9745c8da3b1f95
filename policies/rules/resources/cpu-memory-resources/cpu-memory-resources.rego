# METADATA
# title: CPU and memory are requested, memory is limited
# description: |
#   Without requests the scheduler puts a model server wherever there is a gap, and the first pod to be evicted is that one.
#   Without a memory limit a leak or a large picture takes the memory of its neighbours, until the kernel kills something.
#   A CPU limit is not asked for: it slows inference down and protects nobody who has requests.
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
#   message: '"{container}" does not say what it needs: {missing}'
#   remedy: |-
#     Measure the server under load, then set "requests" for cpu and memory to what it uses and the memory limit to the most
#     that it may use. A limit alone counts as its request; "resources" of the pod count for all of its containers.
#   cases:
#     milli:
#       message: 'memory "{quantity}" of "{container}" is counted in thousandths of a byte: "m" means milli'
#       remedy: Write Mi or Gi for binary units, M or G for decimal ones.
#     milli-pod:
#       message: 'memory "{quantity}" of the pod is counted in thousandths of a byte: "m" means milli'
#       remedy: Write Mi or Gi for binary units, M or G for decimal ones.
#     malformed:
#       message: '"{quantity}" of "{container}" is no quantity: Kubernetes refuses it'
#       remedy: Write a number with a unit that Kubernetes knows, such as 500m for CPU and Mi or Gi for memory.
#     template: { message: 'not judged: {resource} of "{container}" is filled in by a template', remedy: Judge the rendered manifest. }
#     template-pod: { message: "not judged: {resource} of the pod is filled in by a template", remedy: Judge the rendered manifest. }
#     by-controller: { message: 'not judged: what "{container}" leaves out ({missing}) is set by the controller of {kind}', remedy: 'Write it where it must not depend on the defaults of the cluster.' }
#     cannot-express: { message: 'not judged: {kind} has no field for {missing} of "{container}"', remedy: Set it where the controller takes its pod template from. }
#     no-containers: { message: "not judged: the pod has no containers", remedy: Give the pod at least one container. }
#   zh:
#     title: 声明 CPU 和内存的 requests，并限制内存
#     rationale: |
#       没有 requests，调度器哪里有空就把模型服务放到哪里，资源紧张时最先被驱逐的也是它。没有内存上限，一次泄漏或一张大图就会挤占同一
#       节点上其他服务的内存，直到内核杀掉某个进程。这里不要求 CPU 上限：它只会拖慢推理，而声明了 requests 的服务本来就有保障。
#     message: “{container}”没有声明所需资源：{missing}
#     remedy: |-
#       在压测中测出实际用量，把 CPU 和内存的 requests 设为常用值，把内存的 limits 设为允许的最大值。只写 limits 时 requests 取同样的值；
#       Pod 级别的 resources 对所有容器生效。
#     cases:
#       milli:
#         message: “{container}”的内存“{quantity}”以千分之一字节计：“m”表示千分之一
#         remedy: 二进制单位写 Mi、Gi，十进制单位写 M、G。
#       milli-pod:
#         message: Pod 级别的内存“{quantity}”以千分之一字节计：“m”表示千分之一
#         remedy: 二进制单位写 Mi、Gi，十进制单位写 M、G。
#       malformed:
#         message: “{container}”的“{quantity}”不是合法的数量，Kubernetes 会拒绝
#         remedy: 写成数字加 Kubernetes 认识的单位，例如 CPU 用 500m，内存用 Mi 或 Gi。
#       template: { message: "未判定：“{container}”的 {resource} 由模板填入", remedy: 请检查渲染之后的清单。 }
#       template-pod: { message: "未判定：Pod 级别的 {resource} 由模板填入", remedy: 请检查渲染之后的清单。 }
#       by-controller: { message: "未判定：“{container}”没有写的部分（{missing}）由 {kind} 的控制器补上", remedy: 不希望依赖集群默认值时，请自行写明。 }
#       cannot-express: { message: "未判定：{kind} 没有字段可以设置“{container}”的 {missing}", remedy: 在控制器取用 Pod 模板的地方设置。 }
#       no-containers: { message: "未判定：Pod 没有任何容器", remedy: 至少为 Pod 配置一个容器。 }
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
