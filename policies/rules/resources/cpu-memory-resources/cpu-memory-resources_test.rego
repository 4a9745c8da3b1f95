package paddlock.rules.resources["cpu-memory-resources_test"]

import data.paddlock.rules.resources["cpu-memory-resources"] as rule

judged(pods) := violations if {
	violations := rule.violations with input as {"settings": "test", "resource": {"kind": "InferenceService"}, "workload": {"pods": pods}}
		with data.settings as {"test": {"parameters": {"cpu-memory-resources": {}}}}
}

pod(containers) := {"path": ["spec"], "spec": {}, "cannotExpress": [], "containers": containers}

container(requests, limits) := {
	"path": ["spec", "containers", 0],
	"name": "ocr",
	"role": "container",
	"resources": {"requests": requests, "limits": limits},
}

one(requests, limits) := judged([pod([container(requests, limits)])])

cpu := {"raw": "2", "value": "2", "template": false}

memory := {"raw": "8Gi", "value": "8589934592", "template": false}

zero := {"raw": "0", "value": "0", "template": false}

at(side, name) := ["spec", "containers", 0, "resources", side, name]

lacks(missing) := {{
	"path": ["spec", "containers", 0, "resources"],
	"args": {"container": "ocr", "missing": missing},
}}

test_fail_nothing_said if {
	one({}, {}) == lacks(["requests.cpu", "requests.memory", "limits.memory"])
}

test_fail_one_is_missing if {
	one({"cpu": cpu, "memory": memory}, {}) == lacks(["limits.memory"])
	one({"memory": memory}, {"memory": memory}) == lacks(["requests.cpu"])
}

test_fail_zero_is_nothing if {
	one({"cpu": cpu, "memory": memory}, {"memory": zero}) == lacks(["limits.memory"])
	one({"cpu": zero}, {"cpu": cpu, "memory": memory}) == lacks(["requests.cpu"])
}

test_fail_memory_in_milli if {
	milli := {"raw": "100m", "value": "0.1", "template": false}
	one({"cpu": cpu, "memory": memory}, {"memory": milli}) == {{
		"level": "warning",
		"case": "milli",
		"path": at("limits", "memory"),
		"args": {"container": "ocr", "quantity": "100m"},
	}}
}

test_fail_malformed if {
	malformed := {"raw": "8GB", "value": null, "template": false}
	one({"cpu": cpu, "memory": memory}, {"memory": malformed}) == {{
		"case": "malformed",
		"path": at("limits", "memory"),
		"args": {"container": "ocr", "quantity": "8GB"},
	}}
}

test_fail_template_is_not_judged if {
	template := {"raw": "{{ .Values.memory }}", "value": null, "template": true}
	one({"cpu": cpu, "memory": memory}, {"memory": template}) == {{
		"outcome": "not-judged",
		"case": "template",
		"path": at("limits", "memory"),
		"args": {"container": "ocr", "resource": "memory"},
	}}
}

test_fail_init_containers_and_sidecars_count if {
	containers := [object.union(container({}, {}), {"role": role, "path": ["spec", role, 0]}) |
		some role in ["container", "initContainer", "sidecar", "ephemeralContainer"]
	]
	count(judged([pod(containers)])) == 3
}

test_fail_default_of_the_controller_is_not_judged if {
	judged([object.union(pod([container({"cpu": cpu}, {})]), {"defaultsByController": true})]) == {{
		"outcome": "not-judged",
		"case": "by-controller",
		"path": ["spec", "containers", 0, "resources"],
		"args": {"container": "ocr", "missing": ["requests.memory", "limits.memory"], "kind": "InferenceService"},
	}}
}

test_fail_kind_without_the_field_is_not_judged if {
	judged([object.union(pod([container({}, {})]), {"cannotExpress": ["resources"]})]) == {{
		"outcome": "not-judged",
		"case": "cannot-express",
		"path": ["spec", "containers", 0],
		"args": {
			"container": "ocr",
			"missing": ["requests.cpu", "requests.memory", "limits.memory"],
			"kind": "InferenceService",
		},
	}}
}

test_fail_pod_without_containers_is_not_judged if {
	judged([pod([])]) == {{"outcome": "not-judged", "case": "no-containers", "path": ["spec"], "args": {}}}
}

test_fail_pod_level_in_part if {
	judged([object.union(pod([container({}, {})]), {"spec": {"resources": {"requests": {"cpu": 2}}}})]) == lacks(["requests.memory", "limits.memory"])
}

test_fail_doubtful_for_the_pod if {
	resources := {"requests": {"cpu": "{{ .Values.cpu }}"}, "limits": {"memory": "100m"}}
	judged([object.union(pod([container({}, {})]), {"spec": {"resources": resources}})]) == {
		{
			"outcome": "not-judged",
			"case": "template-pod",
			"path": ["spec", "resources", "requests", "cpu"],
			"args": {"resource": "cpu"},
		},
		{
			"level": "warning",
			"case": "milli-pod",
			"path": ["spec", "resources", "limits", "memory"],
			"args": {"quantity": "100m"},
		},
	}
}

test_success_all_there if {
	one({"cpu": cpu, "memory": memory}, {"memory": memory}) == set()
}

test_success_limits_alone if {
	one({}, {"cpu": cpu, "memory": memory}) == set()
}

test_success_cpu_in_milli if {
	one({"cpu": {"raw": "500m", "value": "0.5", "template": false}, "memory": memory}, {"memory": memory}) == set()
}

test_success_pod_level if {
	judged([object.union(pod([container({}, {})]), {"spec": {"resources": {"limits": {"cpu": "4", "memory": "16Gi"}}}})]) == set()
}

test_success_written_though_the_controller_has_defaults if {
	judged([object.union(pod([container({}, {"cpu": cpu, "memory": memory})]), {"defaultsByController": true})]) == set()
}
