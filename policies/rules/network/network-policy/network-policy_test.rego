package paddlock.rules.network["network-policy_test"]

import data.paddlock.rules.network["network-policy"] as rule

settings(parameters) := {"s": {"parameters": {"network-policy": object.union(
	{"egress": false, "openPolicy": "warning"},
	parameters,
)}}}

path := ["spec", "template", "spec"]

labels_path := ["spec", "template", "metadata", "labels"]

isolated := {"state": "isolated", "reason": null, "policies": [policy("web")], "open": []}

not_isolated := {"state": "not-isolated", "reason": null, "policies": [], "open": []}

opened := {"state": "isolated", "reason": null, "policies": [policy("web"), policy("all")], "open": [policy("all")]}

policy(name) := {"kind": "NetworkPolicy", "namespace": "ml", "name": name}

unknown(reason, detail) := {"state": "unknown", "reason": reason, "detail": detail, "policies": [], "open": []}

pod(spec, ingress, egress) := {
	"name": "template",
	"path": path,
	"labelsPath": labels_path,
	"cannotExpress": [],
	"spec": spec,
	"network": {"ingress": ingress, "egress": egress},
}

judge(pods, parameters) := violations if {
	violations := rule.violations with input as {"settings": "s", "workload": {"pods": pods}}
		with data.settings as settings(parameters)
}

judge_policy(fact) := violations if {
	violations := rule.violations with input as {"settings": "s", "policy": fact}
		with data.settings as settings({})
}

test_success_isolated if {
	judge([pod({}, isolated, not_isolated)], {}) == set()
	judge([pod({"hostNetwork": false}, isolated, isolated)], {"egress": true}) == set()
}

test_fail_without_a_policy if {
	judge([pod({}, not_isolated, not_isolated)], {}) == {{"path": labels_path, "args": {}}}
}

test_fail_egress_when_asked if {
	judge([pod({}, isolated, not_isolated)], {"egress": true}) == {{"case": "egress", "path": labels_path, "args": {}}}
}

test_fail_open_policy if {
	violation := {"case": "open", "path": labels_path, "args": {"policies": ["NetworkPolicy/all"]}}
	judge([pod({}, opened, opened)], {}) == {object.union(violation, {"level": "warning"})}
	judge([pod({}, opened, opened)], {"openPolicy": "error"}) == {violation}
}

test_fail_open_egress_policy if {
	judge([pod({}, isolated, opened)], {"egress": true}) == {{
		"level": "warning",
		"case": "open-egress",
		"path": labels_path,
		"args": {"policies": ["NetworkPolicy/all"]},
	}}
}

test_fail_host_network_whatever_the_policies if {
	violation := {"case": "host-network", "path": array.concat(path, ["hostNetwork"]), "args": {}}
	judge([pod({"hostNetwork": true}, isolated, isolated)], {}) == {violation}
	judge([pod({"hostNetwork": true}, not_isolated, not_isolated)], {"egress": true}) == {violation}
}

test_fail_host_network_of_a_template_is_not_judged if {
	judge([pod({"hostNetwork": "{{ .Values.hostNetwork }}"}, not_isolated, not_isolated)], {}) == {{
		"outcome": "not-judged",
		"case": "host-network-template",
		"path": array.concat(path, ["hostNetwork"]),
		"args": {},
	}}
}

test_fail_unknown_is_not_judged if {
	every reason in [
		"controller-label",
		"namespace-option",
		"namespace-labels",
		"selector",
		"template",
		"no-cluster",
	] {
		judge([pod({}, unknown(reason, "job-name"), isolated)], {}) == {{
			"outcome": "not-judged",
			"case": reason,
			"path": labels_path,
			"args": {"direction": "ingress", "detail": "job-name"},
		}}
	}
}

test_fail_kind_without_labels_is_not_judged if {
	silent := object.union(pod({}, not_isolated, not_isolated), {"cannotExpress": ["securityContext", "network"]})
	judge([silent], {}) == {{
		"outcome": "not-judged",
		"case": "cannot-express",
		"path": labels_path,
		"args": {},
	}}
}

test_fail_each_part_by_its_name if {
	ps := object.union(pod({}, not_isolated, not_isolated), {"name": "ps"})
	worker := object.union(pod({}, isolated, not_isolated), {"name": "worker"})
	judge([ps, worker], {}) == {{"case": "part", "path": labels_path, "args": {"part": "ps"}}}
	judge([ps, worker], {"egress": true}) == {
		{"case": "part", "path": labels_path, "args": {"part": "ps"}},
		{"case": "part-egress", "path": labels_path, "args": {"part": "ps"}},
		{"case": "part-egress", "path": labels_path, "args": {"part": "worker"}},
	}
}

test_success_policy_that_selects_pods if {
	judge_policy({"selects": "pods", "path": ["spec", "podSelector"]}) == set()
	judge_policy({"selects": "unknown", "path": ["spec", "podSelector"]}) == set()
}

test_fail_policy_that_selects_nothing if {
	judge_policy({"selects": "nothing", "path": ["spec", "podSelector"]}) == {{
		"level": "info",
		"case": "selects-nothing",
		"path": ["spec", "podSelector"],
		"args": {},
	}}
}

test_fail_policy_whose_selector_cannot_be_read if {
	every reason in ["selector", "template"] {
		judge_policy({"selects": "unknown", "path": ["spec", "podSelector"], "reason": reason}) == {{
			"outcome": "not-judged",
			"case": concat("-", ["policy", reason]),
			"path": ["spec", "podSelector"],
			"args": {},
		}}
	}
}
