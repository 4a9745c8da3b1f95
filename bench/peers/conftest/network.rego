package main

# What one document can tell of rule 6.
deny contains message if {
	some pod in pods
	pod.hostNetwork
	message := sprintf("%s: the node's network escapes every network policy", [name])
}

warn contains message if {
	input.kind == "NetworkPolicy"
	some rule in object.get(input.spec, "ingress", [])
	not rule.from
	not rule.ports
	message := sprintf("%s: lets everyone in", [name])
}
