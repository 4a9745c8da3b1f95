package paddlock.rules.security["restricted-container_test"]

import data.paddlock.rules.security["restricted-container"] as rule

baseline := {"standard": "baseline", "readOnlyRoot": false, "allowedCapabilities": [], "allowedHostPaths": []}

restricted := object.union(baseline, {"standard": "restricted"})

# A restricted container, to which a test adds its fault.
modest := {
	"allowPrivilegeEscalation": false,
	"capabilities": {"drop": ["ALL"]},
	"seccompProfile": {"type": "RuntimeDefault"},
}

judged_with(pods, parameters) := violations if {
	violations := rule.violations with input as {"settings": "test", "resource": {"kind": "PaddleService"}, "workload": {"pods": pods}}
		with data.settings as {"test": {"parameters": parameters}}
}

judged(pods, parameters) := judged_with(pods, {"restricted-container": parameters})

container(fields) := object.union(
	{"path": ["spec", "containers", 0], "name": "ocr", "role": "container"},
	{"spec": fields},
)

pod(fields, containers) := {
	"path": ["spec"],
	"labelsPath": ["metadata", "labels"],
	"annotations": {},
	"cannotExpress": [],
	"spec": fields,
	"containers": containers,
}

of_pod(fields) := judged([pod(fields, [container({})])], baseline)

of_container(fields) := judged([pod({}, [container(fields)])], baseline)

in_context(fields) := of_container({"securityContext": fields})

restricted_pod(fields) := judged([pod(fields, [container({"securityContext": modest})])], restricted)

restricted_context(fields) := judged([pod({}, [container({"securityContext": fields})])], restricted)

on_pod(field) := array.concat(["spec"], field)

on_container(field) := array.concat(["spec", "containers", 0], field)

on_context(field) := array.concat(["spec", "containers", 0, "securityContext"], field)

fault(name, path, args) := {{"case": name, "path": path, "args": args}}

test_fail_privileged if {
	in_context({"privileged": true}) == fault("privileged", on_context(["privileged"]), {"container": "ocr"})
	in_context({"privileged": "true"}) == fault("privileged", on_context(["privileged"]), {"container": "ocr"})
}

test_fail_host_namespaces if {
	of_pod({"hostPID": true}) == fault("host-pid", on_pod(["hostPID"]), {})
	of_pod({"hostIPC": true}) == fault("host-ipc", on_pod(["hostIPC"]), {})
	of_pod({"hostNetwork": true}) == fault("host-network", on_pod(["hostNetwork"]), {})
}

test_success_host_network_is_left_to_the_rule_on_policies if {
	judged_with(
		[pod({"hostNetwork": true}, [container({})])],
		{"restricted-container": baseline, "network-policy": {}},
	) == set()
}

host_path := {"volumes": [{"name": "data", "hostPath": {"path": "/data/models"}}]}

test_fail_host_path if {
	of_pod(host_path) == fault(
		"host-path", on_pod(["volumes", 0, "hostPath"]),
		{"volume": "data", "hostPath": "/data/models"},
	)
}

test_fail_host_path_that_is_no_mapping if {
	of_pod({"volumes": [{"name": "data", "hostPath": "/data"}]}) == fault(
		"host-path", on_pod(["volumes", 0, "hostPath"]),
		{"volume": "data", "hostPath": "/data"},
	)
}

test_fail_profile_that_is_no_mapping if {
	of_pod({"securityContext": {"seccompProfile": "Unconfined", "appArmorProfile": {}}}) == {
		{
			"case": "seccomp",
			"path": on_pod(["securityContext", "seccompProfile", "type"]),
			"args": {"value": "Unconfined"},
		},
		{
			"case": "app-armor",
			"path": on_pod(["securityContext", "appArmorProfile", "type"]),
			"args": {"value": ""},
		},
	}
}

test_fail_host_path_beside_an_allowed_one if {
	every folder in ["/dev/infiniband-evil", "/dev", "/", "/dev/infiniband/../mem"] {
		volume := {"volumes": [{"name": "data", "hostPath": {"path": folder}}]}
		count(judged([pod(volume, [container({})])], object.union(baseline, {"allowedHostPaths": ["/dev/infiniband"]}))) == 1
	}
}

test_success_allowed_host_path if {
	every folder in ["/dev/infiniband", "/dev/infiniband/", "/dev/infiniband/uverbs0"] {
		volume := {"volumes": [{"name": "data", "hostPath": {"path": folder}}]}
		judged([pod(volume, [container({})])], object.union(baseline, {"allowedHostPaths": ["/dev/infiniband"]})) == set()
	}
}

models_rule := {"injectedContainers": [], "allowedSources": [], "noMount": "warning", "requireClaim": false}

model := {
	"kind": "hostPath",
	"how": "mount",
	"evidence": "models",
	"at": "/models",
	"path": ["spec", "containers", 0, "volumeMounts", 0],
	"volumePath": ["spec", "volumes", 0, "hostPath"],
	"volume": "data",
	"readOnly": true,
	"download": false,
}

served := object.union(
	pod(host_path, [object.union(container({}), {"models": [model], "paddleSign": true})]),
	{"serving": true, "claims": {}},
)

test_success_host_path_is_left_to_the_rule_on_models if {
	judged_with([served], {"restricted-container": baseline, "model-volume": models_rule}) == set()
}

test_fail_host_path_that_the_rule_on_models_allows if {
	allowing := object.union(models_rule, {"allowedSources": ["hostPath"]})
	count(judged_with([served], {"restricted-container": baseline, "model-volume": allowing})) == 1
}

test_fail_host_path_where_the_rule_on_models_is_off if {
	count(judged([served], baseline)) == 1
}

test_fail_host_port if {
	of_container({"ports": [{"containerPort": 80}, {"containerPort": 8080, "hostPort": 8080}]}) == fault(
		"host-port", on_container(["ports", 1, "hostPort"]),
		{"container": "ocr", "port": 8080},
	)
}

test_fail_host_of_a_probe if {
	every probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
		every kind in ["httpGet", "tcpSocket"] {
			of_container({probe: {kind: {"port": 8080, "host": "127.0.0.1"}}}) == fault(
				"probe-host", on_container([probe, kind, "host"]),
				{"container": "ocr", "probe": probe, "host": "127.0.0.1"},
			)
		}
	}
}

test_fail_host_of_a_hook if {
	every hook in ["postStart", "preStop"] {
		of_container({"lifecycle": {hook: {"httpGet": {"host": "10.0.0.1"}, "tcpSocket": {"host": ""}}}}) == fault(
			"probe-host", on_container(["lifecycle", hook, "httpGet", "host"]),
			{"container": "ocr", "probe": hook, "host": "10.0.0.1"},
		)
	}
}

test_success_probe_of_the_pod_itself if {
	of_container({
		"livenessProbe": {"httpGet": {"port": 8080, "host": ""}},
		"lifecycle": {"preStop": {"exec": {"command": ["sleep", "5"]}}},
	}) == set()
}

test_fail_capabilities if {
	in_context({"capabilities": {"add": ["CHOWN", "NET_RAW", "SYS_ADMIN"]}}) == {
		{
			"case": "capability",
			"path": on_context(["capabilities", "add", 1]),
			"args": {"container": "ocr", "capability": "NET_RAW"},
		},
		{
			"case": "capability",
			"path": on_context(["capabilities", "add", 2]),
			"args": {"container": "ocr", "capability": "SYS_ADMIN"},
		},
	}
}

test_success_allowed_capability if {
	judged(
		[pod({}, [container({"securityContext": {"capabilities": {"add": ["IPC_LOCK", "CHOWN"]}}})])],
		object.union(baseline, {"allowedCapabilities": ["IPC_LOCK"]}),
	) == set()
}

test_fail_selinux_of_pod_and_container if {
	options := {"seLinuxOptions": {"type": "spc_t", "user": "root_u", "role": "sysadm_r"}}
	cases := {["selinux-type", "type"], ["selinux-user", "user"], ["selinux-user", "role"]}
	{[violation.case, violation.path[count(violation.path) - 1]] | some violation in in_context(options)} == cases
	{[violation.case, violation.path[count(violation.path) - 1]] | some violation in of_pod({"securityContext": options})} == cases
}

test_success_selinux_of_containers if {
	every type in ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"] {
		in_context({"seLinuxOptions": {"type": type, "level": "s0:c1,c2"}}) == set()
	}
}

test_fail_app_armor if {
	profile := {"appArmorProfile": {"type": "Unconfined"}}
	in_context(profile) == fault("app-armor", on_context(["appArmorProfile", "type"]), {"value": "Unconfined"})
	of_pod({"securityContext": profile}) == fault(
		"app-armor", on_pod(["securityContext", "appArmorProfile", "type"]),
		{"value": "Unconfined"},
	)
}

test_fail_app_armor_annotation if {
	key := "container.apparmor.security.beta.kubernetes.io/ocr"
	judged([object.union(pod({}, [container({})]), {"annotations": {key: "unconfined", "a": "b"}})], baseline) == fault(
		"app-armor-annotation", ["metadata", "annotations", key],
		{"value": "unconfined"},
	)
}

test_success_app_armor_annotation if {
	key := "container.apparmor.security.beta.kubernetes.io/ocr"
	every value in ["", "runtime/default", "localhost/ocr"] {
		judged([object.union(pod({}, [container({})]), {"annotations": {key: value}})], baseline) == set()
	}
}

# A Pod in a cluster has both: the API server writes each from the other.
test_fail_app_armor_is_told_once if {
	annotations := {"container.apparmor.security.beta.kubernetes.io/ocr": "unconfined"}
	profile := {"appArmorProfile": {"type": "Unconfined"}}
	own := object.union(pod({}, [container({"securityContext": profile})]), {"annotations": annotations})
	judged([own], baseline) == fault("app-armor", on_context(["appArmorProfile", "type"]), {"value": "Unconfined"})
	whole := object.union(pod({"securityContext": profile}, [container({})]), {"annotations": annotations})
	judged([whole], baseline) == fault(
		"app-armor", on_pod(["securityContext", "appArmorProfile", "type"]),
		{"value": "Unconfined"},
	)
}

test_fail_app_armor_annotation_beside_another_profile if {
	key := "container.apparmor.security.beta.kubernetes.io/ocr"
	safe := {"securityContext": {"appArmorProfile": {"type": "RuntimeDefault"}}}
	unsafe := {"securityContext": {"appArmorProfile": {"type": "Unconfined"}}}
	both := object.union(pod(unsafe, [container(safe)]), {"annotations": {key: "unconfined"}})
	some violation in judged([both], baseline)
	violation.case == "app-armor-annotation"
}

test_fail_seccomp if {
	profile := {"seccompProfile": {"type": "Unconfined"}}
	in_context(profile) == fault("seccomp", on_context(["seccompProfile", "type"]), {"value": "Unconfined"})
	of_pod({"securityContext": profile}) == fault(
		"seccomp", on_pod(["securityContext", "seccompProfile", "type"]),
		{"value": "Unconfined"},
	)
}

test_fail_proc_mount if {
	in_context({"procMount": "Unmasked"}) == fault(
		"proc-mount", on_context(["procMount"]),
		{"container": "ocr", "value": "Unmasked"},
	)
}

test_success_proc_mount_with_users_of_its_own if {
	unmasked := container({"securityContext": object.union(modest, {"procMount": "Unmasked"})})
	judged([pod({"hostUsers": false}, [unmasked])], baseline) == set()
	count(judged([pod({"hostUsers": false}, [unmasked])], restricted)) == 1
}

test_fail_sysctl if {
	of_pod({"securityContext": {"sysctls": [
		{"name": "net.ipv4.tcp_rmem", "value": "4096"},
		{"name": "kernel.shmmax", "value": "1"},
	]}}) == fault("sysctl", on_pod(["securityContext", "sysctls", 1, "name"]), {"sysctl": "kernel.shmmax"})
}

test_fail_windows_host_process if {
	options := {"windowsOptions": {"hostProcess": true}}
	in_context(options) == fault("host-process", on_context(["windowsOptions", "hostProcess"]), {})
	of_pod({"securityContext": options}) == fault("host-process", on_pod(["securityContext", "windowsOptions", "hostProcess"]), {})
}

test_fail_every_kind_of_container if {
	containers := [object.union(container({"securityContext": {"privileged": true}}), {"role": role, "path": ["spec", role, 0]}) |
		some role in ["container", "initContainer", "sidecar", "ephemeralContainer"]
	]
	count(judged([pod({}, containers)], baseline)) == 4
}

test_success_nothing_said_is_baseline if {
	of_container({}) == set()
	of_pod({"securityContext": null}) == set()
	in_context({"privileged": false, "procMount": "Default", "allowPrivilegeEscalation": true}) == set()
	of_pod({"hostPID": false, "volumes": [{"name": "data", "nfs": {}}, {"name": "x", "hostPath": null}]}) == set()
}

test_fail_volume_type if {
	restricted_pod({"volumes": [{"name": "a", "nfs": {"server": "s"}}, {"name": "b", "emptyDir": {}}, {"name": "c"}]}) == fault(
		"volume-type", on_pod(["volumes", 0, "nfs"]),
		{"volume": "a", "type": "nfs"},
	)
}

test_fail_restricted_asks_for_fields if {
	{violation.case | some violation in restricted_context({})} == {"escalation", "drop-all", "seccomp-missing"}
	{violation.path | some violation in judged([pod({}, [container({})])], restricted)} == {
		on_context(["allowPrivilegeEscalation"]),
		on_context(["capabilities", "drop"]),
		on_context(["seccompProfile"]),
	}
}

test_fail_restricted_context_of_nothing if {
	{violation.case | some violation in restricted_context(null)} == {"escalation", "drop-all", "seccomp-missing"}
}

test_fail_restricted_capabilities if {
	{violation.case | some violation in restricted_context(object.union(modest, {"capabilities": {"drop": ["NET_RAW"], "add": ["CHOWN"]}}))} == {
		"capability",
		"drop-all",
	}
}

test_fail_seccomp_of_the_pod_is_said_once if {
	own := {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}
	judged([pod({"securityContext": {"seccompProfile": {"type": "Unconfined"}}}, [container({"securityContext": own})])], restricted) == fault(
		"seccomp", on_pod(["securityContext", "seccompProfile", "type"]),
		{"value": "Unconfined"},
	)
}

test_success_restricted if {
	restricted_context(modest) == set()
	restricted_context(object.union(modest, {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}})) == set()
	own := {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}
	judged([pod({"securityContext": {"seccompProfile": {"type": "Localhost"}}}, [container({"securityContext": own})])], restricted) == set()
}

test_success_windows_has_no_such_fields if {
	judged([pod({"os": {"name": "windows"}}, [container({})])], object.union(restricted, {"readOnlyRoot": true})) == set()
}

test_fail_writable_root if {
	judged([pod({}, [container({})])], object.union(baseline, {"readOnlyRoot": true})) == fault(
		"read-only-root", on_context(["readOnlyRootFilesystem"]),
		{"container": "ocr"},
	)
}

test_success_read_only_root if {
	judged(
		[pod({}, [container({"securityContext": {"readOnlyRootFilesystem": true}})])],
		object.union(baseline, {"readOnlyRoot": true}),
	) == set()
}

test_fail_template_is_not_judged if {
	in_context({"privileged": "{{ .Values.privileged }}"}) == {{
		"outcome": "not-judged",
		"case": "template",
		"path": on_context(["privileged"]),
		"args": {"field": "privileged"},
	}}
	in_context({"capabilities": {"add": ["${CAPABILITY}"]}}) == {{
		"outcome": "not-judged",
		"case": "template",
		"path": on_context(["capabilities", "add", 0]),
		"args": {"field": "add"},
	}}
	of_container({"securityContext": "{{ .Values.context }}"}) == {{
		"outcome": "not-judged",
		"case": "template",
		"path": on_context([]),
		"args": {"field": "securityContext"},
	}}
}

test_fail_kind_without_the_field_is_not_judged if {
	judged([object.union(pod({}, [container({})]), {"cannotExpress": ["securityContext"]})], restricted) == {{
		"outcome": "not-judged",
		"case": "cannot-express",
		"path": ["spec", "containers", 0],
		"args": {"container": "ocr", "kind": "PaddleService"},
	}}
}

test_success_kind_without_the_field_keeps_to_the_baseline if {
	judged([object.union(pod({}, [container({})]), {"cannotExpress": ["securityContext"]})], baseline) == set()
}

test_fail_pod_without_containers_is_not_judged if {
	judged([pod({}, [])], baseline) == {{"outcome": "not-judged", "case": "no-containers", "path": ["spec"], "args": {}}}
}
