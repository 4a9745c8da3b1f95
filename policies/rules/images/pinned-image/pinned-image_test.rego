package paddlock.rules.images["pinned-image_test"]

import data.paddlock.rules.images["pinned-image"] as rule

recommended := {
	"error": ["invalid", "untagged", "floating"],
	"warning": ["partial", "opaque"],
	"twoComponentReleases": [],
}

image_path := ["spec", "containers", 0, "image"]

pod(images) := {
	"path": ["spec"],
	"containers": [{"path": ["spec", "containers", 0], "name": "ocr", "role": "container"}],
	"images": images,
}

image(reference, class) := {
	"path": image_path,
	"reference": reference,
	"class": class,
	"repository": split(reference, ":")[0],
	"components": 0,
	"pullPolicy": null,
}

judged(pods, parameters) := violations if {
	violations := rule.violations with input as {"settings": "test", "workload": {"pods": pods}}
		with data.settings as {"test": {"parameters": {"pinned-image": parameters}}}
}

verdict(one, parameters) := judged([pod([one])], parameters)

test_fail_untagged if {
	verdict(image("reg:5000/app", "untagged"), recommended) == {{
		"case": "untagged",
		"path": image_path,
		"args": {"image": "reg:5000/app", "class": "untagged"},
	}}
}

test_fail_invalid_says_why if {
	verdict(object.union(image("nginx:", "invalid"), {"problem": "empty-tag"}), recommended) == {{
		"case": "invalid-empty-tag",
		"path": image_path,
		"args": {"image": "nginx:", "class": "invalid"},
	}}
}

test_fail_invalid_syntax if {
	verdict(object.union(image("a//b", "invalid"), {"problem": "syntax"}), recommended) == {{
		"case": "invalid",
		"path": image_path,
		"args": {"image": "a//b", "class": "invalid"},
	}}
}

test_fail_floating if {
	verdict(image("app:latest", "floating"), recommended) == {{
		"case": "floating",
		"path": image_path,
		"args": {"image": "app:latest", "class": "floating"},
	}}
}

test_fail_floating_always_does_not_pin if {
	always := {"pullPolicy": "Always", "tag": "nightly"}
	verdict(object.union(image("app:nightly", "floating"), always), recommended) == {{
		"case": "floating-always",
		"path": image_path,
		"args": {"image": "app:nightly", "class": "floating"},
	}}
}

# Nobody can tell whether it was written or is the default that the API server writes down.
test_fail_floating_always_by_default if {
	always := {"pullPolicy": "Always", "tag": "latest"}
	verdict(object.union(image("app:latest", "floating"), always), recommended) == {{
		"case": "floating",
		"path": image_path,
		"args": {"image": "app:latest", "class": "floating"},
	}}
}

test_fail_floating_policy_of_the_controller if {
	tag := {"pullPolicy": "Always", "path": ["spec", "default", "tag"]}
	verdict(object.union(image("app:latest", "floating"), tag), recommended) == {
		{
			"case": "floating",
			"path": ["spec", "default", "tag"],
			"args": {"image": "app:latest", "class": "floating"},
		},
		{
			"outcome": "not-judged",
			"case": "no-image",
			"path": ["spec", "containers", 0],
			"args": {"container": "ocr"},
		},
	}
}

test_fail_floating_if_not_present_is_worse if {
	verdict(object.union(image("app:latest", "floating"), {"pullPolicy": "IfNotPresent"}), recommended) == {{
		"case": "floating-cached",
		"path": image_path,
		"args": {"image": "app:latest", "class": "floating", "pullPolicy": "IfNotPresent"},
	}}
}

test_fail_partial_and_opaque_are_warnings if {
	some class in ["partial", "opaque"]
	verdict(image("app:2.4", class), recommended) == {{
		"level": "warning",
		"case": class,
		"path": image_path,
		"args": {"image": "app:2.4", "class": class},
	}}
}

test_fail_strict_asks_for_a_digest if {
	every class in ["version", "commit", "partial", "opaque", "floating", "untagged", "invalid"] {
		count(verdict(
			object.union(image("app:2.4.1", class), {"problem": "syntax"}),
			object.union(recommended, {"error": ["invalid", "untagged", "floating", "partial", "opaque", "version", "commit"]}),
		)) == 1
	}
}

test_fail_two_numbers_of_another_image if {
	parameters := object.union(recommended, {"twoComponentReleases": ["postgres"]})
	every repository in ["postgres-exporter:16.3", "notpostgres:16.3", "postgres/exporter:16.3"] {
		count(verdict(object.union(image(repository, "partial"), {"components": 2}), parameters)) == 1
	}
}

test_fail_one_number_of_an_image_with_two if {
	parameters := object.union(recommended, {"twoComponentReleases": ["postgres"]})
	count(verdict(object.union(image("postgres:16", "partial"), {"components": 1}), parameters)) == 1
}

test_success_two_numbers_of_an_image_with_two if {
	parameters := object.union(recommended, {"twoComponentReleases": ["postgres", "nvidia/**"]})
	every repository in ["postgres", "library/postgres", "docker.io/library/postgres", "nvcr.io/nvidia/a/b"] {
		release := object.union(image(repository, "partial"), {"components": 2, "repository": repository})
		verdict(release, parameters) == set()
	}
}

test_success_pinned if {
	every class in ["version", "commit", "digest"] {
		verdict(image("app:2.4.1", class), recommended) == set()
	}
}

test_success_digest_under_strict if {
	verdict(image("app@sha256:…", "digest"), object.union(recommended, {"error": ["version"]})) == set()
}

test_fail_template_is_not_judged if {
	verdict(image("app:{{ .Values.tag }}", "template"), recommended) == {{
		"outcome": "not-judged",
		"case": "template",
		"path": image_path,
		"args": {"image": "app:{{ .Values.tag }}"},
	}}
}

test_fail_container_without_image_is_not_judged if {
	judged([pod([])], recommended) == {{
		"outcome": "not-judged",
		"case": "no-image",
		"path": ["spec", "containers", 0],
		"args": {"container": "ocr"},
	}}
}

test_fail_image_volume if {
	volume := object.union(image("models:latest", "floating"), {"path": ["spec", "volumes", 0, "image", "reference"]})
	judged([pod([image("app@sha256:…", "digest"), volume])], recommended) == {{
		"case": "floating",
		"path": ["spec", "volumes", 0, "image", "reference"],
		"args": {"image": "models:latest", "class": "floating"},
	}}
}

test_success_parts_share_an_image if {
	trainer := {
		"path": ["spec"],
		"containers": [{"path": ["spec", "trainer"], "name": "trainer", "role": "trainer"}],
		"images": [object.union(image("app:1.2.3", "version"), {"path": ["spec", "image"]})],
	}
	server := {
		"path": ["spec"],
		"containers": [{"path": ["spec", "pserver"], "name": "pserver", "role": "pserver"}],
		"images": [],
	}
	judged([trainer, server], recommended) == set()
}

test_fail_pod_without_containers_is_not_judged if {
	judged([{"path": ["spec"], "containers": [], "images": []}], recommended) == {{
		"outcome": "not-judged",
		"case": "no-containers",
		"path": ["spec"],
		"args": {},
	}}
}
