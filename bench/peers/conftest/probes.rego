package main

minimum := 60

deny contains message if {
	some each in servers
	probe := object.get(each.container, "startupProbe", object.get(each.container, "livenessProbe", null))
	probe != null
	budget := object.get(probe, "initialDelaySeconds", 0) + (object.get(probe, "periodSeconds", 10) * object.get(probe, "failureThreshold", 3))
	budget < minimum
	message := sprintf("%s: container %s has %d s to start", [name, each.container.name, budget])
}

deny contains message if {
	some each in servers
	not each.container.readinessProbe
	message := sprintf("%s: container %s has no readiness probe", [name, each.container.name])
}

deny contains message if {
	some each in servers
	some kind in ["startupProbe", "livenessProbe", "readinessProbe"]
	port := each.container[kind][["httpGet", "tcpSocket"][_]].port
	is_string(port)
	not port in {declared.name | some declared in each.container.ports}
	message := sprintf("%s: container %s has no port %q for its %s", [name, each.container.name, port, kind])
}

warn contains message if {
	some each in servers
	not each.container.livenessProbe
	message := sprintf("%s: container %s has no liveness probe", [name, each.container.name])
}
