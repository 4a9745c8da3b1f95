package paddlock.rules.images["signed-image_test"]

import data.paddlock.rules.images["signed-image"] as rule

path := ["spec", "containers", 0, "image"]

with_fact(signature) := {"settings": "test", "workload": {"pods": [{"images": [{
	"path": path,
	"reference": "reg.example.com/app:1",
	"class": "partial",
	"signature": signature,
}]}]}}

fact(state, reason, action) := {
	"state": state,
	"reason": reason,
	"detail": "for the test",
	"policies": ["ours"],
	"digest": null,
	"action": action,
}

said(signature, no_match) := violations if {
	parameters := {"test": {"parameters": {"signed-image": {"noMatch": no_match}}}}
	violations := rule.violations with input as with_fact(signature) with data.settings as parameters
}

all_args(reason) := {"image": "reg.example.com/app:1", "reason": reason, "detail": "for the test"}

test_success_says_nothing_without_a_signature_policy if {
	image := {"path": path, "reference": "app:latest", "class": "floating"}
	count(rule.violations) == 0 with input as {"settings": "test", "workload": {"pods": [{"images": [image]}]}}
}

test_success_verified if said(fact("verified", null, null), "deny") == set()

test_fail_unsigned if {
	said(fact("failed", "unsigned", null), "warn") == {{"case": "unsigned", "path": path, "args": all_args("unsigned")}}
}

test_fail_for_a_reason_without_words_of_its_own if {
	said(fact("failed", "no-timestamp", null), "warn") == {{"path": path, "args": all_args("no-timestamp")}}
}

test_fail_unknown_where_errors_are_denied if {
	said(fact("unknown", "timeout", "deny"), "warn") == {{"case": "unknown", "path": path, "args": all_args("timeout")}}
}

test_fail_unknown_as_a_warning if {
	said(fact("unknown", "timeout", "warn"), "warn") == {{
		"level": "warning",
		"case": "unknown",
		"path": path,
		"args": all_args("timeout"),
	}}
}

test_fail_unknown_is_never_a_pass if {
	said(fact("unknown", "timeout", "allow"), "warn") == {{
		"outcome": "not-judged",
		"case": "unknown",
		"path": path,
		"args": all_args("timeout"),
	}}
}

test_fail_unmatched_as_the_parameter_says if {
	args := {"image": "reg.example.com/app:1"}
	said(fact("unmatched", null, null), "deny") == {{"case": "unmatched", "path": path, "args": args}}
	said(fact("unmatched", null, null), "warn") == {{"level": "warning", "case": "unmatched", "path": path, "args": args}}
	said(fact("unmatched", null, null), "allow") == set()
}

test_fail_unmatched_as_the_configuration_says_before_the_parameter if {
	said(fact("unmatched", null, "allow"), "deny") == set()
	args := {"image": "reg.example.com/app:1"}
	said(fact("unmatched", null, "deny"), "allow") == {{"case": "unmatched", "path": path, "args": args}}
}

test_fail_template_is_not_judged if {
	image := {"path": path, "reference": "{{ .Values.image }}", "class": "template", "signature": fact("unknown", "template", "deny")}
	workload := {"pods": [{"images": [image]}]}
	violations := rule.violations with input as {"settings": "test", "workload": workload}
	violations == {{"outcome": "not-judged", "case": "template", "path": path, "args": {"image": "{{ .Values.image }}"}}}
}
