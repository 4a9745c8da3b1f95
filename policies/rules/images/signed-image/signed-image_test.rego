package paddlock.rules.images["signed-image_test"]

import data.paddlock.rules.images["signed-image"] as rule

test_success_says_nothing_without_a_signature_policy if {
	image := {"path": ["spec", "containers", 0, "image"], "reference": "app:latest", "class": "floating"}
	count(rule.violations) == 0 with input as {"settings": "test", "workload": {"pods": [{"images": [image]}]}}
}
