package paddlock.rules.delivery.schema_test

import data.paddlock.rules.delivery.schema as rule

test_fail_unknown_field if {
	path := ["spec", "template", "spec", "containers", 0, "imagePullPolcy"]
	args := {"field": "imagePullPolcy", "suggestion": "imagePullPolicy"}
	found := {"problem": "misspelled-field", "path": path, "args": args}
	rule.violations == {{"case": "misspelled-field", "path": path, "args": args}} with input as {"schema": [found]}
}

test_fail_every_problem_of_an_object if {
	rule.violations == {
		{"case": "missing-field", "path": ["spec"], "args": {"field": "spec"}},
		{"level": "warning", "case": "unnamed", "path": ["metadata", "name"], "args": {}},
	} with input as {"schema": [
		{"problem": "missing-field", "path": ["spec"], "args": {"field": "spec"}},
		{"problem": "unnamed", "path": ["metadata", "name"], "args": {}},
	]}
}

test_fail_without_words_of_its_own if {
	found := {"problem": "invalid", "path": ["spec"], "args": {"keyword": "x"}}
	rule.violations == {{"path": ["spec"], "args": {"keyword": "x"}}} with input as {"schema": [found]}
}

test_fail_not_judged_template if {
	found := {"problem": "template", "path": ["spec", "replicas"], "args": {"value": "{{ .Values.replicas }}"}}
	rule.violations == {{
		"outcome": "not-judged",
		"case": "template",
		"path": ["spec", "replicas"],
		"args": {"value": "{{ .Values.replicas }}"},
	}} with input as {"schema": [found]}
}

test_success_valid if {
	rule.violations == set() with input as {"schema": []}
}

test_success_not_judged_kind if {
	rule.violations == set() with input as {}
}
