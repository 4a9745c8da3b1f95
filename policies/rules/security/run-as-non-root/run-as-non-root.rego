# METADATA
# title: Containers do not run as root
# description: |
#   Root in a container is root on the node as soon as anything in between fails: a bug in the kernel or the runtime, a
#   mounted host path, a volume shared with others. Most Paddle images start as root because nobody told them otherwise.
#   Kubernetes takes each field from the container, and only where the container does not have it from the pod; it runs a
#   container as the user of its image where neither names one.
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
#     description: "Kubernetes: configure a security context for a pod or container"
#   - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
#     description: "Kubernetes: Pod Security Standards, running as non-root"
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
#     description: "Kubernetes: user namespaces"
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/
#     description: "Kubernetes: runAsUserName for Windows pods"
# custom:
#   scope: workload
#   level: error
#   parameters:
#     requireExplicit:
#       type: boolean
#       default: false
#       description: Whether only "runAsNonRoot - true" passes, and a runAsUser above 0 alone does not.
#     allowHostUsersFalse:
#       type: boolean
#       default: false
#       description: |-
#         Whether root passes in a pod with "hostUsers - false", where the kernel maps it to a user without rights on the
#         node.
#   message: "may run as root: {containers}"
#   remedy: |-
#     Set "runAsNonRoot: true" and a "runAsUser" above 0 (such as 1000) in the securityContext of the pod or the container.
#     Paddle images write below /root when they start: give the user a place to write by "HOME" or "PADDLE_PDX_CACHE_HOME" on
#     a volume, and make that volume writable for its group by "fsGroup" in the pod's securityContext.
#   cases:
#     unset: { message: "neither the pod nor the container says which user to run as, so the image decides, and most images say root: {containers}" }
#     allowed: { message: '"runAsNonRoot: false" and no runAsUser let the image decide, and most images say root: {containers}' }
#     root: { message: '"runAsUser: 0" is root: {containers}' }
#     root-refused:
#       message: '"runAsUser: 0" is root while runAsNonRoot is true, so that the kubelet refuses to start it: {containers}'
#       remedy: |-
#         Name a "runAsUser" above 0 (such as 1000). Paddle images write below /root when they start: give the user a place to
#         write by "HOME" or "PADDLE_PDX_CACHE_HOME" on a volume, and make that volume writable for its group by "fsGroup".
#     not-explicit:
#       message: '"runAsNonRoot: true" is missing beside the user that is named, so nothing stops root when that user changes: {containers}'
#       remedy: 'Add "runAsNonRoot: true" to the same securityContext.'
#     group:
#       message: '"runAsGroup: 0" gives the rights of the group root: {containers}'
#       remedy: Name a group above 0, and the same one as "fsGroup" where volumes must be writable.
#     supplemental-group:
#       message: "the group 0 (root) is among the pod's supplementalGroups"
#       remedy: Remove the 0; files of a volume that must be writable are for "fsGroup".
#     template-group: { message: "not judged: a supplemental group is filled in by a template", remedy: Judge the rendered manifest. }
#     windows-administrator: { message: '"runAsUserName" names an administrator: {containers}', remedy: 'Set "runAsUserName: ContainerUser" in securityContext.windowsOptions.' }
#     windows-unset: { message: "neither the pod nor the container says which Windows user to run as: {containers}", remedy: 'Set "runAsUserName: ContainerUser" in securityContext.windowsOptions, or "runAsNonRoot: true".' }
#     template: { message: 'not judged: {field} is filled in by a template: {containers}', remedy: Judge the rendered manifest. }
#     unreadable: { message: "not judged: the value of {field} is none that Kubernetes takes: {containers}", remedy: "Write user and group ids as numbers, and runAsNonRoot as true or false." }
#     cannot-express: { message: 'not judged: {kind} has no field that says which user "{containers}" runs as', remedy: 'Build the image with a USER other than root, or set the user where the controller of {kind} takes its pod template from.' }
#     runtime: { message: 'not judged: the runtime that serves the model says which user runs, and {kind} does not: {containers}', remedy: 'Set "runAsNonRoot: true" in the securityContext here, or judge the ServingRuntime.' }
#     no-containers: { message: "not judged: the pod has no containers", remedy: Give the pod at least one container. }
#   zh:
#     title: 容器不以 root 身份运行
#     rationale: |
#       容器里的 root 与节点上的 root 之间只隔着一层：内核或运行时的一个漏洞、挂进来的一个宿主机目录、与他人共享的一个卷，都可能让它
#       变成节点的 root。大多数 Paddle 镜像以 root 启动，只是因为没有人另行指定。Kubernetes 逐个字段取值：容器写了就用容器的，没写
#       才用 Pod 的；两处都没写时按镜像里的用户运行。
#     message: "可能以 root 身份运行：{containers}"
#     remedy: |-
#       在 Pod 或容器的 securityContext 中设置“runAsNonRoot: true”和大于 0 的“runAsUser”（如 1000）。Paddle 镜像启动时要写 /root
#       下的目录：把“HOME”或“PADDLE_PDX_CACHE_HOME”指向挂载的卷，并在 Pod 的 securityContext 中用“fsGroup”让该卷对这个组可写。
#     cases:
#       unset: { message: "Pod 和容器都没有指定运行用户，由镜像决定，而多数镜像是 root：{containers}" }
#       allowed: { message: "“runAsNonRoot: false”且没有 runAsUser，由镜像决定运行用户，而多数镜像是 root：{containers}" }
#       root: { message: "“runAsUser: 0”就是 root：{containers}" }
#       root-refused:
#         message: "“runAsUser: 0”是 root，而 runAsNonRoot 为 true，kubelet 会拒绝启动：{containers}"
#         remedy: |-
#           把“runAsUser”改为大于 0 的值（如 1000）。Paddle 镜像启动时要写 /root 下的目录：把“HOME”或“PADDLE_PDX_CACHE_HOME”指向
#           挂载的卷，并用“fsGroup”让该卷对这个组可写。
#       not-explicit:
#         message: "指定了用户，但没有“runAsNonRoot: true”，以后用户被改成 root 也不会被拦住：{containers}"
#         remedy: "在同一个 securityContext 中加上“runAsNonRoot: true”。"
#       group:
#         message: "“runAsGroup: 0”使进程具有 root 组的权限：{containers}"
#         remedy: 改用大于 0 的组；需要写卷时，把“fsGroup”设为同一个组。
#       supplemental-group:
#         message: Pod 的 supplementalGroups 中含有 0（root 组）
#         remedy: 去掉 0；需要写卷时使用“fsGroup”。
#       template-group: { message: 未判定：supplementalGroups 由模板填入, remedy: 请检查渲染之后的清单。 }
#       windows-administrator: { message: "“runAsUserName”是管理员：{containers}", remedy: "在 securityContext.windowsOptions 中设置“runAsUserName: ContainerUser”。" }
#       windows-unset: { message: "Pod 和容器都没有指定 Windows 运行用户：{containers}", remedy: "在 securityContext.windowsOptions 中设置“runAsUserName: ContainerUser”，或者设置“runAsNonRoot: true”。" }
#       template: { message: "未判定：{field} 由模板填入：{containers}", remedy: 请检查渲染之后的清单。 }
#       unreadable: { message: "未判定：{field} 的值不是 Kubernetes 能接受的：{containers}", remedy: 用户和组写成数字，runAsNonRoot 写成 true 或 false。 }
#       cannot-express: { message: "未判定：{kind} 没有字段可以指定“{containers}”的运行用户", remedy: "在镜像中用 USER 指定非 root 用户，或在 {kind} 的控制器取用 Pod 模板的地方指定用户。" }
#       runtime: { message: "未判定：运行用户由提供模型服务的 ServingRuntime 决定，{kind} 中没有指定：{containers}", remedy: "在此处的 securityContext 中设置“runAsNonRoot: true”，或检查对应的 ServingRuntime。" }
#       no-containers: { message: "未判定：Pod 没有任何容器", remedy: 至少为 Pod 配置一个容器。 }
#     parameters:
#       requireExplicit: 是否只有“runAsNonRoot - true”才算通过，仅有大于 0 的 runAsUser 不算。
#       allowHostUsersFalse: 在“hostUsers - false”的 Pod 中 root 会被内核映射为节点上没有权限的用户，是否允许这样的 root。
package paddlock.rules.security["run-as-non-root"]

import data.paddlock.lib.result
import data.paddlock.lib.settings
import data.paddlock.lib.template

parameters := settings.parameters("run-as-non-root")

violations contains worded(fault, [fault.name]) if {
	some pod in judged_pods
	some fault in faults(pod)
	not fault.shared
}

# A field of the pod is one finding, which names all containers that it holds for.
violations contains worded(fault, names) if {
	some pod in judged_pods
	shared := [fault | some fault in faults(pod); fault.shared]
	some fault in {object.remove(fault, ["name"]) | some fault in shared}
	names := [other.name | some other in shared; other.path == fault.path; other.case == fault.case]
}

violations contains violation if {
	some pod in judged_pods
	some index, group in pod.spec.securityContext.supplementalGroups
	violation := supplemental_group(group, array.concat(pod.path, ["securityContext", "supplementalGroups", index]))
}

violations contains violation if {
	some pod in input.workload.pods
	"securityContext" in pod.cannotExpress
	some container in pod.containers
	violation := result.not_judged("cannot-express", container.path, {
		"containers": [container.name],
		"kind": input.resource.kind,
	})
}

violations contains result.not_judged("no-containers", pod.path, {}) if {
	some pod in input.workload.pods
	pod.containers == []
}

judged_pods := [pod |
	some pod in input.workload.pods
	not "securityContext" in pod.cannotExpress
	not is_mapped(pod)
]

# Root of such a pod is nobody on the node.
is_mapped(pod) if {
	parameters.allowHostUsersFalse
	pod.spec.hostUsers == false
}

# What is wrong with each container of a pod, and where.
faults(pod) := [fault |
	context := object.get(pod.spec, "securityContext", null)
	some container in pod.containers
	own := object.get(container.spec, "securityContext", null)
	some [name, field] in found(pod, context, own)
	name != "pass"
	fault := located(by_runtime(name, pod, container), field, pod, container, own)
]

# KServe takes what its model form leaves out from a ServingRuntime; containers of the predictor's own list stand alone.
by_runtime(name, pod, container) := "runtime" if {
	name == "unset"
	pod.defaultsByController
	container.role == pod.name
} else := name

found(pod, context, own) := [["template", "securityContext"]] if {
	is_template_of(context, own)
} else := [windows_user(
	effective(windows_options(context), windows_options(own), "runAsUserName"),
	effective(context, own, "runAsNonRoot"),
)] if {
	is_windows(pod)
} else := [
	user(effective(context, own, "runAsUser"), effective(context, own, "runAsNonRoot")),
	group(effective(context, own, "runAsGroup")),
]

windows_options(context) := context.windowsOptions if {
	context.windowsOptions
} else := null

is_template_of(_, own) if template.is_template(own)

is_template_of(context, _) if template.is_template(context)

is_windows(pod) if pod.spec.os.name == "windows"

is_windows(pod) if pod.spec.nodeSelector["kubernetes.io/os"] == "windows"

# Kubernetes' precedence, field by field: the container's value, else the pod's. Null where neither has one.
effective(context, own, field) := own[field] if {
	own[field] != null
} else := context[field] if {
	context[field] != null
} else := null

# The case, and the field that it is about; user 0 is root even where runAsNonRoot is true.
user(uid, non_root) := without_user(non_root, "unset") if {
	uid == null
} else := unjudged("runAsUser", uid) if {
	not is_id(uid)
} else := ["root-refused", "runAsUser"] if {
	uid == 0
	non_root == true
} else := ["root", "runAsUser"] if {
	uid == 0
} else := explicit(non_root, "runAsUser")

windows_user(name, non_root) := without_user(non_root, "windows-unset") if {
	name == null
} else := unjudged("runAsUserName", name) if {
	not is_user_name(name)
} else := ["windows-administrator", "runAsUserName"] if {
	is_administrator(lower(name))
} else := explicit(non_root, "runAsUserName")

group(gid) := ["pass", ""] if {
	gid == null
} else := unjudged("runAsGroup", gid) if {
	not is_id(gid)
} else := ["group", "runAsGroup"] if {
	gid == 0
} else := ["pass", ""]

without_user(non_root, unset) := [unset, ""] if {
	non_root == null
} else := ["pass", ""] if {
	non_root == true
} else := ["allowed", "runAsNonRoot"] if {
	non_root == false
} else := unjudged("runAsNonRoot", non_root)

# A user other than root is named.
explicit(non_root, field) := ["pass", ""] if {
	not parameters.requireExplicit
} else := ["pass", ""] if {
	non_root == true
} else := ["not-explicit", field] if {
	non_root == null
} else := ["not-explicit", "runAsNonRoot"] if {
	non_root == false
} else := unjudged("runAsNonRoot", non_root)

unjudged(field, value) := ["template", field] if {
	template.is_template(value)
} else := ["unreadable", field]

is_id(value) if {
	is_number(value)
	value >= 0
	value == floor(value)
}

is_user_name(value) if {
	is_string(value)
	value != ""
	not template.is_template(value)
}

is_administrator(name) if name in {"containeradministrator", "administrator", "system", "nt authority\\system"}

is_administrator(name) if endswith(name, "\\administrator")

# A field that the container does not have itself is the pod's, and shared by all containers without it.
located(name, field, pod, container, own) := {
	"case": name,
	"field": field,
	"path": container.path,
	"shared": false,
	"name": container.name,
} if {
	field == ""
} else := {
	"case": name,
	"field": field,
	"path": array.concat(container.path, place(field)),
	"shared": false,
	"name": container.name,
} if {
	holds(own, field)
} else := {
	"case": name,
	"field": field,
	"path": array.concat(pod.path, place(field)),
	"shared": true,
	"name": container.name,
}

place(field) := ["securityContext", "windowsOptions", field] if {
	field == "runAsUserName"
} else := ["securityContext"] if {
	field == "securityContext"
} else := ["securityContext", field]

holds(own, field) if own[field] != null

holds(own, "securityContext") if template.is_template(own)

holds(own, "runAsUserName") if own.windowsOptions.runAsUserName != null

worded(fault, names) := result.fail_level("warning", "group", fault.path, {"containers": names}) if {
	fault.case == "group"
} else := result.not_judged(fault.case, fault.path, {"containers": names, "kind": input.resource.kind}) if {
	fault.case == "runtime"
} else := result.not_judged(fault.case, fault.path, {"containers": names, "field": fault.field}) if {
	fault.case in {"template", "unreadable"}
} else := result.fail_case(fault.case, fault.path, {"containers": names})

supplemental_group(group, path) := result.fail_level("warning", "supplemental-group", path, {}) if {
	group == 0
} else := result.not_judged("template-group", path, {}) if {
	template.is_template(group)
}
