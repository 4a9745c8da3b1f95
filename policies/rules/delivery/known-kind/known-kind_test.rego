package paddlock.rules.delivery["known-kind_test"]

import data.paddlock.rules.delivery["known-kind"] as rule

test_fail_patch_and_manifest if {
	patch := ["spec", "templates", 0, "podSpecPatch"]
	manifest := ["spec", "templates", 1, "resource", "manifest"]
	rule.violations == {
		{"outcome": "not-judged", "case": "patch-template", "path": patch, "args": {}},
		{"outcome": "not-judged", "case": "manifest-unreadable", "path": manifest, "args": {}},
	} with input as {"unseen": [
		{"why": "patch-template", "path": patch, "args": {}},
		{"why": "manifest-unreadable", "path": manifest, "args": {}},
	]}
}

test_fail_version if {
	args := {"apiVersion": "serving.kserve.io/v3", "kind": "InferenceService"}
	rule.violations == {{
		"outcome": "not-judged",
		"case": "kind-version",
		"path": ["apiVersion"],
		"args": args,
	}} with input as {"unseen": [{"why": "kind-version", "path": ["apiVersion"], "args": args}]}
}

test_success_all_seen if {
	rule.violations == set() with input as {"workload": {"pods": []}}
}
