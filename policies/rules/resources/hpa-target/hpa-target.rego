# METADATA
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
#     description: "Kubernetes: horizontal Pod autoscaling"
#   - ref: https://keda.sh/docs/latest/reference/scaledobject-spec/
#     description: "KEDA: the ScaledObject"
#   - ref: https://kubernetes.io/docs/concepts/workloads/autoscaling/vertical-pod-autoscale/
#     description: "Kubernetes: vertical Pod autoscaling"
#   - ref: https://argo-cd.readthedocs.io/en/stable/best_practices/#leaving-room-for-imperativeness
#     description: "Argo CD: leaving the number of replicas to an autoscaler"
# custom:
#   scope:
#     - autoscaling/HorizontalPodAutoscaler
#     - keda.sh/ScaledObject
#     - autoscaling.k8s.io/VerticalPodAutoscaler
#     - paddle
#   scope_by:
#     paddle: requireScaler
#   needs: [related.target, related.rivals, related.replicasOwner, related.scalers]
#   level: error
#   owned_pods: skip
#   parameters:
#     requireScaler:
#       type: boolean
#       default: false
package paddlock.rules.resources["hpa-target"]

import data.paddlock.lib.result
import data.paddlock.lib.settings
import data.paddlock.lib.template

parameters := settings.parameters("hpa-target")

# The target.

violations contains missing_target if {
	is_whole
	input.related.target.state == "known"
	input.related.target.objects == []
	not unscalable
}

# Where it is said in several places that are equally near, the first of them stands for all.
found := input.related.target.objects[0]

missing_target := result.fail_case("misspelled-target", array.concat(target_path, ["name"]), args) if {
	suggestion := input.related.target.suggestion
	suggestion != null
	args := object.union(told, {"suggestion": suggestion})
} else := result.fail_case("no-target", array.concat(target_path, ["name"]), told)

violations contains result.fail_case("unnamed-target", target_path, {}) if {
	# Of an HPA it is said by the schema.
	input.resource.kind != "HorizontalPodAutoscaler"
	target.name == ""
}

violations contains result.not_judged(reason, array.concat(target_path, ["name"]), told) if {
	input.related.target.state == "unknown"
	target.name != ""
	not unscalable
	reason := object.get(unknown, input.related.target.why, "target-unknown")
}

violations contains unscalable

unknown := {
	"not-in-set": "target-not-in-set",
	"template": "target-template",
	"namespace-option": "target-namespace",
	"kind": "target-kind",
	"no-cluster": "target-no-cluster",
}

# A VerticalPodAutoscaler is content with whatever has pods.
unscalable := result.fail_case("no-group", target_path, told) if {
	is_horizontal(input.resource)
	target_group == ""
	target.kind in scalable.apps
} else := result.fail_case("misspelled-kind", array.concat(target_path, ["kind"]), args) if {
	is_horizontal(input.resource)
	some kind in scalable[target_group]
	kind != target.kind
	lower(kind) == lower(target.kind)
	args := {"kind": target.kind, "suggestion": kind}
} else := result.fail_case("unscalable", array.concat(target_path, ["kind"]), told) if {
	is_horizontal(input.resource)
	target.kind != ""
	not template.is_template(target.kind)
	not target.kind in scalable[target_group]
}

# Kinds with a scale subresource, in the groups of which all kinds are known.
scalable := {
	"apps": ["Deployment", "StatefulSet", "ReplicaSet"],
	"extensions": ["Deployment", "ReplicaSet"],
	"": ["ReplicationController"],
	"batch": [],
}

# Other scalers.

violations contains said_of_rival(i, "two-scalers", {}) if {
	some i, rival in input.related.rivals.objects
	is_horizontal(input.resource)
	is_horizontal(rival)
	not is_handed_over(rival)
}

violations contains said_of_rival(i, "two-vertical", {}) if {
	some i, rival in input.related.rivals.objects
	is_acting(input.resource, own_mode)
	is_acting(rival, rival.mode)
}

violations contains said_of_rival(i, "vertical-beside", {"resources": shared}) if {
	some i, rival in input.related.rivals.objects
	is_horizontal(input.resource)
	is_acting(rival, rival.mode)
	shared := sort({metric.resource | some metric in metrics} & {name | some name in rival.resources})
	shared != []
}

violations contains said_of_rival(i, "horizontal-beside", {"resources": shared}) if {
	some i, rival in input.related.rivals.objects
	is_acting(input.resource, own_mode)
	is_horizontal(rival)
	shared := sort(controlled & {name | some name in rival.resources})
	shared != []
}

said_of_rival(i, name, args) := about("rivals", i, result.fail_case(name, target_path, object.union(args, {
	"rival": concat(" ", [rival.kind, rival.name]),
	"kind": target.kind,
	"name": target.name,
}))) if {
	rival := input.related.rivals.objects[i]
}

is_horizontal(one) if one.kind in {"HorizontalPodAutoscaler", "ScaledObject"}

# Modes in which it changes the pods that run; it does so where it names none.
is_acting(one, mode) if {
	one.kind == "VerticalPodAutoscaler"
	mode in {"Auto", "Recreate", "InPlaceOrRecreate"}
}

# KEDA takes over an HPA that is there, where it is told to.
is_handed_over(rival) if {
	input.object.metadata.annotations["scaledobject.keda.sh/transfer-hpa-ownership"] == "true"
	input.object.spec.advanced.horizontalPodAutoscalerConfig.name == rival.name
}

is_handed_over(rival) if rival.adopts == input.resource.name

own_mode := written(["spec", "updatePolicy", "updateMode"], "Auto")

# The resources that a VerticalPodAutoscaler sets.
controlled := {"cpu", "memory"} if {
	count(object.get(input.object, ["spec", "resourcePolicy", "containerPolicies"], [])) == 0
} else := {name |
	some policy in input.object.spec.resourcePolicy.containerPolicies
	object.get(policy, "mode", "Auto") != "Off"
	some name in object.get(policy, "controlledResources", ["cpu", "memory"])
}

# The bounds.

violations contains result.fail_case("bounds-reversed", bound_path("max"), {"min": minimum, "max": maximum}) if {
	maximum < minimum
}

violations contains result.fail_level("warning", "bounds-equal", bound_path("max"), {"max": maximum}) if {
	maximum == minimum
}

violations contains result.not_judged("bound-template", bound_path(end), {"value": value}) if {
	some end in ["min", "max"]
	value := object.get(input.object, bound_path(end), null)
	template.is_template(value)
}

violations contains result.fail_case("zero-too-early", bound_path("min"), {"version": input.kubernetesVersion}) if {
	is_down_to_zero
	has_signal
	to_number(split(input.kubernetesVersion, ".")[1]) < 37
}

violations contains result.not_judged("zero-version", bound_path("min"), {}) if {
	is_down_to_zero
	has_signal
	not is_string(input.kubernetesVersion)
}

violations contains result.fail_case("zero-without-signal", bound_path("min"), {}) if {
	is_down_to_zero
	not has_signal
}

violations contains result.fail_level("info", one_replica, bound_path("min"), {}) if {
	minimum == 1
	not input.object.spec.idleReplicaCount
	found.serving
}

one_replica := "one-replica" if {
	object.get(input.object, bound_path("min"), null) != null
} else := "one-replica-unwritten"

# What is measured without a pod.
has_signal if {
	some metric in metric_specs
	metric.type in {"Object", "External"}
}

# KEDA itself takes the last pod away, whatever the version.
is_down_to_zero if {
	input.resource.kind == "HorizontalPodAutoscaler"
	minimum == 0
}

# What the metrics need of the target.

violations contains about("target", 0, result.fail_case("no-request", metric.path, args)) if {
	some metric in metrics
	metric.relative
	every one in input.related.target.objects { lacking(one, metric) != [] }
	args := {
		"resource": metric.resource,
		"containers": lacking(found, metric),
		"kind": found.kind,
		"name": found.name,
	}
}

violations contains about("target", 0, result.fail_case("no-container", metric.container_path, args)) if {
	some metric in metrics
	metric.container != null
	not template.is_template(metric.container)
	every one in input.related.target.objects {
		measured(one) != []
		not metric.container in names(one)
	}
	args := {"container": metric.container, "kind": found.kind, "name": found.name, "containers": names(found)}
}

# The containers whose use is counted: not what has ended before, nor what somebody only looks around with. Of a group of
# pods the leader alone is looked at. What a controller adds to the containers of other kinds is not known.
measured(one) := [container |
	some container in one.containers
	one.kind in {"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout", "LeaderWorkerSet"}
	not container.role in {"initContainer", "ephemeralContainer"}
	container.pod == one.containers[0].pod
]

names(one) := [container.name | some container in measured(one)]

lacking(one, metric) := [container.name |
	some container in measured(one)
	metric.container in {null, container.name}
	not is_asked(container, metric.resource)
	not is_asked_of_pod(one, container, metric)
]

# What is asked for the pod as a whole counts where no container is named.
is_asked_of_pod(one, container, metric) if {
	metric.container == null
	some pod in one.pods
	pod.name == container.pod
	is_asked(pod, metric.resource)
}

# A limit alone sets the request.
is_asked(one, resource) if {
	some side in ["requests", "limits"]
	one[side][resource] != null
}

# The resources that the scaler looks at, and whether in relation to what is requested.

metric_specs := input.object.spec.metrics if {
	is_array(input.object.spec.metrics)
} else := []

metrics contains {
	"resource": source.name,
	"path": ["spec", "metrics", i, key],
	"relative": is_relative(source),
	"container": object.get(source, "container", null),
	"container_path": ["spec", "metrics", i, key, "container"],
} if {
	input.resource.kind == "HorizontalPodAutoscaler"
	some i, metric in metric_specs
	some type, key in {"Resource": "resource", "ContainerResource": "containerResource"}
	metric.type == type
	source := metric[key]
	source.name in {"cpu", "memory"}
}

metrics contains {
	"resource": "cpu",
	"path": ["spec", "targetCPUUtilizationPercentage"],
	"relative": true,
	"container": null,
} if {
	input.object.spec.targetCPUUtilizationPercentage
}

# Where there are no metrics, the API server writes the use of CPU.
metrics contains {"resource": "cpu", "path": ["spec", "metrics"], "relative": true, "container": null} if {
	input.resource.kind == "HorizontalPodAutoscaler"
	object.get(input.object, ["spec", "metrics"], null) in {null, []}
	not input.object.spec.targetCPUUtilizationPercentage
	not input.object.metadata.annotations["autoscaling.alpha.kubernetes.io/metrics"]
}

metrics contains {
	"resource": trigger.type,
	"path": ["spec", "triggers", i],
	"relative": object.get(trigger, "metricType", object.get(options, "type", "Utilization")) == "Utilization",
	"container": object.get(options, "containerName", null),
	"container_path": ["spec", "triggers", i, "metadata", "containerName"],
} if {
	input.resource.kind == "ScaledObject"
	some i, trigger in input.object.spec.triggers
	trigger.type in {"cpu", "memory"}
	options := object.get(trigger, "metadata", {})
}

is_relative(source) if {
	source.target.type == "Utilization"
} else if {
	source.target.averageUtilization
} else if {
	source.targetAverageUtilization
} else := false

# The number of replicas.

# Who applies such a manifest sets back what the scaler did. In a cluster nobody sees any more who set the number.
violations contains about("target", 0, result.fail_level("info", "replicas-set", target_path, args)) if {
	input.door == "check"
	is_horizontal(input.resource)
	found.replicas != null
	object.get(input.related, ["replicasOwner", "objects"], []) == []
	args := {"kind": found.kind, "name": found.name, "replicas": found.replicas}
}

# A Deployment without a scaler.

violations contains result.fail_level("warning", "no-scaler", ["spec"], {}) if {
	is_left_alone
	input.related.scalers.state == "known"
}

violations contains result.not_judged("scalers-unknown", ["spec"], {}) if {
	is_left_alone
	input.related.scalers.state == "unknown"
}

is_left_alone if {
	parameters.requireScaler
	is_whole
	input.resource.kind == "Deployment"
	input.workload.serving
	input.workload.replicas != 0
	every one in input.related.scalers.objects { not is_horizontal(one) }
}

# Who looks at everything that there is can tell that something is absent; at admission it may come a moment later.
is_whole if input.door in {"check", "audit"}

# What differs between the kinds: where they name the target, and what their bounds are where they write none.
fields := {
	"HorizontalPodAutoscaler": {
		"target": "scaleTargetRef",
		"defaults": {},
		"min": "minReplicas",
		"max": "maxReplicas",
		"bounds": {"min": 1},
	},
	"ScaledObject": {
		"target": "scaleTargetRef",
		"defaults": {"apiVersion": "apps/v1", "kind": "Deployment"},
		"min": "minReplicaCount",
		"max": "maxReplicaCount",
		"bounds": {"min": 0, "max": 100},
	},
	"VerticalPodAutoscaler": {"target": "targetRef", "defaults": {}},
}[input.resource.kind]

target_path := ["spec", fields.target]

target := {key: value |
	some key in ["apiVersion", "kind", "name"]
	value := written(array.concat(target_path, [key]), object.get(fields.defaults, key, ""))
}

target_group := concat("/", array.slice(parts, 0, count(parts) - 1)) if parts := split(target.apiVersion, "/")

told := {"kind": target.kind, "name": target.name}

bound_path(end) := ["spec", fields[end]]

minimum := number(bound_path("min"), fields.bounds.min)

maximum := number(bound_path("max"), object.get(fields.bounds, "max", null))

number(path, otherwise) := value if {
	value := written(path, otherwise)
	is_number(value)
}

written(path, otherwise) := otherwise if {
	object.get(input.object, path, null) in {null, ""}
} else := object.get(input.object, path, null)

# With the place of the other object, as the relation has it.
about(relation, index, violation) := object.union(violation, {"related": [{"relation": relation, "index": index}]})
