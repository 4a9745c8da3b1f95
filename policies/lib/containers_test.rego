package paddlock.lib.containers_test

import data.paddlock.lib.containers

container(name, role, sign) := {"name": name, "role": role, "paddleSign": sign}

test_success_signed_containers_only if {
	pod := {"containers": [
		container("setup", "initContainer", true),
		container("log", "sidecar", true),
		container("web", "container", false),
		container("ocr", "container", true),
		container("debug", "ephemeralContainer", true),
	]}
	containers.model_serving(pod, []) == [container("ocr", "container", true)]
}

test_success_without_a_sign_all_but_the_injected if {
	pod := {"containers": [
		container("storage-initializer", "initContainer", false),
		container("istio-proxy", "container", false),
		container("ocr", "container", false),
		container("det", "container", false),
	]}
	containers.model_serving(pod, ["istio-proxy"]) == [
		container("ocr", "container", false),
		container("det", "container", false),
	]
}

test_success_part_of_a_kind_without_containers if {
	pod := {"containers": [container("default", "default", false)]}
	containers.model_serving(pod, []) == [container("default", "default", false)]
}

test_success_nothing_but_init_containers if {
	containers.model_serving({"containers": [container("setup", "initContainer", true)]}, []) == []
}
