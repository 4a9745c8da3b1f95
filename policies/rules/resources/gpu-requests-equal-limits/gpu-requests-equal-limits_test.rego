package paddlock.rules.resources["gpu-requests-equal-limits_test"]

import data.paddlock.rules.resources["gpu-requests-equal-limits"] as rule

standard := {"explicitRequests": false, "accelerators": []}

gpu := {"name": "nvidia.com/gpu", "vendor": "nvidia", "device": true}

judged(pods, parameters) := violations if {
	violations := rule.violations with input as {"settings": "test", "workload": {"pods": pods}}
		with data.settings as {"test": {"parameters": {"gpu-requests-equal-limits": parameters}}}
}

pod(containers) := {"path": ["spec"], "spec": {}, "containers": containers}

container(accelerators, requests, limits) := {
	"path": ["spec", "containers", 0],
	"name": "ocr",
	"role": "container",
	"accelerators": accelerators,
	"resources": {"requests": requests, "limits": limits},
}

one(accelerator, requests, limits) := judged([pod([container([accelerator], requests, limits)])], standard)

quantity(raw, value) := {"raw": raw, "value": value, "template": false}

at(side, name) := ["spec", "containers", 0, "resources", side, name]

test_fail_request_without_limit if {
	one(gpu, {"nvidia.com/gpu": quantity("1", "1")}, {}) == {{
		"case": "no-limit",
		"path": at("requests", "nvidia.com/gpu"),
		"args": {"container": "ocr", "resource": "nvidia.com/gpu", "request": "1"},
	}}
}

test_fail_unequal if {
	one(gpu, {"nvidia.com/gpu": quantity("1", "1")}, {"nvidia.com/gpu": quantity("2", "2")}) == {{
		"case": "unequal",
		"path": at("requests", "nvidia.com/gpu"),
		"args": {"container": "ocr", "resource": "nvidia.com/gpu", "request": "1", "limit": "2"},
	}}
}

test_fail_request_above_limit if {
	count(one(gpu, {"nvidia.com/gpu": quantity("4", "4")}, {"nvidia.com/gpu": quantity("2", "2")})) == 1
}

test_fail_fraction if {
	expected := {{
		"case": "fraction",
		"path": at("limits", "nvidia.com/gpu"),
		"args": {"container": "ocr", "resource": "nvidia.com/gpu", "quantity": "500m"},
	}}
	one(gpu, {}, {"nvidia.com/gpu": quantity("500m", "0.5")}) == expected
	one(gpu, {"nvidia.com/gpu": quantity("0.5", "0.5")}, {"nvidia.com/gpu": quantity("500m", "0.5")}) == expected
}

test_fail_malformed if {
	one(gpu, {}, {"nvidia.com/gpu": quantity("one", null)}) == {{
		"case": "malformed",
		"path": at("limits", "nvidia.com/gpu"),
		"args": {"container": "ocr", "resource": "nvidia.com/gpu", "quantity": "one"},
	}}
	count(one(gpu, {"nvidia.com/gpu": quantity("-1", "-1")}, {"nvidia.com/gpu": quantity("-1", "-1")})) == 1
}

test_fail_template_is_not_judged if {
	one(gpu, {}, {"nvidia.com/gpu": {"raw": "{{ .Values.gpus }}", "value": null, "template": true}}) == {{
		"outcome": "not-judged",
		"case": "template",
		"path": at("limits", "nvidia.com/gpu"),
		"args": {"container": "ocr", "resource": "nvidia.com/gpu"},
	}}
}

test_fail_limit_alone_where_requests_are_asked_for if {
	parameters := object.union(standard, {"explicitRequests": true})
	judged([pod([container([gpu], {}, {"nvidia.com/gpu": quantity("1", "1")})])], parameters) == {{
		"level": "warning",
		"case": "implicit-request",
		"path": at("requests", "nvidia.com/gpu"),
		"args": {"container": "ocr", "resource": "nvidia.com/gpu", "limit": "1"},
	}}
}

test_fail_pod_level if {
	podded := object.union(pod([]), {
		"containers": [container([], {}, {})],
		"spec": {"resources": {"limits": {"nvidia.com/gpu": 1, "cpu": 4}, "requests": {"hugepages-2Mi": "1Gi"}}},
	})
	judged([podded], standard) == {{
		"case": "pod-level",
		"path": ["spec", "resources", "limits", "nvidia.com/gpu"],
		"args": {"resource": "nvidia.com/gpu"},
	}}
}

test_fail_two_vendors if {
	both := [gpu, {"name": "huawei.com/Ascend910", "vendor": "ascend", "device": true}]
	limits := {"nvidia.com/gpu": quantity("1", "1"), "huawei.com/Ascend910": quantity("1", "1")}
	judged([pod([container(both, {}, limits)])], standard) == {{
		"level": "warning",
		"case": "vendors",
		"path": ["spec", "containers", 0, "resources"],
		"args": {"container": "ocr", "vendors": ["ascend", "nvidia"]},
	}}
}

test_fail_accelerator_that_a_user_added if {
	parameters := object.union(standard, {"accelerators": [{"match": "example.com/npu*", "vendor": "example"}]})
	added := container([], {"example.com/npu-2": quantity("1", "1"), "cpu": quantity("1", "1")}, {})
	judged([pod([added])], parameters) == {{
		"case": "no-limit",
		"path": at("requests", "example.com/npu-2"),
		"args": {"container": "ocr", "resource": "example.com/npu-2", "request": "1"},
	}}
}

test_fail_pod_without_containers_is_not_judged if {
	judged([pod([])], standard) == {{"outcome": "not-judged", "case": "no-containers", "path": ["spec"], "args": {}}}
}

test_success_limit_alone if {
	one(gpu, {}, {"nvidia.com/gpu": quantity("1", "1")}) == set()
}

test_success_equal_quantities if {
	one(gpu, {"nvidia.com/gpu": quantity("1000m", "1")}, {"nvidia.com/gpu": quantity("1", "1")}) == set()
}

test_success_memory_of_a_device if {
	memory := {"name": "metax-tech.com/vmemory", "vendor": "metax", "device": false}
	one(memory, {}, {"metax-tech.com/vmemory": quantity("2048Mi", "2147483648")}) == set()
	one(memory, {}, {"metax-tech.com/vmemory": quantity("1.5", "1.5")}) == set()
}

test_success_mig_slice_beside_no_whole_device if {
	both := [gpu, {"name": "nvidia.com/mig-1g.5gb", "vendor": "nvidia", "device": true}]
	limits := {"nvidia.com/gpu": quantity("0", "0"), "nvidia.com/mig-1g.5gb": quantity("1", "1")}
	judged([pod([container(both, {}, limits)])], standard) == set()
}

test_success_no_devices_of_another_vendor if {
	both := [gpu, {"name": "huawei.com/Ascend910", "vendor": "ascend", "device": true}]
	limits := {"nvidia.com/gpu": quantity("0", "0"), "huawei.com/Ascend910": quantity("1", "1")}
	judged([pod([container(both, {}, limits)])], standard) == set()
}

test_success_network_card_has_no_vendor if {
	both := [gpu, {"name": "rdma/hca", "vendor": null, "device": true}]
	limits := {"nvidia.com/gpu": quantity("8", "8"), "rdma/hca": quantity("1", "1")}
	judged([pod([container(both, {}, limits)])], standard) == set()
}

test_success_claims_instead_of_counts if {
	judged([pod([container([], {}, {})])], standard) == set()
}
