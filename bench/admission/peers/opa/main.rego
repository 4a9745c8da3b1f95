# The six core rules as users of OPA would write them for admission: deny rules over the object of an AdmissionReview, by
# the same lists of tags, accelerators and fields as the port for conftest in bench/peers. Like that one it is smaller than
# Paddlock: it follows no flag of a server, knows no claims and no network policies, and gives no remedies.
package system

main := {
	"apiVersion": "admission.k8s.io/v1",
	"kind": "AdmissionReview",
	"response": response,
}

response := {
	"uid": input.request.uid,
	"allowed": true,
	"warnings": [message | some message in data.rules.warn],
} if {
	count(data.rules.deny) == 0
}

response := {
	"uid": input.request.uid,
	"allowed": false,
	"warnings": [message | some message in data.rules.warn],
	"status": {"code": 403, "reason": "Forbidden", "message": concat("\n", data.rules.deny)},
} if {
	count(data.rules.deny) > 0
}
