package rules

resource := input.request.object

kind := input.request.kind.kind

# Where the kinds keep their pod specs. Lists, not sets: what is in a set has to be hashed, pod specs and all.
pods := [resource.spec] if {
	kind == "Pod"
} else := [resource.spec.template.spec] if {
	kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"}
} else := [resource.spec.jobTemplate.spec.template.spec] if {
	kind == "CronJob"
} else := [replicas.template.spec | some replicas in resource.spec.paddleReplicaSpecs] if {
	kind == "PaddleJob"
	resource.spec.paddleReplicaSpecs
} else := [resource.spec[role].template.spec | some role in ["ps", "worker", "heter"]] if {
	kind == "PaddleJob"
} else := []

containers := [{"pod": pod, "container": container, "init": field == "initContainers"} |
	some pod in pods
	some field in ["containers", "initContainers"]
	some container in pod[field]
]

serving if kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}

# The servers of Paddle: what probes and models are asked of.
servers := [each |
	serving
	some each in containers
	not each.init
	is_paddle(each.container)
]

is_paddle(container) if regex.match(`(^|/)[^/]*(paddle|fastdeploy)`, container.image)

is_paddle(container) if {
	some word in array.concat(object.get(container, "command", []), object.get(container, "args", []))
	regex.match(`^(paddle|fastdeploy|hps)`, word)
}

is_paddle(container) if {
	some variable in container.env
	regex.match(`^(PADDLE|FD)_`, variable.name)
}

name := sprintf("%s %s", [kind, object.get(resource.metadata, "name", "")])

# Images are pinned.

deny contains message if {
	some each in containers
	image := each.container.image
	not contains(image, "@sha256:")
	not regex.match(`:[^/]+$`, image)
	message := sprintf("%s: image %q has no tag", [name, image])
}

deny contains message if {
	some each in containers
	image := each.container.image
	not contains(image, "@sha256:")
	tag := regex.find_n(`[^:/]+$`, image, 1)[0]
	contains(image, sprintf(":%s", [tag]))
	regex.match(`^(latest|nightly|ci|edge|stable|develop|dev|test|main|master)(-|$)|-(latest|nightly)$`, tag)
	message := sprintf("%s: tag of image %q moves", [name, image])
}

deny contains message if {
	some each in containers
	image := each.container.image
	contains(image, "@")
	not regex.match(`@sha256:[0-9a-f]{64}$`, image)
	message := sprintf("%s: image %q has a broken digest", [name, image])
}

# Nothing runs as root.

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

# Accelerators are requested as they are limited.

accelerator(resource) if {
	regex.match(`^(nvidia|baidu|kunlunxin|huawei|hygon|cambricon|iluvatar|enflame|metax-tech)\.(com|ai)/`, resource)
}

deny contains message if {
	some each in containers
	some resource, wanted in each.container.resources.requests
	accelerator(resource)
	given := object.get(each.container.resources, ["limits", resource], null)
	given != wanted
	not same_quantity(given, wanted)
	message := sprintf("%s: container %s requests %v of %s, its limit is %v", [
		name,
		each.container.name,
		wanted,
		resource,
		given,
	])
}

same_quantity(a, b) if units.parse(sprintf("%v", [a])) == units.parse(sprintf("%v", [b]))

# Probes leave a model server the time to start.

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

# Models come from claims. By the name of the mount alone: to follow flags, variables and defaults takes a program.

model_mounts := [{"container": each.container, "mount": mount, "volume": volume} |
	some each in servers
	some mount in each.container.volumeMounts
	contains(lower(sprintf("%s %s", [mount.name, mount.mountPath])), "model")
	some volume in each.pod.volumes
	volume.name == mount.name
]

deny contains message if {
	some each in model_mounts
	some kind in ["hostPath", "emptyDir"]
	each.volume[kind]
	message := sprintf("%s: container %s has its models on %s", [name, each.container.name, kind])
}

warn contains message if {
	some each in model_mounts
	not object.get(each.mount, "readOnly", false)
	message := sprintf("%s: container %s mounts its models writable", [name, each.container.name])
}

# What one object can tell of its network policies.

deny contains message if {
	some pod in pods
	pod.hostNetwork
	message := sprintf("%s: the node's network escapes every network policy", [name])
}

warn contains message if {
	kind == "NetworkPolicy"
	some rule in object.get(resource.spec, "ingress", [])
	not rule.from
	not rule.ports
	message := sprintf("%s: lets everyone in", [name])
}
