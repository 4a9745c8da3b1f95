# METADATA
# title: Pods keep to the Pod Security Standards
# description: |
#   A container is a process of the node that sees less of it. Privileged mode, the node's namespaces, devices and folders,
#   added capabilities and switched-off profiles each hand a part of the node back, and with it every other pod there. The Pod
#   Security Standards list these fields; "baseline" forbids the known ways out, "restricted" asks besides that a pod gives up
#   what it does not need. The user that a container runs as and the node's network are judged by rules of their own.
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#     description: "Kubernetes: Pod Security Standards"
#   - ref: https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/
#     description: "Kubernetes: Linux kernel security constraints for pods and containers"
# custom:
#   scope: workload
#   level: error
#   parameters:
#     standard:
#       enum: [baseline, restricted]
#       default: baseline
#       description: The Pod Security Standard whose controls are asked for, in its newest version.
#     readOnlyRoot:
#       type: boolean
#       default: false
#       description: Whether every container must have a read-only root file system.
#     allowedCapabilities:
#       type: array
#       items: { type: string, pattern: "^[A-Z_]+$" }
#       default: []
#       description: Capabilities that may be added beyond the standard's. Training over RDMA needs IPC_LOCK.
#     allowedHostPaths:
#       type: array
#       items: { type: string, pattern: "^/" }
#       default: []
#       description: Folders of the node, with all below them, that may be mounted, such as /dev/infiniband.
#   message: "the Pod Security Standards forbid this"
#   remedy: Remove the field, or set it to a value that the standard allows.
#   cases:
#     privileged: { message: '"{container}" is privileged: it has every right on the node', remedy: 'Remove "privileged"; accelerators and RDMA cards come through device plugins and need no such right.' }
#     host-pid: { message: '"hostPID: true" shows the pod all processes of the node', remedy: 'Remove "hostPID".' }
#     host-ipc: { message: '"hostIPC: true" shares the node''s memory segments and semaphores with the pod', remedy: 'Remove "hostIPC"; processes that share memory use a memory-backed emptyDir at /dev/shm.' }
#     host-network: { message: '"hostNetwork: true" puts the pod into the network of the node, past every policy', remedy: 'Remove "hostNetwork"; publish the port by a Service.' }
#     host-path:
#       message: 'volume "{volume}" mounts "{hostPath}" of the node'
#       remedy: 'Use a PersistentVolumeClaim for data, an emptyDir for what may be lost, and a device plugin for devices; or allow the folder by the parameter "allowedHostPaths".'
#     host-port: { message: '"{container}" takes port {port} of the node', remedy: 'Remove "hostPort" and publish the port by a Service.' }
#     host-process: { message: '"hostProcess: true" runs the container as a process of the Windows node', remedy: 'Remove "hostProcess".' }
#     probe-host: { message: 'the {probe} of "{container}" names the host "{host}": the kubelet would ask it from the node''s network', remedy: 'Remove "host": the address of the pod is the default.' }
#     capability:
#       message: '"{container}" adds the capability {capability}'
#       remedy: 'Remove it; training over RDMA that needs IPC_LOCK can be allowed by the parameter "allowedCapabilities".'
#     selinux-type: { message: 'the SELinux type "{value}" is none of those for containers', remedy: 'Remove "type", or use container_t, container_init_t, container_kvm_t or container_engine_t.' }
#     selinux-user: { message: 'an SELinux {field} ("{value}") is set', remedy: 'Remove "user" and "role" from seLinuxOptions.' }
#     proc-mount: { message: '"procMount: {value}" shows "{container}" the parts of /proc that are hidden from containers', remedy: 'Remove "procMount".' }
#     app-armor: { message: 'the AppArmor profile "{value}" switches the protection off', remedy: 'Remove it, or use RuntimeDefault or Localhost.' }
#     app-armor-annotation: { message: 'the AppArmor profile "{value}" of this annotation switches the protection off', remedy: 'Remove the annotation, or use runtime/default or localhost/….' }
#     seccomp: { message: 'the seccomp profile "{value}" switches the filter of system calls off', remedy: "Use RuntimeDefault or Localhost." }
#     seccomp-missing: { message: 'neither "{container}" nor its pod names a seccomp profile', remedy: "Set seccompProfile.type to RuntimeDefault in the pod's securityContext." }
#     sysctl: { message: 'the kernel parameter "{sysctl}" is none of the safe ones', remedy: "Remove it; whoever runs the nodes sets it there." }
#     volume-type: { message: 'volume "{volume}" is of the type {type}', remedy: "Use a PersistentVolumeClaim; its storage class names what is behind it." }
#     escalation: { message: '"{container}" may gain more rights than it started with', remedy: 'Set "allowPrivilegeEscalation: false" in its securityContext.' }
#     drop-all: { message: '"{container}" keeps the default capabilities', remedy: 'Set "capabilities: {drop: [ALL]}" in its securityContext.' }
#     read-only-root:
#       message: 'the root file system of "{container}" is writable'
#       remedy: 'Set "readOnlyRootFilesystem: true", and mount an emptyDir or a claim where Paddle writes: /tmp, and HOME or PADDLE_PDX_CACHE_HOME.'
#     template: { message: "not judged: {field} is filled in by a template", remedy: "Judge the rendered manifest." }
#     cannot-express: { message: 'not judged: {kind} has no securityContext in which "{container}" could give up rights', remedy: 'Enforce the standard in the namespace of its pods, and set the context where the controller takes its pod template from.' }
#     no-containers: { message: "not judged: the pod has no containers", remedy: "Give the pod at least one container." }
#   zh:
#     title: Pod 遵守 Pod 安全标准
#     rationale: |
#       容器就是节点上一个看不全节点的进程。特权模式、宿主机的命名空间、设备和目录、额外的 capability、被关掉的安全配置，每一项都把节点
#       的一部分交还给它，也就交出了同节点的其他 Pod。Pod 安全标准列出了这些字段：baseline 禁止已知的逃逸途径，restricted 还要求 Pod
#       放弃用不到的权限。运行用户和宿主机网络由另外的规则检查。
#     message: Pod 安全标准不允许这样设置
#     remedy: 去掉该字段，或改为标准允许的值。
#     cases:
#       privileged: { message: "“{container}”是特权容器，拥有节点的全部权限", remedy: "去掉“privileged”；加速卡和 RDMA 网卡由设备插件提供，不需要特权。" }
#       host-pid: { message: "“hostPID: true”使 Pod 能看到节点上的所有进程", remedy: "去掉“hostPID”。" }
#       host-ipc: { message: "“hostIPC: true”使 Pod 与节点共享内存段和信号量", remedy: "去掉“hostIPC”；进程间共享内存请在 /dev/shm 挂载内存型 emptyDir。" }
#       host-network: { message: "“hostNetwork: true”使 Pod 直接使用节点的网络，绕过所有网络策略", remedy: "去掉“hostNetwork”，用 Service 暴露端口。" }
#       host-path:
#         message: "卷“{volume}”挂载了节点上的“{hostPath}”"
#         remedy: "数据用 PersistentVolumeClaim，可丢弃的内容用 emptyDir，设备用设备插件；确有需要时用参数“allowedHostPaths”放行该目录。"
#       host-port: { message: "“{container}”占用了节点的端口 {port}", remedy: "去掉“hostPort”，用 Service 暴露端口。" }
#       host-process: { message: "“hostProcess: true”使容器作为 Windows 节点的进程运行", remedy: "去掉“hostProcess”。" }
#       probe-host: { message: "“{container}”的 {probe} 写了主机“{host}”，kubelet 会从节点的网络去访问它", remedy: "去掉“host”，默认就是 Pod 自己的地址。" }
#       capability:
#         message: "“{container}”添加了 capability {capability}"
#         remedy: "去掉它；RDMA 训练需要的 IPC_LOCK 可以用参数“allowedCapabilities”放行。"
#       selinux-type: { message: "SELinux 类型“{value}”不是容器可用的类型", remedy: "去掉“type”，或使用 container_t、container_init_t、container_kvm_t、container_engine_t。" }
#       selinux-user: { message: "设置了 SELinux 的 {field}（“{value}”）", remedy: "去掉 seLinuxOptions 中的“user”和“role”。" }
#       proc-mount: { message: "“procMount: {value}”使“{container}”看到 /proc 中原本对容器隐藏的部分", remedy: "去掉“procMount”。" }
#       app-armor: { message: "AppArmor 配置“{value}”关闭了保护", remedy: "去掉它，或使用 RuntimeDefault、Localhost。" }
#       app-armor-annotation: { message: "该注解的 AppArmor 配置“{value}”关闭了保护", remedy: "去掉该注解，或使用 runtime/default、localhost/…。" }
#       seccomp: { message: "seccomp 配置“{value}”关闭了系统调用过滤", remedy: "使用 RuntimeDefault 或 Localhost。" }
#       seccomp-missing: { message: "“{container}”和所在的 Pod 都没有设置 seccomp 配置", remedy: "在 Pod 的 securityContext 中把 seccompProfile.type 设为 RuntimeDefault。" }
#       sysctl: { message: "内核参数“{sysctl}”不在安全参数之列", remedy: "去掉它，由节点的管理员在节点上设置。" }
#       volume-type: { message: "卷“{volume}”的类型是 {type}", remedy: "使用 PersistentVolumeClaim，由存储类决定背后的存储。" }
#       escalation: { message: "“{container}”运行中可以获得比启动时更多的权限", remedy: "在它的 securityContext 中设置“allowPrivilegeEscalation: false”。" }
#       drop-all: { message: "“{container}”保留了默认的 capability", remedy: "在它的 securityContext 中设置“capabilities: {drop: [ALL]}”。" }
#       read-only-root:
#         message: "“{container}”的根文件系统可写"
#         remedy: "设置“readOnlyRootFilesystem: true”，并在 Paddle 要写的位置（/tmp，以及 HOME 或 PADDLE_PDX_CACHE_HOME）挂载 emptyDir 或 PVC。"
#       template: { message: "未判定：{field} 由模板填入", remedy: "请检查渲染之后的清单。" }
#       cannot-express: { message: "未判定：{kind} 没有 securityContext，无法让“{container}”放弃权限", remedy: "在其 Pod 所在的命名空间强制执行该标准，并在控制器取用 Pod 模板的地方设置 securityContext。" }
#       no-containers: { message: "未判定：Pod 没有任何容器", remedy: "至少为 Pod 配置一个容器。" }
#     parameters:
#       standard: 采用哪一级 Pod 安全标准（按其最新版本）：baseline 或 restricted。
#       readOnlyRoot: 是否要求每个容器的根文件系统只读。
#       allowedCapabilities: 标准之外允许添加的 capability；RDMA 训练需要 IPC_LOCK。
#       allowedHostPaths: 允许挂载的节点目录（含其下所有内容），例如 /dev/infiniband。
package paddlock.rules.security["restricted-container"]

import data.paddlock.lib.result
import data.paddlock.lib.settings
import data.paddlock.lib.template

parameters := settings.parameters("restricted-container")

is_restricted if parameters.standard == "restricted"

# Every securityContext that is there, of pods and of containers: most workloads have none.
contexts := array.concat(
	[context |
		some pod in input.workload.pods
		pod.spec.securityContext
		context := {"pod": pod, "path": pod.path, "fields": pod.spec.securityContext}
	],
	container_contexts,
)

container_contexts := [context |
	some pod in input.workload.pods
	some container in pod.containers
	container.spec.securityContext
	context := {
		"pod": pod,
		"path": container.path,
		"name": container.name,
		"fields": container.spec.securityContext,
	}
]

# --- What every pod must leave alone: the pod itself

violations contains refused(value, name, array.concat(pod.path, [field]), {}) if {
	some pod in input.workload.pods
	some field, name in {"hostPID": "host-pid", "hostIPC": "host-ipc", "hostNetwork": "host-network"}
	value := pod.spec[field]
	not is_off(value)
	not is_judged_elsewhere(field)
}

violations contains result.fail_case("host-path", path, {"volume": volume.name, "hostPath": folder}) if {
	some pod in input.workload.pods
	some index, volume in pod.spec.volumes
	volume.hostPath != null
	folder := part(volume.hostPath, "path")
	not is_allowed_folder(folder)
	not is_reported_as_model(array.concat(pod.path, ["volumes", index]))
	path := array.concat(pod.path, ["volumes", index, "hostPath"])
}

violations contains violation if {
	some pod in input.workload.pods
	some index, sysctl in pod.spec.securityContext.sysctls
	not sysctl.name in safe_sysctls
	path := array.concat(pod.path, ["securityContext", "sysctls", index, "name"])
	violation := refused(sysctl.name, "sysctl", path, {"sysctl": sysctl.name})
}

violations contains violation if {
	some pod in input.workload.pods
	some key, value in pod.annotations
	startswith(key, app_armor_annotation)
	not value in {"", "runtime/default"}
	not startswith(value, "localhost/")
	not unconfined_by_field[[pod.path, trim_prefix(key, app_armor_annotation)]]
	path := array.concat(annotations_path(pod), [key])
	violation := refused(value, "app-armor-annotation", path, {"value": value})
}

app_armor_annotation := "container.apparmor.security.beta.kubernetes.io/"

# METADATA
# description: |
#   The containers whose AppArmor profile a field switches off, their own or the pod's. The API server writes the field of
#   a Pod into the annotation and the annotation into the field, so one of them is enough to tell.
unconfined_by_field contains [pod.path, container.name] if {
	some pod in input.workload.pods
	of_pod := object.get(pod.spec, ["securityContext", "appArmorProfile"], null)
	some container in pod.containers
	profile := first([object.get(container.spec, ["securityContext", "appArmorProfile"], null), of_pod])
	not part(profile, "type") in {"RuntimeDefault", "Localhost"}
}

# The first of two that is there.
first([own, _]) := own if own != null

first([null, other]) := other if other != null

# --- What every pod must leave alone: any securityContext

violations contains violation if {
	some context in contexts
	options := context.fields.seLinuxOptions
	value := options.type
	not value in {null, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
	path := field_path(context, ["seLinuxOptions", "type"])
	violation := refused(value, "selinux-type", path, {"value": value})
}

violations contains violation if {
	some context in contexts
	some field in ["user", "role"]
	value := context.fields.seLinuxOptions[field]
	not value in {null, ""}
	path := field_path(context, ["seLinuxOptions", field])
	violation := refused(value, "selinux-user", path, {"field": field, "value": value})
}

violations contains violation if {
	some context in contexts
	some field, name in {"appArmorProfile": "app-armor", "seccompProfile": "seccomp"}
	context.fields[field] != null
	value := part(context.fields[field], "type")
	not value in {"RuntimeDefault", "Localhost"}
	violation := refused(value, name, field_path(context, [field, "type"]), {"value": value})
}

violations contains refused(value, "host-process", path, {}) if {
	some context in contexts
	value := context.fields.windowsOptions.hostProcess
	not is_off(value)
	path := field_path(context, ["windowsOptions", "hostProcess"])
}

# --- What every pod must leave alone: containers

violations contains refused(value, "privileged", path, {"container": context.name}) if {
	some context in container_contexts
	value := context.fields.privileged
	not is_off(value)
	path := field_path(context, ["privileged"])
}

violations contains violation if {
	some context in container_contexts
	some index, capability in context.fields.capabilities.add
	not is_allowed_capability(capability)
	path := field_path(context, ["capabilities", "add", index])
	violation := refused(capability, "capability", path, {"container": context.name, "capability": capability})
}

violations contains violation if {
	some context in container_contexts
	value := context.fields.procMount
	not value in {null, "Default"}
	not has_own_users(context.pod)
	path := field_path(context, ["procMount"])
	violation := refused(value, "proc-mount", path, {"container": context.name, "value": value})
}

violations contains violation if {
	some pod in input.workload.pods
	some container in pod.containers
	some index, port in container.spec.ports
	value := port.hostPort
	not value in {null, 0}
	path := array.concat(container.path, ["ports", index, "hostPort"])
	violation := refused(value, "host-port", path, {"container": container.name, "port": value})
}

violations contains refused(host, "probe-host", path, {"container": container.name, "probe": probe, "host": host}) if {
	some pod in input.workload.pods
	some container in pod.containers
	some probe in ["livenessProbe", "readinessProbe", "startupProbe"]
	some kind in ["httpGet", "tcpSocket"]
	host := container.spec[probe][kind].host
	not host in {null, ""}
	path := array.concat(container.path, [probe, kind, "host"])
}

violations contains refused(host, "probe-host", path, {"container": container.name, "probe": hook, "host": host}) if {
	some pod in input.workload.pods
	some container in pod.containers
	some hook, handler in container.spec.lifecycle
	some kind in ["httpGet", "tcpSocket"]
	host := handler[kind].host
	not host in {null, ""}
	path := array.concat(container.path, ["lifecycle", hook, kind, "host"])
}

# --- What a restricted pod must say besides

violations contains violation if {
	is_restricted
	some pod in input.workload.pods
	some index, volume in pod.spec.volumes
	some type, source in volume
	source != null
	not type in {
		"name", "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected",
		"secret", "hostPath",
	}
	violation := result.fail_case("volume-type", array.concat(pod.path, ["volumes", index, type]), {
		"volume": volume.name,
		"type": type,
	})
}

violations contains violation if {
	is_restricted
	some [_, container] in linux_containers
	value := own(container.spec, "allowPrivilegeEscalation")
	value != false
	path := array.concat(container.path, ["securityContext", "allowPrivilegeEscalation"])
	violation := refused(value, "escalation", path, {"container": container.name})
}

violations contains result.fail_case("drop-all", path, {"container": container.name}) if {
	is_restricted
	some [_, container] in linux_containers
	not drops_all(container)
	path := array.concat(container.path, ["securityContext", "capabilities", "drop"])
}

violations contains result.fail_case("seccomp-missing", path, {"container": container.name}) if {
	is_restricted
	some [pod, container] in linux_containers
	own(container.spec, "seccompProfile") == null
	own(pod.spec, "seccompProfile") == null
	path := array.concat(container.path, ["securityContext", "seccompProfile"])
}

violations contains violation if {
	parameters.readOnlyRoot
	some [_, container] in linux_containers
	value := own(container.spec, "readOnlyRootFilesystem")
	value != true
	path := array.concat(container.path, ["securityContext", "readOnlyRootFilesystem"])
	violation := refused(value, "read-only-root", path, {"container": container.name})
}

# --- What cannot be judged

violations contains result.not_judged("template", field_path(context, []), {"field": "securityContext"}) if {
	some context in contexts
	template.is_template(context.fields)
}

violations contains violation if {
	asks_for_fields
	some pod in input.workload.pods
	"securityContext" in pod.cannotExpress
	some container in pod.containers
	violation := result.not_judged("cannot-express", container.path, {
		"container": container.name,
		"kind": input.resource.kind,
	})
}

violations contains result.not_judged("no-containers", pod.path, {}) if {
	some pod in input.workload.pods
	pod.containers == []
}

asks_for_fields if is_restricted

asks_for_fields if parameters.readOnlyRoot

# The containers of which a restricted pod says something, and that can say it: Windows has no such fields.
linux_containers := [[pod, container] |
	some pod in input.workload.pods
	not "securityContext" in pod.cannotExpress
	not pod.spec.os.name == "windows"
	some container in pod.containers
]

is_off(value) if value in {null, false}

refused(value, name, path, args) := result.not_judged("template", path, {"field": fields[count(fields) - 1]}) if {
	template.is_template(value)
	fields := [step | some step in path; is_string(step)]
} else := result.fail_case(name, path, args)

own(spec, field) := spec.securityContext[field] if {
	spec.securityContext[field] != null
} else := null

# A part of a mapping; whatever else stands in its place is its own part, so that it does not pass unseen.
part(whole, name) := whole[name] if {
	whole[name] != null
} else := "" if {
	is_object(whole)
} else := whole

field_path(context, field) := array.concat(context.path, array.concat(["securityContext"], field))

annotations_path(pod) := array.concat(array.slice(pod.labelsPath, 0, count(pod.labelsPath) - 1), ["annotations"]) if {
	pod.labelsPath[count(pod.labelsPath) - 1] == "labels"
} else := array.concat(array.slice(pod.path, 0, count(pod.path) - 1), ["metadata", "annotations"])

# The rule on network policies says it where it is on: such a pod escapes them all.
is_judged_elsewhere("hostNetwork") if settings.parameters("network-policy")

# A model on the node is reported by the rule on models, where that is on.
is_reported_as_model(volume) if reported_as_model[volume]

# METADATA
# description: The volumes that the rule about models reports. Looked up, for a pod may have many volumes.
reported_as_model contains array.slice(violation.path, 0, at + 2) if {
	settings.parameters("model-volume")
	some violation in data.paddlock.rules.models["model-volume"].violations
	not violation.outcome
	some at, step in violation.path
	step == "volumes"
}

is_allowed_folder(folder) if {
	some allowed in parameters.allowedHostPaths
	not ".." in split(folder, "/")
	startswith(concat("", [trim_right(folder, "/"), "/"]), concat("", [trim_right(allowed, "/"), "/"]))
}

is_allowed_capability(capability) if capability in parameters.allowedCapabilities

is_allowed_capability("NET_BIND_SERVICE")

is_allowed_capability(capability) if {
	not is_restricted
	capability in {
		"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "SETFCAP", "SETGID", "SETPCAP",
		"SETUID", "SYS_CHROOT",
	}
}

# All of /proc of a pod with users of its own is not the node's.
has_own_users(pod) if {
	not is_restricted
	pod.spec.hostUsers == false
}

drops_all(container) if "ALL" in container.spec.securityContext.capabilities.drop

safe_sysctls := {
	"kernel.shm_rmid_forced",
	"net.ipv4.ip_local_port_range",
	"net.ipv4.ip_local_reserved_ports",
	"net.ipv4.ip_unprivileged_port_start",
	"net.ipv4.ping_group_range",
	"net.ipv4.tcp_fin_timeout",
	"net.ipv4.tcp_keepalive_intvl",
	"net.ipv4.tcp_keepalive_probes",
	"net.ipv4.tcp_keepalive_time",
	"net.ipv4.tcp_notsent_lowat",
	"net.ipv4.tcp_rmem",
	"net.ipv4.tcp_slow_start_after_idle",
	"net.ipv4.tcp_syncookies",
	"net.ipv4.tcp_wmem",
}
