# METADATA
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
#     allowHostUsersFalse:
#       type: boolean
#       default: false
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
	fault := located(by_runtime(name, container), field, pod, container, own)
]

# KServe takes what its model form leaves out from a ServingRuntime; containers of the predictor's own list stand alone.
by_runtime(name, container) := "runtime" if {
	name == "unset"
	container.defaultsByController
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
