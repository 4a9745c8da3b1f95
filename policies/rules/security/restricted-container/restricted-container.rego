# METADATA
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
#     readOnlyRoot:
#       type: boolean
#       default: false
#     allowedCapabilities:
#       type: array
#       items: {type: string, pattern: "^[A-Z_]+$"}
#       default: []
#     allowedHostPaths:
#       type: array
#       items: {type: string, pattern: "^/"}
#       default: []
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
