package paddlock.rules.models["model-volume_test"]

import data.paddlock.rules.models["model-volume"] as rule

defaults := {
	"allowedSources": ["csi", "nfs", "ephemeral", "image", "oci"],
	"requireClaim": false,
	"noMount": "warning",
	"injectedContainers": ["istio-proxy", "storage-initializer"],
}

said(load, parameters) := violations if {
	violations := rule.violations with input as {"settings": "x", "resource": {"kind": "Deployment"}, "workload": load}
		with data.settings as {"x": {"parameters": {"model-volume": object.union(defaults, parameters)}}}
}

at(rest) := array.concat(["spec", "template", "spec"], rest)

workload(containers) := {"replicas": 2, "pods": [{
	"serving": true,
	"claims": {
		"models": {"found": "yes", "accessModes": ["ReadOnlyMany"]},
		"single": {"found": "yes", "accessModes": ["ReadWriteOnce", "ReadWriteOncePod"]},
		"mixed": {"found": "yes", "accessModes": ["ReadWriteOnce", "ReadOnlyMany"]},
		"gone": {"found": "no", "accessModes": []},
		"unseen": {"found": "unknown", "accessModes": []},
	},
	"containers": containers,
}]}

server(models) := {"name": "ocr", "role": "container", "paddleSign": true, "models": models}

fetcher(models) := {"name": "fetch", "role": "initContainer", "paddleSign": false, "models": models}

claim(name, changes) := object.union(
	{
		"kind": "claim",
		"how": "mount",
		"evidence": "/models",
		"at": "/models",
		"path": at(["containers", 0, "volumeMounts", 0]),
		"mountPath": at(["containers", 0, "volumeMounts", 0]),
		"volume": "store",
		"volumePath": at(["volumes", 0, "persistentVolumeClaim", "claimName"]),
		"claim": name,
		"readOnly": true,
		"download": false,
	},
	changes,
)

volume(kind, changes) := object.union(
	{
		"kind": kind,
		"how": "flag",
		"evidence": "--model_dir",
		"at": "/models",
		"path": at(["containers", 0, "args", 0]),
		"mountPath": at(["containers", 0, "volumeMounts", 0]),
		"volume": "store",
		"volumePath": at(["volumes", 0, kind]),
		"readOnly": true,
		"download": false,
	},
	changes,
)

nowhere(changes) := object.union(
	{
		"kind": "none",
		"how": "flag",
		"evidence": "--model_dir",
		"at": "/app/models",
		"path": at(["containers", 0, "args", 0]),
		"readOnly": false,
		"download": false,
	},
	changes,
)

test_success_claim_read_only if {
	said(workload([server([claim("models", {})])]), {}) == set()
}

test_success_claim_template if {
	said(workload([server([volume("claimTemplate", {})])]), {}) == set()
}

test_success_download_into_a_claim if {
	source := claim("models", {"how": "download", "download": true, "readOnly": false})
	said(workload([server([source]), fetcher([source])]), {}) == set()
}

test_success_allowed_sources if {
	every kind in ["csi", "nfs", "ephemeral", "image"] {
		said(workload([server([volume(kind, {})])]), {}) == set()
	}
	said(workload([server([nowhere({"kind": "oci", "readOnly": true})])]), {}) == set()
}

test_success_one_replica_on_a_claim_for_one if {
	said(object.union(workload([server([claim("single", {})])]), {"replicas": 1}), {}) == set()
}

test_success_one_of_the_modes_suffices if {
	said(workload([server([claim("mixed", {})])]), {}) == set()
}

test_fail_seed if {
	said(workload([server([claim("unseen", {"readOnly": false})])]), {}) == {
		{
			"outcome": "not-judged",
			"case": "claim_unknown",
			"path": at(["volumes", 0, "persistentVolumeClaim", "claimName"]),
			"args": {"claim": "unseen"},
		},
		{
			"level": "info",
			"case": "writable",
			"path": at(["containers", 0, "volumeMounts", 0]),
			"args": {"volume": "store"},
		},
	}
}

test_fail_claim_outside_the_set_where_it_is_required if {
	said(workload([server([claim("unseen", {})])]), {"requireClaim": true}) == {{
		"level": "warning",
		"case": "claim_missing",
		"path": at(["volumes", 0, "persistentVolumeClaim", "claimName"]),
		"args": {"claim": "unseen"},
	}}
}

test_fail_claim_that_nobody_looked_up if {
	said(workload([server([claim("never heard of", {})])]), {}) == {{
		"outcome": "not-judged",
		"case": "claim_unknown",
		"path": at(["volumes", 0, "persistentVolumeClaim", "claimName"]),
		"args": {"claim": "never heard of"},
	}}
}

test_fail_claim_that_the_cluster_has_not if {
	said(workload([server([claim("gone", {})])]), {}) == {{
		"level": "warning",
		"case": "claim_missing",
		"path": at(["volumes", 0, "persistentVolumeClaim", "claimName"]),
		"args": {"claim": "gone"},
	}}
}

test_fail_claim_for_one_and_several_replicas if {
	said(workload([server([claim("single", {})])]), {}) == {{
		"level": "warning",
		"case": "access_mode",
		"path": at(["volumes", 0, "persistentVolumeClaim", "claimName"]),
		"args": {"claim": "single", "modes": ["ReadWriteOnce", "ReadWriteOncePod"]},
	}}
}

test_fail_said_once_for_two_containers if {
	said(workload([server([volume("hostPath", {})]), server([volume("hostPath", {"evidence": "--det_model_dir"})])]), {}) == {{
		"case": "host_path",
		"path": at(["volumes", 0, "hostPath"]),
		"args": {"source": "hostPath", "volume": "store"},
	}}
}

test_fail_empty_dir_and_memory if {
	said(workload([server([volume("emptyDir", {}), volume("memory", {"volumePath": at(["volumes", 1, "emptyDir"])})])]), {}) == {
		{
			"case": "empty_dir",
			"path": at(["volumes", 0, "emptyDir"]),
			"args": {"source": "emptyDir", "volume": "store"},
		},
		{
			"case": "memory",
			"path": at(["volumes", 1, "emptyDir"]),
			"args": {"source": "memory", "volume": "store"},
		},
	}
}

test_fail_source_that_is_not_allowed if {
	said(workload([server([volume("csi", {})])]), {"allowedSources": []}) == {{
		"path": at(["volumes", 0, "csi"]),
		"args": {"source": "csi", "volume": "store"},
	}}
}

test_fail_remote if {
	source := nowhere({"kind": "gs", "at": "gs://bucket/resnet", "readOnly": true, "download": true})
	said(workload([server([source])]), {}) == {{
		"case": "remote",
		"path": at(["containers", 0, "args", 0]),
		"args": {"source": "gs", "uri": "gs://bucket/resnet"},
	}}
	said(workload([server([source])]), {"allowedSources": ["gs"]}) == set()
}

test_fail_download_into_a_shared_empty_dir_said_once if {
	fetched := volume("emptyDir", {"how": "download", "download": true, "evidence": "wget", "readOnly": false})
	said(workload([server([volume("emptyDir", {})]), fetcher([fetched])]), {}) == {{
		"case": "download_volume",
		"path": at(["volumes", 0, "emptyDir"]),
		"args": {"program": "wget", "at": "/models", "volume": "store"},
	}}
}

test_fail_download_into_a_volume_of_the_pod_though_it_may_hold_models if {
	fetched := volume("ephemeral", {"how": "download", "download": true, "evidence": "wget", "readOnly": false})
	said(workload([fetcher([fetched])]), {}) == {{
		"case": "download_volume",
		"path": at(["volumes", 0, "ephemeral"]),
		"args": {"program": "wget", "at": "/models", "volume": "store"},
	}}
}

test_fail_download_into_nowhere if {
	source := nowhere({"how": "download", "download": true, "evidence": "git clone"})
	said(workload([server([source])]), {}) == {{
		"case": "download",
		"path": at(["containers", 0, "args", 0]),
		"args": {"program": "git clone"},
	}}
}

test_fail_no_mount if {
	said(workload([server([nowhere({})])]), {}) == {{
		"level": "warning",
		"case": "no_mount",
		"path": at(["containers", 0, "args", 0]),
		"args": {"at": "/app/models", "evidence": "--model_dir"},
	}}
	said(workload([server([nowhere({})])]), {"noMount": "error"}) == {{
		"case": "no_mount",
		"path": at(["containers", 0, "args", 0]),
		"args": {"at": "/app/models", "evidence": "--model_dir"},
	}}
}

test_fail_baked_in_and_no_path if {
	said(workload([server([nowhere({"evidence": "offline"})])]), {}) == {{
		"level": "warning",
		"case": "baked_in",
		"path": at(["containers", 0, "args", 0]),
		"args": {"at": "/app/models", "evidence": "offline"},
	}}
	said(workload([server([nowhere({"evidence": "Paddle Serving", "at": null})])]), {}) == {{
		"level": "warning",
		"case": "no_path",
		"path": at(["containers", 0, "args", 0]),
		"args": {"at": null, "evidence": "Paddle Serving"},
	}}
}

test_fail_template_is_not_judged if {
	said(workload([server([nowhere({"kind": "template"})])]), {}) == {{
		"outcome": "not-judged",
		"case": "template",
		"path": at(["containers", 0, "args", 0]),
		"args": {"evidence": "--model_dir"},
	}}
}

test_fail_runtime_is_not_judged if {
	said(workload([server([nowhere({"kind": "inferenceService", "at": "/mnt/models"})])]), {}) == {{
		"outcome": "not-judged",
		"case": "inference_service",
		"path": at(["containers", 0, "args", 0]),
		"args": {"at": "/mnt/models"},
	}}
}

test_fail_training_names_a_path if {
	training := {"replicas": 1, "pods": [{
		"serving": false,
		"claims": {},
		"containers": [server([volume("hostPath", {"evidence": "--save_dir"})])],
	}]}
	said(training, {}) == {{
		"case": "host_path",
		"path": at(["volumes", 0, "hostPath"]),
		"args": {"source": "hostPath", "volume": "store"},
	}}
}

test_success_training_writes_its_checkpoints if {
	training := {"replicas": 1, "pods": [{
		"serving": false,
		"claims": {"models": {"found": "yes", "accessModes": ["ReadWriteOnce"]}},
		"containers": [server([claim("models", {"readOnly": false})])],
	}]}
	said(training, {}) == set()
}

test_success_containers_beside_the_server if {
	other := {"name": "web", "role": "container", "paddleSign": false, "models": [nowhere({})]}
	said(workload([server([claim("models", {})]), other]), {}) == set()
	injected := {"name": "storage-initializer", "role": "initContainer", "paddleSign": false, "models": [nowhere({"download": true})]}
	said(workload([server([claim("models", {})]), injected]), {}) == set()
}

test_fail_training_writes_into_its_own_file_system if {
	training := {"replicas": 1, "pods": [{
		"serving": false,
		"claims": {},
		"containers": [server([nowhere({"evidence": "--save_dir", "at": "/out"})])],
	}]}
	said(training, {}) == {{
		"level": "warning",
		"case": "not_kept",
		"path": at(["containers", 0, "args", 0]),
		"args": {"at": "/out", "evidence": "--save_dir"},
	}}
}
