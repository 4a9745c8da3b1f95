package paddlock.rules.security["run-as-non-root_test"]

import data.paddlock.rules.security["run-as-non-root"] as rule

standard := {"requireExplicit": false, "allowHostUsersFalse": false}

explicit := {"requireExplicit": true, "allowHostUsersFalse": false}

judged(pods, parameters) := violations if {
	violations := rule.violations with input as {"settings": "test", "resource": {"kind": "Deployment"}, "workload": {"pods": pods}}
		with data.settings as {"test": {"parameters": {"run-as-non-root": parameters}}}
}

container(name, index, context) := {
	"path": ["spec", "containers", index],
	"name": name,
	"role": "container",
	"spec": {"securityContext": context},
}

pod(context, containers) := {
	"path": ["spec"],
	"spec": {"securityContext": context},
	"containers": containers,
	"cannotExpress": [],
}

one(context, own) := judged([pod(context, [container("ocr", 0, own)])], standard)

strictly(context, own) := judged([pod(context, [container("ocr", 0, own)])], explicit)

windows(context, own, parameters) := judged(
	[object.union(pod(context, [container("ocr", 0, own)]), {"spec": {"os": {"name": "windows"}}})],
	parameters,
)

on_pod(field) := ["spec", "securityContext", field]

on_container(field) := ["spec", "containers", 0, "securityContext", field]

fault(name, path) := {{"case": name, "path": path, "args": {"containers": ["ocr"]}}}

unjudged(name, field, path) := {{
	"outcome": "not-judged",
	"case": name,
	"path": path,
	"args": {"containers": ["ocr"], "field": field},
}}

test_fail_nothing_said if {
	one({}, {}) == fault("unset", ["spec", "containers", 0])
}

test_fail_null_is_nothing_said if {
	one(null, null) == fault("unset", ["spec", "containers", 0])
	one({"runAsUser": null}, {"runAsNonRoot": null}) == fault("unset", ["spec", "containers", 0])
}

test_fail_user_zero_of_the_container if {
	one({}, {"runAsUser": 0}) == fault("root", on_container("runAsUser"))
	one({"runAsUser": 1000}, {"runAsUser": 0}) == fault("root", on_container("runAsUser"))
	one({}, {"runAsUser": 0, "runAsNonRoot": false}) == fault("root", on_container("runAsUser"))
}

test_fail_user_zero_of_the_pod if {
	one({"runAsUser": 0}, {}) == fault("root", on_pod("runAsUser"))
}

test_fail_user_zero_is_refused_beside_non_root if {
	one({}, {"runAsUser": 0, "runAsNonRoot": true}) == fault("root-refused", on_container("runAsUser"))
	one({"runAsNonRoot": true}, {"runAsUser": 0}) == fault("root-refused", on_container("runAsUser"))
	one({"runAsUser": 0}, {"runAsNonRoot": true}) == fault("root-refused", on_pod("runAsUser"))
}

test_fail_non_root_false if {
	one({"runAsNonRoot": false}, {}) == fault("allowed", on_pod("runAsNonRoot"))
	one({"runAsNonRoot": true}, {"runAsNonRoot": false}) == fault("allowed", on_container("runAsNonRoot"))
}

test_fail_one_finding_for_a_field_of_the_pod if {
	judged(
		[pod({"runAsUser": 0}, [
			container("ocr", 0, {}),
			container("det", 1, {"runAsUser": 1000}),
			container("rec", 2, {}),
			container("cls", 3, {"runAsUser": 0}),
		])],
		standard,
	) == {
		{"case": "root", "path": on_pod("runAsUser"), "args": {"containers": ["ocr", "rec"]}},
		{
			"case": "root",
			"path": ["spec", "containers", 3, "securityContext", "runAsUser"],
			"args": {"containers": ["cls"]},
		},
	}
}

test_fail_every_kind_of_container if {
	roles := ["container", "initContainer", "sidecar", "ephemeralContainer"]
	containers := [object.union(container(role, index, {}), {"role": role}) | some index, role in roles]
	count(judged([pod({}, containers)], standard)) == 4
}

test_success_non_root if {
	one({"runAsNonRoot": true}, {}) == set()
	one({}, {"runAsNonRoot": true}) == set()
	one({"runAsNonRoot": false}, {"runAsNonRoot": true}) == set()
	one({"runAsNonRoot": true}, {"runAsUser": 1000}) == set()
}

test_success_named_user if {
	one({"runAsUser": 1000}, {}) == set()
	one({"runAsUser": 0}, {"runAsUser": 1000}) == set()
	one({}, {"runAsUser": 1000, "runAsNonRoot": false}) == set()
	one({"runAsNonRoot": false}, {"runAsUser": 65534}) == set()
}

test_fail_explicit_asks_for_non_root if {
	strictly({"runAsUser": 1000}, {}) == fault("not-explicit", on_pod("runAsUser"))
	strictly({}, {"runAsUser": 1000}) == fault("not-explicit", on_container("runAsUser"))
	strictly({"runAsNonRoot": false}, {"runAsUser": 1000}) == fault("not-explicit", on_pod("runAsNonRoot"))
	strictly({}, {"runAsNonRoot": false, "runAsUser": 1000}) == fault("not-explicit", on_container("runAsNonRoot"))
}

test_success_explicit if {
	strictly({"runAsUser": 1000, "runAsNonRoot": true}, {}) == set()
	strictly({"runAsNonRoot": true}, {}) == set()
}

test_fail_group_root_is_a_warning if {
	one({"runAsNonRoot": true, "runAsGroup": 0}, {}) == {{
		"level": "warning",
		"case": "group",
		"path": on_pod("runAsGroup"),
		"args": {"containers": ["ocr"]},
	}}
}

test_success_group_of_the_container_wins if {
	one({"runAsNonRoot": true, "runAsGroup": 0}, {"runAsGroup": 1000}) == set()
}

test_fail_supplemental_group_root_is_a_warning if {
	one({"runAsNonRoot": true, "supplementalGroups": [1000, 0]}, {}) == {{
		"level": "warning",
		"case": "supplemental-group",
		"path": ["spec", "securityContext", "supplementalGroups", 1],
		"args": {},
	}}
}

test_fail_template_is_not_judged if {
	one({}, {"runAsUser": "{{ .Values.uid }}"}) == unjudged("template", "runAsUser", on_container("runAsUser"))
	one({"runAsNonRoot": "${NON_ROOT}"}, {}) == unjudged("template", "runAsNonRoot", on_pod("runAsNonRoot"))
	one({"runAsNonRoot": true, "runAsGroup": "{{ .Values.gid }}"}, {}) == unjudged("template", "runAsGroup", on_pod("runAsGroup"))
	one({"runAsNonRoot": true, "supplementalGroups": ["{{ .Values.gid }}"]}, {}) == {{
		"outcome": "not-judged",
		"case": "template-group",
		"path": ["spec", "securityContext", "supplementalGroups", 0],
		"args": {},
	}}
}

test_fail_template_of_a_whole_context_is_not_judged if {
	one({}, "{{ .Values.context }}") == unjudged("template", "securityContext", ["spec", "containers", 0, "securityContext"])
	one("{{ .Values.context }}", {"runAsUser": 1000}) == unjudged("template", "securityContext", ["spec", "securityContext"])
}

test_fail_what_kubernetes_refuses_is_not_judged if {
	every user in ["1000", -1, 1.5, false, {"uid": 1}] {
		one({}, {"runAsUser": user}) == unjudged("unreadable", "runAsUser", on_container("runAsUser"))
	}
	one({}, {"runAsNonRoot": "true"}) == unjudged("unreadable", "runAsNonRoot", on_container("runAsNonRoot"))
}

test_fail_user_namespace_by_default if {
	judged([object.union(pod({}, [container("ocr", 0, {})]), {"spec": {"hostUsers": false}})], standard) == fault("unset", ["spec", "containers", 0])
}

test_success_user_namespace_where_it_is_enough if {
	judged(
		[object.union(pod({"runAsUser": 0}, [container("ocr", 0, {})]), {"spec": {"hostUsers": false}})],
		{"requireExplicit": true, "allowHostUsersFalse": true},
	) == set()
}

test_fail_user_namespace_switched_off if {
	judged(
		[object.union(pod({}, [container("ocr", 0, {})]), {"spec": {"hostUsers": true}})],
		{"requireExplicit": false, "allowHostUsersFalse": true},
	) == fault("unset", ["spec", "containers", 0])
}

test_fail_windows if {
	option := ["spec", "securityContext", "windowsOptions", "runAsUserName"]
	every name in ["ContainerAdministrator", "containeradministrator", "Administrator", "NT AUTHORITY\\SYSTEM", "HOST\\Administrator"] {
		windows({"windowsOptions": {"runAsUserName": name}}, {}, standard) == fault("windows-administrator", option)
	}
	windows({}, {}, standard) == fault("windows-unset", ["spec", "containers", 0])
	windows({"runAsUser": 1000}, {}, standard) == fault("windows-unset", ["spec", "containers", 0])
	windows({"windowsOptions": {"runAsUserName": "ContainerUser"}}, {}, explicit) == fault("not-explicit", option)
	windows({"windowsOptions": {"runAsUserName": "ContainerUser"}}, {"windowsOptions": {"runAsUserName": "ContainerAdministrator"}}, standard) == fault("windows-administrator", ["spec", "containers", 0, "securityContext", "windowsOptions", "runAsUserName"])
}

test_success_windows if {
	windows({"windowsOptions": {"runAsUserName": "ContainerUser"}}, {}, standard) == set()
	windows({"windowsOptions": {"runAsUserName": "ContainerUser"}}, null, standard) == set()
	windows(null, {"windowsOptions": {"runAsUserName": "ContainerUser"}}, standard) == set()
	windows({"runAsNonRoot": true}, {}, standard) == set()
	windows({"runAsUser": 0, "windowsOptions": {"runAsUserName": "ContainerUser"}}, {}, standard) == set()
}

test_fail_kind_without_the_field_is_not_judged if {
	judged([object.union(pod({}, [container("default", 0, {})]), {"cannotExpress": ["securityContext", "probes"]})], standard) == {{
		"outcome": "not-judged",
		"case": "cannot-express",
		"path": ["spec", "containers", 0],
		"args": {"containers": ["default"], "kind": "Deployment"},
	}}
}

test_fail_pod_without_containers_is_not_judged if {
	judged([pod({}, [])], standard) == {{"outcome": "not-judged", "case": "no-containers", "path": ["spec"], "args": {}}}
}

predictor(context, own) := object.union(
	pod(context, [
		object.union(container("predictor", 0, own), {"role": "predictor", "defaultsByController": true}),
		container("proxy", 1, own),
	]),
	{"name": "predictor", "defaultsByController": true},
)

test_fail_model_server_of_a_runtime_is_not_judged if {
	judged([predictor({}, {})], standard) == {
		{
			"outcome": "not-judged",
			"case": "runtime",
			"path": ["spec", "containers", 0],
			"args": {"containers": ["predictor"], "kind": "Deployment"},
		},
		{"case": "unset", "path": ["spec", "containers", 1], "args": {"containers": ["proxy"]}},
	}
}

test_fail_model_server_of_a_runtime_that_says_root if {
	judged([predictor({}, {"runAsUser": 0})], standard) == {
		{"case": "root", "path": ["spec", "containers", 0, "securityContext", "runAsUser"], "args": {"containers": ["predictor"]}},
		{"case": "root", "path": ["spec", "containers", 1, "securityContext", "runAsUser"], "args": {"containers": ["proxy"]}},
	}
}

test_success_model_server_of_a_runtime_that_says_otherwise if {
	judged([predictor({"runAsNonRoot": true}, {})], standard) == set()
}
