package paddlock.rules.resources["hpa-target_test"]

import data.paddlock.rules.resources["hpa-target"] as rule

groups := {
	"HorizontalPodAutoscaler": "autoscaling",
	"ScaledObject": "keda.sh",
	"VerticalPodAutoscaler": "autoscaling.k8s.io",
}

known(objects) := {"state": "known", "why": null, "suggestion": null, "objects": objects}

unknown(why) := {"state": "unknown", "why": why, "suggestion": null, "objects": []}

# What a scaler is told of: the Deployment `ocr`, and nobody else who scales it.
about(kind, spec, related) := violations if {
	violations := rule.violations with input as {
		"door": "check",
		"kubernetesVersion": "1.37",
		"resource": {"kind": kind, "group": groups[kind], "name": "ocr"},
		"object": {"kind": kind, "metadata": {"name": "ocr"}, "spec": spec},
		"related": object.union({"target": known([deployment]), "rivals": known([]), "replicasOwner": unknown(null)}, related),
	}
		with rule.parameters as {"requireScaler": false}
}

deployment := {
	"kind": "Deployment",
	"name": "ocr",
	"replicas": null,
	"serving": true,
	"containers": [{
		"name": "ocr",
		"role": "container",
		"pod": "template",
		"requests": {"cpu": "1", "memory": "4Gi"},
		"limits": {},
	}],
	"pods": [{"name": "template", "requests": {}, "limits": {}}],
}

reference := {"apiVersion": "apps/v1", "kind": "Deployment", "name": "ocr"}

cpu(value) := {"type": "Resource", "resource": {"name": "cpu", "target": value}}

half := {"type": "Utilization", "averageUtilization": 50}

external := {"type": "External", "external": {"metric": {"name": "queue"}, "target": {"type": "Value", "value": "1"}}}

hpa(more) := object.union({"scaleTargetRef": reference, "minReplicas": 2, "maxReplicas": 5, "metrics": [cpu(half)]}, more)

keda(more) := object.union({"scaleTargetRef": {"name": "ocr"}, "triggers": [{"type": "cron", "metadata": {}}]}, more)

vpa(more) := object.union({"targetRef": reference}, more)

at := ["spec", "scaleTargetRef"]

name_at := array.concat(at, ["name"])

told := {"kind": "Deployment", "name": "ocr"}

related(relation) := {"related": [{"relation": relation, "index": 0}]}

test_success if {
	about("HorizontalPodAutoscaler", hpa({}), {}) == set()
	about("ScaledObject", keda({}), {}) == set()
	about("VerticalPodAutoscaler", vpa({}), {}) == set()
}

# The target.

test_fail_no_target if {
	found := {"case": "no-target", "path": name_at, "args": told}
	about("HorizontalPodAutoscaler", hpa({}), {"target": known([])}) == {found}
	about("ScaledObject", keda({}), {"target": known([])}) == {found}
	about("VerticalPodAutoscaler", vpa({}), {"target": known([])}) == {object.union(
		found,
		{"path": ["spec", "targetRef", "name"]},
	)}
}

test_fail_misspelled_target if {
	near := object.union(known([]), {"suggestion": "ocr-serving"})
	about("HorizontalPodAutoscaler", hpa({}), {"target": near}) == {{
		"case": "misspelled-target",
		"path": name_at,
		"args": {"kind": "Deployment", "name": "ocr", "suggestion": "ocr-serving"},
	}}
}

# It may be applied a moment later.
test_success_no_target_at_admission if {
	rule.violations == set() with input as {
		"door": "admission",
		"kubernetesVersion": "1.37",
		"resource": {"kind": "HorizontalPodAutoscaler", "group": "autoscaling", "name": "ocr"},
		"object": {"spec": hpa({})},
		"related": {"target": known([]), "rivals": known([])},
	}
		with rule.parameters as {"requireScaler": true}
}

test_fail_not_judged_target if {
	every why, name in {
		"template": "target-template",
		"not-in-set": "target-not-in-set",
		"namespace-option": "target-namespace",
		"kind": "target-kind",
		"no-cluster": "target-no-cluster",
		"too-many": "target-unknown",
	} {
		about("HorizontalPodAutoscaler", hpa({}), {"target": unknown(why)}) == {{
			"outcome": "not-judged",
			"case": name,
			"path": name_at,
			"args": told,
		}}
	}
}

test_fail_unnamed_target if {
	nameless := {"target": unknown("reference")}
	about("ScaledObject", keda({"scaleTargetRef": {"name": ""}}), nameless) == {{
		"case": "unnamed-target",
		"path": at,
		"args": {},
	}}
	about("VerticalPodAutoscaler", {}, nameless) == {{"case": "unnamed-target", "path": ["spec", "targetRef"], "args": {}}}
	about("HorizontalPodAutoscaler", hpa({"scaleTargetRef": {"name": ""}}), nameless) == set()
}

test_fail_unscalable if {
	every apiVersion, kind in {"apps/v1": "DaemonSet", "batch/v1": "Job", "v1": "Pod", "extensions/v1beta1": "DaemonSet"} {
		spec := hpa({"scaleTargetRef": {"apiVersion": apiVersion, "kind": kind, "name": "ocr"}})
		about("HorizontalPodAutoscaler", spec, {"target": unknown("kind")}) == {{
			"case": "unscalable",
			"path": ["spec", "scaleTargetRef", "kind"],
			"args": {"kind": kind, "name": "ocr"},
		}}
	}
	about("VerticalPodAutoscaler", vpa({"targetRef": {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "ocr"}}), {}) == set()
}

test_success_scalable if {
	every reference in [
		{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "ocr"},
		{"apiVersion": "apps/v1beta2", "kind": "ReplicaSet", "name": "ocr"},
		{"apiVersion": "v1", "kind": "ReplicationController", "name": "ocr"},
		{"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "ocr"},
		{"apiVersion": "leaderworkerset.x-k8s.io/v1", "kind": "LeaderWorkerSet", "name": "ocr"},
	] {
		about("HorizontalPodAutoscaler", hpa({"scaleTargetRef": reference}), {}) == set()
		about("ScaledObject", keda({"scaleTargetRef": reference}), {}) == set()
	}
}

# To the controller, no apiVersion is the core group.
test_fail_no_group if {
	spec := hpa({"scaleTargetRef": {"apiVersion": "", "kind": "Deployment", "name": "ocr"}})
	about("HorizontalPodAutoscaler", spec, {"target": unknown("kind")}) == {{"case": "no-group", "path": at, "args": told}}
}

test_fail_misspelled_kind if {
	spec := hpa({"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "deployment", "name": "ocr"}})
	about("HorizontalPodAutoscaler", spec, {"target": unknown("kind")}) == {{
		"case": "misspelled-kind",
		"path": ["spec", "scaleTargetRef", "kind"],
		"args": {"kind": "deployment", "suggestion": "Deployment"},
	}}
}

# Other scalers.

rival(kind, more) := object.union({"kind": kind, "name": "other", "resources": ["cpu"], "mode": null, "adopts": null}, more)

named(kind) := object.union(told, {"rival": concat(" ", [kind, "other"])})

test_fail_two_scalers if {
	every mine, spec in {"HorizontalPodAutoscaler": hpa({}), "ScaledObject": keda({})} {
		every kind in ["HorizontalPodAutoscaler", "ScaledObject"] {
			found := about(mine, spec, {"rivals": known([rival(kind, {})])})
			found == {object.union({"case": "two-scalers", "path": at, "args": named(kind)}, related("rivals"))}
		}
	}
}

test_success_handed_over if {
	own := {
		"door": "check",
		"kubernetesVersion": "1.37",
		"resource": {"kind": "ScaledObject", "group": "keda.sh", "name": "ocr"},
		"object": {
			"metadata": {"annotations": {"scaledobject.keda.sh/transfer-hpa-ownership": "true"}},
			"spec": keda({"advanced": {"horizontalPodAutoscalerConfig": {"name": "other"}}}),
		},
		"related": {"target": known([deployment]), "rivals": known([rival("HorizontalPodAutoscaler", {})])},
	}
	rule.violations == set() with input as own with rule.parameters as {"requireScaler": false}
	taken := {"rivals": known([rival("ScaledObject", {"adopts": "ocr"})])}
	about("HorizontalPodAutoscaler", hpa({}), taken) == set()
}

test_fail_vertical_beside_horizontal if {
	path := ["spec", "targetRef"]
	every mode in ["Auto", "Recreate", "InPlaceOrRecreate"] {
		vertical := {"rivals": known([rival("VerticalPodAutoscaler", {"mode": mode, "resources": ["cpu", "memory"]})])}
		about("HorizontalPodAutoscaler", hpa({}), vertical) == {object.union(
			{
				"case": "vertical-beside",
				"path": at,
				"args": object.union(named("VerticalPodAutoscaler"), {"resources": ["cpu"]}),
			},
			related("rivals"),
		)}
		spec := vpa({"updatePolicy": {"updateMode": mode}})
		about("VerticalPodAutoscaler", spec, {"rivals": known([rival("ScaledObject", {})])}) == {object.union(
			{"case": "horizontal-beside", "path": path, "args": object.union(named("ScaledObject"), {"resources": ["cpu"]})},
			related("rivals"),
		)}
	}
}

test_success_vertical_beside_horizontal if {
	every more in [
		{"mode": "Off", "resources": ["cpu", "memory"]},
		{"mode": "Initial", "resources": ["cpu", "memory"]},
		{"mode": "Auto", "resources": ["memory"]},
	] {
		about("HorizontalPodAutoscaler", hpa({}), {"rivals": known([rival("VerticalPodAutoscaler", more)])}) == set()
	}
	every spec in [
		vpa({"updatePolicy": {"updateMode": "Off"}}),
		vpa({"resourcePolicy": {"containerPolicies": [{"containerName": "*", "controlledResources": ["memory"]}]}}),
		vpa({"resourcePolicy": {"containerPolicies": [{"containerName": "*", "mode": "Off"}]}}),
	] {
		about("VerticalPodAutoscaler", spec, {"rivals": known([rival("HorizontalPodAutoscaler", {})])}) == set()
	}
	queue := known([rival("HorizontalPodAutoscaler", {"resources": []})])
	about("VerticalPodAutoscaler", vpa({}), {"rivals": queue}) == set()
}

test_fail_two_vertical if {
	other := known([rival("VerticalPodAutoscaler", {"mode": "Recreate"})])
	every spec in [vpa({}), vpa({"updatePolicy": {"updateMode": null}}), vpa({"updatePolicy": null})] {
		about("VerticalPodAutoscaler", spec, {"rivals": other}) == {object.union(
			{"case": "two-vertical", "path": ["spec", "targetRef"], "args": named("VerticalPodAutoscaler")},
			related("rivals"),
		)}
	}
	quiet := known([rival("VerticalPodAutoscaler", {"mode": "Off"})])
	about("VerticalPodAutoscaler", vpa({}), {"rivals": quiet}) == set()
}

# The bounds.

test_fail_bounds if {
	about("HorizontalPodAutoscaler", hpa({"maxReplicas": 1}), {}) == {{
		"case": "bounds-reversed",
		"path": ["spec", "maxReplicas"],
		"args": {"min": 2, "max": 1},
	}}
	about("HorizontalPodAutoscaler", hpa({"maxReplicas": 2}), {}) == {{
		"level": "warning",
		"case": "bounds-equal",
		"path": ["spec", "maxReplicas"],
		"args": {"max": 2},
	}}
	about("ScaledObject", keda({"minReplicaCount": 101}), {}) == {{
		"case": "bounds-reversed",
		"path": ["spec", "maxReplicaCount"],
		"args": {"min": 101, "max": 100},
	}}
}

test_success_bounds_that_are_no_numbers if {
	about("HorizontalPodAutoscaler", hpa({"maxReplicas": "1", "minReplicas": {}}), {}) == set()
	about("HorizontalPodAutoscaler", object.remove(hpa({}), ["maxReplicas"]), {}) == set()
}

test_fail_not_judged_bounds if {
	about("HorizontalPodAutoscaler", hpa({"maxReplicas": "{{ .Values.max }}"}), {}) == {{
		"outcome": "not-judged",
		"case": "bound-template",
		"path": ["spec", "maxReplicas"],
		"args": {"value": "{{ .Values.max }}"},
	}}
}

test_fail_zero if {
	signal := {"case": "zero-without-signal", "path": ["spec", "minReplicas"], "args": {}}
	about("HorizontalPodAutoscaler", hpa({"minReplicas": 0}), {}) == {signal}
	early := {"case": "zero-too-early", "path": ["spec", "minReplicas"], "args": {"version": "1.36"}}
	spec := hpa({"minReplicas": 0, "metrics": [cpu(half), external]})
	rule.violations == {early} with input as {
		"door": "check",
		"kubernetesVersion": "1.36",
		"resource": {"kind": "HorizontalPodAutoscaler", "group": "autoscaling", "name": "ocr"},
		"object": {"spec": spec},
		"related": {"target": known([deployment]), "rivals": known([])},
	}
		with rule.parameters as {"requireScaler": false}
}

test_fail_not_judged_zero if {
	rule.violations == {{
		"outcome": "not-judged",
		"case": "zero-version",
		"path": ["spec", "minReplicas"],
		"args": {},
	}} with input as {
		"door": "check",
		"kubernetesVersion": null,
		"resource": {"kind": "HorizontalPodAutoscaler", "group": "autoscaling", "name": "ocr"},
		"object": {"spec": hpa({"minReplicas": 0, "metrics": [external]})},
		"related": {"target": known([deployment]), "rivals": known([])},
	}
		with rule.parameters as {"requireScaler": false}
}

test_success_zero if {
	every type in ["External", "Object"] {
		spec := hpa({"minReplicas": 0, "metrics": [cpu(half), {"type": type}]})
		about("HorizontalPodAutoscaler", spec, {}) == set()
	}
	about("ScaledObject", keda({"minReplicaCount": 0}), {}) == set()
}

test_fail_one_replica if {
	found := {"level": "info", "case": "one-replica", "path": ["spec", "minReplicas"], "args": {}}
	about("HorizontalPodAutoscaler", hpa({"minReplicas": 1}), {}) == {found}
	about("HorizontalPodAutoscaler", object.remove(hpa({}), ["minReplicas"]), {}) == {object.union(
		found,
		{"case": "one-replica-unwritten"},
	)}
	about("ScaledObject", keda({"minReplicaCount": 1}), {}) == {object.union(
		found,
		{"path": ["spec", "minReplicaCount"]},
	)}
}

test_success_one_replica if {
	batch := known([object.union(deployment, {"serving": false})])
	about("HorizontalPodAutoscaler", hpa({"minReplicas": 1}), {"target": batch}) == set()
	about("ScaledObject", keda({"minReplicaCount": 1, "idleReplicaCount": 0}), {}) == set()
}

# What the metrics need.

with_containers(containers) := {"target": known([object.union(deployment, {"containers": containers})])}

container(name, role, requests, limits) := {
	"name": name,
	"role": role,
	"pod": "template",
	"requests": requests,
	"limits": limits,
}

lacking := with_containers([
	container("setup", "initContainer", {}, {}),
	container("ocr", "container", {"memory": "1Gi"}, {}),
	container("log", "sidecar", {}, {}),
	container("web", "container", {}, {"cpu": "1"}),
	container("debug", "ephemeralContainer", {}, {}),
])

no_request(path, resource, containers) := object.union(
	{"case": "no-request", "path": path, "args": object.union(told, {"resource": resource, "containers": containers})},
	related("target"),
)

test_fail_no_request if {
	found := no_request(["spec", "metrics", 0, "resource"], "cpu", ["ocr", "log"])
	every target in [half, {"type": "Utilization"}, {"averageUtilization": 80}] {
		about("HorizontalPodAutoscaler", hpa({"metrics": [cpu(target)]}), lacking) == {found}
	}
	beta := {"type": "Resource", "resource": {"name": "cpu", "targetAverageUtilization": 80}}
	about("HorizontalPodAutoscaler", hpa({"metrics": [beta]}), lacking) == {found}
}

test_fail_no_request_without_metrics if {
	found := {no_request(["spec", "metrics"], "cpu", ["ocr", "log"])}
	about("HorizontalPodAutoscaler", object.remove(hpa({}), ["metrics"]), lacking) == found
	about("HorizontalPodAutoscaler", hpa({"metrics": []}), lacking) == found
	about("HorizontalPodAutoscaler", hpa({"metrics": {}}), lacking) == set()
	first := object.remove(hpa({"targetCPUUtilizationPercentage": 80}), ["metrics"])
	about("HorizontalPodAutoscaler", first, lacking) == {no_request(
		["spec", "targetCPUUtilizationPercentage"], "cpu",
		["ocr", "log"],
	)}
}

test_fail_no_request_for_keda if {
	every trigger in [
		{"type": "cpu", "metricType": "Utilization", "metadata": {"value": "80"}},
		{"type": "cpu", "metadata": {"type": "Utilization", "value": "80"}},
		{"type": "cpu", "metadata": {"value": "80"}},
	] {
		about("ScaledObject", keda({"triggers": [trigger]}), lacking) == {no_request(
			["spec", "triggers", 0], "cpu",
			["ocr", "log"],
		)}
	}
}

test_success_no_request_needed if {
	value := {"type": "AverageValue", "averageValue": "2"}
	about("HorizontalPodAutoscaler", hpa({"metrics": [cpu(value)]}), lacking) == set()
	about("HorizontalPodAutoscaler", hpa({"metrics": [external]}), lacking) == set()
	trigger := {"type": "cpu", "metricType": "AverageValue", "metadata": {"value": "2"}}
	about("ScaledObject", keda({"triggers": [trigger]}), lacking) == set()
	runtime := known([object.union(lacking.target.objects[0], {"kind": "InferenceService"})])
	about("HorizontalPodAutoscaler", hpa({}), {"target": runtime}) == set()
}

# Several manifests of one name are equally near: one that is right may be the one that is meant.
test_success_one_of_several_has_it if {
	either := {"target": known([lacking.target.objects[0], deployment])}
	about("HorizontalPodAutoscaler", hpa({}), either) == set()
	log := {"target": known([deployment, lacking.target.objects[0]])}
	about("HorizontalPodAutoscaler", hpa({"metrics": [of_container("web")]}), log) == set()
}

# What is asked for the pod as a whole.
test_success_request_of_the_pod if {
	every side in ["requests", "limits"] {
		pods := [object.union({"name": "template", "requests": {}, "limits": {}}, {side: {"cpu": "4"}})]
		whole := known([object.union(lacking.target.objects[0], {"pods": pods})])
		about("HorizontalPodAutoscaler", hpa({}), {"target": whole}) == set()
	}
}

of_container(name) := {"type": "ContainerResource", "containerResource": {
	"name": "cpu",
	"container": name,
	"target": half,
}}

test_fail_request_of_one_container if {
	path := ["spec", "metrics", 0, "containerResource"]
	about("HorizontalPodAutoscaler", hpa({"metrics": [of_container("ocr")]}), lacking) == {no_request(path, "cpu", ["ocr"])}
	about("HorizontalPodAutoscaler", hpa({"metrics": [of_container("web")]}), lacking) == set()
	pods := [{"name": "template", "requests": {"cpu": "4"}, "limits": {}}]
	whole := known([object.union(lacking.target.objects[0], {"pods": pods})])
	about("HorizontalPodAutoscaler", hpa({"metrics": [of_container("ocr")]}), {"target": whole}) == {no_request(
		path, "cpu",
		["ocr"],
	)}
}

test_fail_no_container if {
	args := object.union(told, {"container": "ocrr", "containers": ["ocr"]})
	found := object.union({"case": "no-container", "args": args}, related("target"))
	path := ["spec", "metrics", 0, "containerResource", "container"]
	about("HorizontalPodAutoscaler", hpa({"metrics": [of_container("ocrr")]}), {}) == {object.union(found, {"path": path})}
	trigger := {"type": "memory", "metadata": {"value": "80", "containerName": "ocrr"}}
	about("ScaledObject", keda({"triggers": [trigger]}), {}) == {object.union(
		found,
		{"path": ["spec", "triggers", 0, "metadata", "containerName"]},
	)}
}

test_success_container_of_a_template if {
	about("HorizontalPodAutoscaler", hpa({"metrics": [of_container("{{ .Values.name }}")]}), {}) == set()
	about("HorizontalPodAutoscaler", hpa({"metrics": [of_container("ocr")]}), with_containers([])) == set()
}

group_of(containers) := known([object.union(deployment, {"kind": "LeaderWorkerSet", "containers": containers})])

# Of a group of pods the leader is looked at alone.
test_fail_leader_only if {
	worker := object.union(container("worker", "container", {}, {}), {"pod": "worker"})
	leader := object.union(container("leader", "container", {"cpu": "1"}, {}), {"pod": "leader"})
	about("HorizontalPodAutoscaler", hpa({}), {"target": group_of([leader, worker])}) == set()
	found := no_request(["spec", "metrics", 0, "resource"], "cpu", ["worker"])
	about("HorizontalPodAutoscaler", hpa({}), {"target": group_of([worker])}) == {object.union(
		found,
		{"args": object.union(found.args, {"kind": "LeaderWorkerSet"})},
	)}
}

# The number of replicas.

three := {"target": known([object.union(deployment, {"replicas": 3})])}

test_fail_replicas if {
	found := object.union(
		{"level": "info", "case": "replicas-set", "path": at, "args": object.union(told, {"replicas": 3})},
		related("target"),
	)
	about("HorizontalPodAutoscaler", hpa({}), three) == {found}
	about("ScaledObject", keda({}), three) == {found}
}

test_success_replicas if {
	about("VerticalPodAutoscaler", vpa({}), three) == set()
	left := object.union(three, {"replicasOwner": known([{"kind": "Application", "name": "ocr"}])})
	about("HorizontalPodAutoscaler", hpa({}), left) == set()
	every door in ["admission", "audit"] {
		rule.violations == set() with input as {
			"door": door,
			"kubernetesVersion": "1.37",
			"resource": {"kind": "HorizontalPodAutoscaler", "group": "autoscaling", "name": "ocr"},
			"object": {"spec": hpa({})},
			"related": object.union({"rivals": known([])}, three),
		}
			with rule.parameters as {"requireScaler": false}
	}
}

# A Deployment without a scaler.

alone(more) := violations if {
	violations := rule.violations with input as object.union(
		{
			"door": "check",
			"kubernetesVersion": "1.37",
			"resource": {"kind": "Deployment", "group": "apps", "name": "ocr"},
			"workload": {"serving": true, "replicas": 2},
			"related": {"scalers": known([])},
		},
		more,
	)
		with rule.parameters as {"requireScaler": true}
}

test_fail_no_scaler if {
	found := {"level": "warning", "case": "no-scaler", "path": ["spec"], "args": {}}
	alone({}) == {found}
	alone({"door": "audit"}) == {found}
	alone({"related": {"scalers": known([rival("VerticalPodAutoscaler", {})])}}) == {found}
}

test_fail_not_judged_scalers if {
	alone({"related": {"scalers": unknown("no-cluster")}}) == {{
		"outcome": "not-judged",
		"case": "scalers-unknown",
		"path": ["spec"],
		"args": {},
	}}
}

test_success_scaler if {
	alone({"related": {"scalers": known([rival("ScaledObject", {})])}}) == set()
	alone({"door": "admission"}) == set()
	alone({"workload": {"serving": false, "replicas": 2}}) == set()
	alone({"workload": {"serving": true, "replicas": 0}}) == set()
	alone({"resource": {"kind": "StatefulSet", "group": "apps", "name": "ocr"}}) == set()
	rule.violations == set() with input as {
		"door": "check",
		"resource": {"kind": "Deployment", "group": "apps", "name": "ocr"},
		"workload": {"serving": true, "replicas": 2},
		"related": {"scalers": known([])},
	}
		with rule.parameters as {"requireScaler": false}
}

# What holds only together.

test_fail_not_handed_over if {
	rivals := known([rival("HorizontalPodAutoscaler", {})])
	every annotation, name in {"false": "other", "true": "another"} {
		found := rule.violations with input as {
			"door": "check",
			"kubernetesVersion": "1.37",
			"resource": {"kind": "ScaledObject", "group": "keda.sh", "name": "ocr"},
			"object": {
				"metadata": {"annotations": {"scaledobject.keda.sh/transfer-hpa-ownership": annotation}},
				"spec": keda({"advanced": {"horizontalPodAutoscalerConfig": {"name": name}}}),
			},
			"related": {"target": known([deployment]), "rivals": rivals},
		}
			with rule.parameters as {"requireScaler": false}
		count(found) == 1
	}
}

test_fail_unscalable_is_said_once if {
	spec := hpa({"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "ocr"}})
	every target in [known([]), unknown("not-in-set"), unknown("kind")] {
		count(about("HorizontalPodAutoscaler", spec, {"target": target})) == 1
	}
}

test_success_zero_is_told_of_zero_alone if {
	every version in [null, "1.36"] {
		rule.violations == set() with input as {
			"door": "check",
			"kubernetesVersion": version,
			"resource": {"kind": "HorizontalPodAutoscaler", "group": "autoscaling", "name": "ocr"},
			"object": {"spec": hpa({"metrics": [external]})},
			"related": {"target": known([deployment]), "rivals": known([])},
		}
			with rule.parameters as {"requireScaler": false}
	}
}

test_success_other_metrics if {
	storage := {"type": "Resource", "resource": {"name": "ephemeral-storage", "target": half}}
	pods := {"type": "Pods", "resource": {"name": "cpu", "target": half}}
	about("HorizontalPodAutoscaler", hpa({"metrics": [storage, pods]}), lacking) == set()
}

test_fail_request_of_another_pod if {
	pods := [{"name": "worker", "requests": {"cpu": "4"}, "limits": {}}]
	whole := known([object.union(lacking.target.objects[0], {"pods": pods})])
	count(about("HorizontalPodAutoscaler", hpa({}), {"target": whole})) == 1
}
