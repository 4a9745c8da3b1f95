# METADATA
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/kubernetes-api/
#     description: "Kubernetes: API reference"
#   - ref: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
#     description: "Kubernetes: deprecated API migration guide"
#   - ref: https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
#     description: "Kubernetes: how the API server treats unknown fields"
#   - ref: https://github.com/PaddleFlow/paddle-operator
#     description: "Paddle Operator: PaddleJob, SampleSet, SampleJob"
# custom:
#   scope: object
#   needs: [schema]
#   level: error
#   parameters:
#     allKinds:
#       type: boolean
#       default: false
#   computed_cases: [unknown-field, misspelled-field, misplaced-field, missing-field, empty-list, null-item, type,
#     unquoted, quoted, enum, misspelled-value, range, quantity, date-time, base64, no-kind, no-api-version,
#     no-api-version-known, malformed-api-version, wrong-group, unknown-version, unknown-kind, misspelled-kind,
#     removed-version, removed-kind, future-version, more]
package paddlock.rules.delivery.schema

import data.paddlock.lib.result

# What the schema does not allow is found before the rules are asked; each problem has its own words.
violations contains violation if {
	some error in input.schema
	violation := judged(error)
}

judged(error) := result.not_judged("template", error.path, error.args) if {
	error.problem == "template"
} else := result.fail(error.path, error.args) if {
	error.problem == "invalid"
} else := result.fail_level("warning", "unnamed", error.path, error.args) if {
	# Files that other tools fill in have no name: the pod template of a CI system.
	error.problem == "unnamed"
} else := result.fail_case(error.problem, error.path, error.args)
