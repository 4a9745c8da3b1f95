package main

deny contains message if {
	some each in containers
	effective(each, "runAsUser", -1) == 0
	message := sprintf("%s: container %s runs as root", [name, each.container.name])
}

deny contains message if {
	some each in containers
	effective(each, "runAsNonRoot", false) == false
	effective(each, "runAsUser", -1) == -1
	message := sprintf("%s: nothing keeps container %s from running as root", [name, each.container.name])
}

# The container's field, else the pod's.
effective(each, field, otherwise) := object.get(
	each.container,
	["securityContext", field],
	object.get(each.pod, ["securityContext", field], otherwise),
)
