package paddlock.rules.health["probe-delays_test"]

import data.paddlock.rules.health["probe-delays"] as rule

defaults := {
	"minStartupSeconds": 60,
	"slowStartupSeconds": 300,
	"slowImages": ["*llm*", "*-vl*", "*ernie*", "fastdeploy*", "*vllm*"],
	"minReadinessDelaySeconds": 30,
	"readinessDelay": "info",
	"injectedContainers": ["istio-proxy"],
}

said(pod, parameters) := violations if {
	violations := rule.violations with input as {
		"settings": "x",
		"resource": {"kind": "Deployment"},
		"workload": {"pods": [pod]},
	}
		with data.settings as {"x": {"parameters": {"probe-delays": object.union(defaults, parameters)}}}
}

pod(containers) := {
	"serving": true,
	"readinessByController": false,
	"cannotExpress": [],
	"containers": containers,
}

server(spec) := {
	"path": ["spec", "containers", 0],
	"name": "ocr",
	"role": "container",
	"paddleSign": true,
	"image": "registry.example.com/llm-team/paddle-ocr:2.6.0",
	"spec": spec,
}

at(rest) := array.concat(["spec", "containers", 0], rest)

http(changes) := object.union({"httpGet": {"path": "/health", "port": 8080}}, changes)

sound := {
	"livenessProbe": http({"initialDelaySeconds": 60, "periodSeconds": 30}),
	"readinessProbe": http({"initialDelaySeconds": 30, "periodSeconds": 10}),
}

with_startup(startup) := {
	"startupProbe": startup,
	"livenessProbe": http({}),
	"readinessProbe": http({}),
}

test_success_seed if {
	said(pod([server(sound)]), {}) == set()
}

test_success_startup_probe_lets_the_others_be_quick if {
	said(pod([server(with_startup(http({"periodSeconds": 10, "failureThreshold": 6})))]), {}) == set()
	said(pod([server(with_startup(http({"initialDelaySeconds": 30})))]), {}) == set()
}

test_success_any_handler_is_a_probe if {
	every handler in [{"grpc": {"port": 8001}}, {"tcpSocket": {"port": 9292}}, {"exec": {"command": ["true"]}}] {
		said(
			pod([server({
				"startupProbe": object.union(handler, {"failureThreshold": 6}),
				"livenessProbe": handler,
				"readinessProbe": handler,
			})]),
			{},
		) == set()
	}
}

test_success_zero_and_null_mean_the_default if {
	said(
		pod([server(with_startup(http({"initialDelaySeconds": null, "periodSeconds": 0, "failureThreshold": 6})))]),
		{},
	) == set()
}

test_success_pods_that_end_and_workers_are_not_judged if {
	said(object.union(pod([server({})]), {"serving": false}), {}) == set()
}

test_success_probes_that_the_kind_has_no_field_for if {
	said(object.union(pod([server({})]), {"cannotExpress": ["securityContext", "probes"]}), {}) == set()
}

test_success_readiness_by_controller if {
	spec := {"livenessProbe": sound.livenessProbe}
	said(object.union(pod([server(spec)]), {"readinessByController": true}), {}) == set()
	said(pod([object.union(server(spec), {"readinessByController": true})]), {}) == set()
}

test_success_containers_beside_the_server if {
	helper := object.union(server({}), {"paddleSign": false})
	sidecar := object.union(server({}), {"role": "sidecar"})
	said(pod([server(sound), helper, sidecar]), {}) == set()
}

test_success_named_port if {
	named := object.union(sound, {
		"ports": [{"name": "http", "containerPort": 8080}],
		"readinessProbe": {"tcpSocket": {"port": "http"}, "initialDelaySeconds": 30},
	})
	said(pod([server(named)]), {}) == set()
}

test_fail_nothing_at_all if {
	said(pod([server({})]), {}) == {
		{"case": "readiness_missing", "path": at(["readinessProbe"]), "args": {}},
		{"level": "warning", "case": "liveness_missing", "path": at(["livenessProbe"]), "args": {}},
	}
}

test_fail_null_is_absent if {
	said(pod([server(object.union(sound, {"readinessProbe": null}))]), {}) == {{
		"case": "readiness_missing",
		"path": at(["readinessProbe"]),
		"args": {},
	}}
}

test_fail_startup_budget if {
	said(pod([server(with_startup(http({"periodSeconds": 10, "failureThreshold": 5})))]), {}) == {{
		"path": at(["startupProbe"]),
		"args": {"probe": "startupProbe", "budget": 50, "required": 60},
	}}
}

test_fail_liveness_budget_with_defaults if {
	said(pod([server({"livenessProbe": {"tcpSocket": {"port": 9292}, "initialDelaySeconds": 20}, "readinessProbe": sound.readinessProbe})]), {}) == {{
		"path": at(["livenessProbe"]),
		"args": {"probe": "livenessProbe", "budget": 50, "required": 60},
	}}
}

test_fail_liveness_delay_though_the_budget_suffices if {
	probe := http({"initialDelaySeconds": 10, "periodSeconds": 30, "failureThreshold": 10})
	said(pod([server({"livenessProbe": probe, "readinessProbe": sound.readinessProbe})]), {}) == {{
		"level": "warning",
		"case": "liveness_delay",
		"path": at(["livenessProbe", "initialDelaySeconds"]),
		"args": {"delay": 10, "required": 60},
	}}
}

test_fail_slow_images_need_longer if {
	every image in [
		"ccr/paddlepaddle/paddlenlp:llm-serving-cuda124-cudnn9-v2.3",
		"ccr/paddlepaddle/paddleocr-vl:3.4.0",
		"ccr/paddlepaddle/FastDeploy-cuda-12.6:2.3.0",
		"ccr/x/ernie-4.5:1.0.0",
		"vllm/vllm-openai@sha256:0123",
	] {
		slow := object.union(server(with_startup({"tcpSocket": {"port": 8180}, "failureThreshold": 29})), {"image": image, "spec": {"livenessProbe": {"httpGet": {"path": "/ping"}}}})
		said(pod([slow]), {}) == {{
			"path": at(["startupProbe"]),
			"args": {"probe": "startupProbe", "budget": 290, "required": 300},
		}}
		fine := object.union(server(with_startup({"tcpSocket": {"port": 8180}, "failureThreshold": 30})), {"image": image, "spec": {"livenessProbe": {"httpGet": {"path": "/ping"}}}})
		said(pod([fine]), {}) == set()
	}
}

test_fail_glob_with_a_slash_is_for_the_whole_reference if {
	spec := with_startup(http({"periodSeconds": 10, "failureThreshold": 6}))
	said(pod([server(spec)]), {"slowImages": ["*/llm-team/*"]}) == {{
		"path": at(["startupProbe"]),
		"args": {"probe": "startupProbe", "budget": 60, "required": 300},
	}}
	said(pod([server(spec)]), {"slowImages": ["paddle-ocr:[0-9].*"]}) == {{
		"path": at(["startupProbe"]),
		"args": {"probe": "startupProbe", "budget": 60, "required": 300},
	}}
	said(pod([server(spec)]), {"slowImages": ["ocr*"]}) == set()
}

test_fail_readiness_delay if {
	quick := object.union(sound, {"readinessProbe": {"tcpSocket": {"port": 9292}, "initialDelaySeconds": 29}})
	finding := {"case": "readiness_delay", "path": at(["readinessProbe", "initialDelaySeconds"]), "args": {"delay": 29, "required": 30}}
	said(pod([server(quick)]), {}) == {object.union(finding, {"level": "info"})}
	said(pod([server(quick)]), {"readinessDelay": "warning"}) == {object.union(finding, {"level": "warning"})}
}

test_fail_unknown_port if {
	spec := object.union(sound, {
		"ports": [{"containerPort": 8080}, {"name": "metrics", "containerPort": 9090}],
		"livenessProbe": {"httpGet": {"path": "/ping", "port": "http"}, "initialDelaySeconds": 60},
	})
	said(pod([server(spec)]), {}) == {{
		"case": "unknown_port",
		"path": at(["livenessProbe", "httpGet", "port"]),
		"args": {"probe": "livenessProbe", "port": "http"},
	}}
}

test_fail_number_in_quotes_is_a_name if {
	spec := object.union(sound, {"readinessProbe": {"tcpSocket": {"port": "9292"}, "initialDelaySeconds": 30}})
	said(pod([server(spec)]), {}) == {{
		"case": "unknown_port",
		"path": at(["readinessProbe", "tcpSocket", "port"]),
		"args": {"probe": "readinessProbe", "port": "9292"},
	}}
}

test_fail_template_is_not_judged if {
	spec := with_startup(http({"failureThreshold": "{{ .Values.failureThreshold }}"}))
	said(pod([server(spec)]), {}) == {{
		"outcome": "not-judged",
		"case": "not_readable",
		"path": at(["startupProbe", "failureThreshold"]),
		"args": {"probe": "startupProbe", "field": "failureThreshold"},
	}}
	port := object.union(sound, {"readinessProbe": {"httpGet": {"port": "{{ .Values.port }}"}, "initialDelaySeconds": 30}})
	said(pod([server(port)]), {}) == {{
		"outcome": "not-judged",
		"case": "not_readable",
		"path": at(["readinessProbe", "httpGet", "port"]),
		"args": {"probe": "readinessProbe", "field": "port"},
	}}
}

test_fail_fastdeploy_health_as_liveness if {
	container := object.union(
		server(with_startup(http({"failureThreshold": 60}))),
		{"image": "ccr/paddlepaddle/fastdeploy-cuda-12.6:2.3.0"},
	)
	finding := {
		"level": "warning",
		"case": "fastdeploy_health",
		"path": at(["livenessProbe", "httpGet", "path"]),
		"args": {"path": "/health"},
	}
	said(pod([container]), {}) == {finding}
	said(pod([object.union(container, {"image": null, "stack": "FastDeploy"})]), {}) == {finding}
	said(pod([object.union(container, {"image": null})]), {}) == set()
}

test_fail_a_probe_of_a_wrong_type_is_not_judged if {
	said(pod([server(object.union(sound, {"livenessProbe": "*"}))]), {}) == {{
		"outcome": "not-judged",
		"case": "not_readable",
		"path": at(["livenessProbe", "initialDelaySeconds"]),
		"args": {"probe": "livenessProbe", "field": "initialDelaySeconds"},
	}}
}
