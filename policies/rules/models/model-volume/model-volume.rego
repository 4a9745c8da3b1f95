# METADATA
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/persistent-volumes/
#     description: Persistent volumes, claims and access modes
#   - ref: https://paddlepaddle.github.io/PaddleX/latest/en/pipeline_deploy/serving.html
#     description: PaddleX serving
#   - ref: https://paddlepaddle.github.io/FastDeploy/supported_models/
#     description: Where FastDeploy downloads models from and to
#   - ref: https://kserve.github.io/website/docs/model-serving/storage/overview
#     description: KServe storage URIs
# custom:
#   scope: paddle
#   needs: [models, claims]
#   level: error
#   owned_pods: skip
#   parameters:
#     allowedSources:
#       type: array
#       items:
#         enum: [hostPath, emptyDir, memory, csi, nfs, ephemeral, image, oci, s3, gs, hf, https, other]
#       uniqueItems: true
#       default: [csi, nfs, ephemeral, image, oci]
#     requireClaim:
#       type: boolean
#       default: false
#     noMount:
#       enum: [warning, error]
#       default: warning
#     injectedContainers:
#       type: array
#       items: {type: string}
#       default: [istio-proxy, istio-init, linkerd-proxy, queue-proxy, storage-initializer, vault-agent]
package paddlock.rules.models["model-volume"]

import data.paddlock.lib.containers
import data.paddlock.lib.result
import data.paddlock.lib.settings

parameters := settings.parameters("model-volume")

# One violation a volume and reason: containers that share a volume repeat it, and the set keeps it once.
violations contains violation if {
	some pod in input.workload.pods
	some container in judged_containers(pod)
	some source in container.models
	violation := verdict(pod, source)
}

violations contains violation if {
	some pod in input.workload.pods
	some container in judged_containers(pod)
	some source in container.models
	source.kind == "claim"
	several_replicas
	modes := pod.claims[source.claim].accessModes
	modes != []
	every mode in modes {
		mode in {"ReadWriteOnce", "ReadWriteOncePod"}
	}
	violation := result.fail_level("warning", "access_mode", place(source), {"claim": source.claim, "modes": modes})
}

violations contains violation if {
	some pod in input.workload.pods
	pod.serving
	some container in judged_containers(pod)
	some source in container.models
	not source.readOnly
	not source.download
	is_accepted(source.kind)
	violation := result.fail_level("info", "writable", source.mountPath, {"volume": source.volume})
}

# A pod that serves: its servers, and what runs before them. Any other names the paths to judge itself.
judged_containers(pod) := array.concat(containers.model_serving(pod, parameters.injectedContainers), [container |
	some container in pod.containers
	container.models != []
	container.role in {"initContainer", "sidecar"}
	not container.name in parameters.injectedContainers
]) if {
	pod.serving
} else := pod.containers

# The one thing that is to be said of a source, if any.
verdict(pod, source) := claim_verdict(pod, source) if {
	source.kind == "claim"
} else := result.not_judged("template", place(source), {"evidence": source.evidence}) if {
	source.kind == "template"
} else := result.not_judged("inference_service", source.path, {"at": source.at}) if {
	source.kind == "inferenceService"
} else := unmounted(pod, source) if {
	source.kind == "none"
} else := result.fail_case("download_volume", source.volumePath, {
	"program": source.evidence,
	"at": source.at,
	"volume": source.volume,
}) if {
	source.how == "download"
	not lasts(source.kind)
} else := refused(source) if {
	not is_accepted(source.kind)
}

claim_verdict(pod, source) := result.fail_level("warning", "claim_missing", place(source), {"claim": source.claim}) if {
	is_missing(object.get(pod.claims, [source.claim, "found"], "unknown"))
} else := result.not_judged("claim_unknown", place(source), {"claim": source.claim}) if {
	object.get(pod.claims, [source.claim, "found"], "unknown") == "unknown"
}

is_missing("no")

is_missing("unknown") if parameters.requireClaim

unmounted(pod, source) := result.fail_case("download", source.path, {"program": source.evidence}) if {
	source.download
} else := result.fail_case(unmounted_case(pod, source), source.path, unmounted_args(source)) if {
	parameters.noMount == "error"
} else := result.fail_level("warning", unmounted_case(pod, source), source.path, unmounted_args(source))

unmounted_case(pod, source) := "not_kept" if {
	not pod.serving
} else := "baked_in" if {
	source.evidence == "offline"
} else := "no_path" if {
	source.at == null
} else := "no_mount"

unmounted_args(source) := {"at": source.at, "evidence": source.evidence}

# A volume into which something downloads was said with the download.
refused(source) := volume_refused(source) if {
	source.volume
	not downloaded[source.volumePath]
} else := result.fail_case("remote", source.path, {"uri": source.at, "source": source.kind}) if {
	not source.volume
}

volume_refused(source) := result.fail_case(volume_cases[source.kind], source.volumePath, refused_args(source)) if {
	volume_cases[source.kind]
} else := result.fail(source.volumePath, refused_args(source))

volume_cases := {"hostPath": "host_path", "emptyDir": "empty_dir", "memory": "memory"}

refused_args(source) := {"source": source.kind, "volume": source.volume}

# METADATA
# description: The volumes to which something is fetched, by their paths. Looked up, for a pod may have many sources.
downloaded contains source.volumePath if {
	some pod in input.workload.pods
	some container in judged_containers(pod)
	some source in container.models
	source.how == "download"
}

is_accepted(kind) if kind in {"claim", "claimTemplate"}

is_accepted(kind) if kind in parameters.allowedSources

# What is downloaded there is still there when the pod is made anew.
lasts("claim")

lasts("claimTemplate")

lasts("nfs") if is_accepted("nfs")

several_replicas if input.workload.replicas > 1

several_replicas if input.resource.kind == "DaemonSet"

# Where a source is written: the volume's own field, or the field that names the model.
place(source) := object.get(source, "volumePath", source.path)
