# The same practice as conftest users would write it: deny rules over raw documents. Paddlock's own rules cannot be run
# here, for they judge a model of the workload that Paddlock makes before (owners, image grammar, relations, schemas).
# So this is a smaller, separate port of six of them. conftest judges a document at a time; hence it cannot tell
# - whether any NetworkPolicy selects the pods, nor whether a claim exists (--combine hands over all documents at once,
#   without an index of labels: every pod against every policy);
# - a misspelled field, for it has no schemas;
# - lines and columns, waivers, levels by profile.
package main

# Where the kinds keep their pod specs. Lists, not sets: what is in a set has to be hashed, pod specs and all.
pods := [input.spec] if {
	input.kind == "Pod"
} else := [input.spec.template.spec] if {
	input.kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"}
} else := [input.spec.jobTemplate.spec.template.spec] if {
	input.kind == "CronJob"
} else := [replicas.template.spec | some replicas in input.spec.paddleReplicaSpecs] if {
	input.kind == "PaddleJob"
	input.spec.paddleReplicaSpecs
} else := [input.spec[role].template.spec | some role in ["ps", "worker", "heter"]] if {
	input.kind == "PaddleJob"
} else := []

containers := [{"pod": pod, "container": container, "init": field == "initContainers"} |
	some pod in pods
	some field in ["containers", "initContainers"]
	some container in pod[field]
]

serving if input.kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}

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

name := sprintf("%s %s", [input.kind, object.get(input.metadata, "name", "")])
