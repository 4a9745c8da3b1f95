# METADATA
# title: Models come from a PersistentVolumeClaim
# description: |
#   A model server is only as fast to recover as its models are to load. On a claim they outlive the pod, are the same
#   for every replica, and need no network at start. A node's directory ties the pod to that node and opens the node to
#   it; an emptyDir begins empty; a download at start fails when the source does, takes minutes on every restart, and
#   may bring another model than yesterday's. Baked into the image, a model is pulled again with every release.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/storage/persistent-volumes/
#   description: Persistent volumes, claims and access modes
# - ref: https://paddlepaddle.github.io/PaddleX/latest/en/pipeline_deploy/serving.html
#   description: PaddleX serving
# - ref: https://paddlepaddle.github.io/FastDeploy/supported_models/
#   description: Where FastDeploy downloads models from and to
# - ref: https://kserve.github.io/website/docs/model-serving/storage/overview
#   description: KServe storage URIs
# custom:
#   scope: paddle
#   level: error
#   owned_pods: skip
#   parameters:
#     allowedSources:
#       type: array
#       items:
#         enum: [hostPath, emptyDir, memory, csi, nfs, ephemeral, image, oci, s3, gs, hf, https, other]
#       uniqueItems: true
#       default: [csi, nfs, ephemeral, image, oci]
#       description: Sources that may hold models besides claims.
#     requireClaim:
#       type: boolean
#       default: false
#       description: A claim that is not among the files is a warning instead of "not judged".
#     noMount:
#       enum: [warning, error]
#       default: warning
#       description: The level where no volume holds the model path.
#     injectedContainers:
#       type: array
#       items: {type: string}
#       default: [istio-proxy, istio-init, linkerd-proxy, queue-proxy, storage-initializer, vault-agent]
#       description: Names of containers that a mesh or a controller adds to the pod.
#   message: "models are kept in {source} (volume \"{volume}\"), not on a PersistentVolumeClaim"
#   remedy: "Put the models on a PersistentVolumeClaim and mount it read-only, or allow this source in the parameter allowedSources."
#   cases:
#     host_path:
#       message: "models are kept in a directory of the node (hostPath volume \"{volume}\")"
#       remedy: "Put the models on a PersistentVolumeClaim; with hostPath the pod works only where that node has the same files."
#     empty_dir:
#       message: "models are kept in the emptyDir volume \"{volume}\", which is empty whenever a pod starts"
#       remedy: "Replace the emptyDir with a PersistentVolumeClaim, so that models outlive the pod."
#     memory:
#       message: "models are kept in the in-memory volume \"{volume}\", which is empty whenever a pod starts and counts as memory"
#       remedy: "Keep the models on a PersistentVolumeClaim; if a copy in memory is needed for speed, add memory to allowedSources."
#     remote:
#       message: "models are fetched from {uri} whenever a pod starts"
#       remedy: "Copy the models to a PersistentVolumeClaim (for KServe: storageUri pvc://CLAIM/PATH) or publish them as an OCI image (oci://)."
#     download:
#       message: "{program} fetches models when the container starts, and what it fetches is lost with the container"
#       remedy: "Load the models onto a PersistentVolumeClaim beforehand, or make the download's destination a path on a claim, so that it lasts."
#     download_volume:
#       message: "{program} fetches models to {at} when the container starts; volume \"{volume}\" there is no PersistentVolumeClaim, so they are lost with the pod"
#       remedy: "Make volume \"{volume}\" a PersistentVolumeClaim, so that the download lasts, or load the models onto a claim beforehand."
#     no_mount:
#       message: "no volume holds the model path {at} ({evidence}): the models are baked into the image, or come from where nobody sees"
#       remedy: "Mount a PersistentVolumeClaim with the models at {at}."
#     not_kept:
#       message: "no volume holds {at} ({evidence}): what the training writes there is lost with the pod"
#       remedy: "Mount a PersistentVolumeClaim at {at}, so that checkpoints and models outlive the pod."
#     no_path:
#       message: "nothing tells where {evidence} finds its models: no volume looks like models, no flag or variable names them"
#       remedy: "Mount a PersistentVolumeClaim with the models, and name their path by a flag such as --model_dir."
#     baked_in:
#       message: "the models are baked into the image (-offline): another model needs another image, and every node pulls them with it"
#       remedy: "Use the image without -offline and mount a PersistentVolumeClaim with the models at {at}."
#     claim_missing:
#       message: "PersistentVolumeClaim \"{claim}\" does not exist, as far as can be seen: the pod will wait for it"
#       remedy: "Add the PersistentVolumeClaim \"{claim}\" to the manifests of the same namespace, or correct the name."
#     claim_unknown:
#       message: "PersistentVolumeClaim \"{claim}\" is not among the files judged, so whether it exists was not judged"
#       remedy: "Give its manifest too (--with PATH), or set requireClaim where every claim belongs into the repository."
#     access_mode:
#       message: "PersistentVolumeClaim \"{claim}\" can be mounted by one node only ({modes}), but several replicas need it"
#       remedy: "Request ReadOnlyMany or ReadWriteMany for the models, or give each replica a claim of its own."
#     writable:
#       message: "the models are mounted writable, though serving only reads them"
#       remedy: "Set readOnly: true on this volumeMount."
#     template:
#       message: "where the models come from hangs on a value that is filled in later ({evidence})"
#       remedy: "Judge the rendered manifest."
#     inference_service:
#       message: "the models at {at} are brought by the InferenceServices that use this runtime: judged there, not here"
#       remedy: "Nothing to do here; judge the InferenceServices."
#   zh:
#     title: 模型应来自 PersistentVolumeClaim
#     rationale: |
#       模型服务恢复得有多快，取决于模型加载得有多快。放在 PVC 上的模型不随 Pod 销毁，各副本一致，启动时也不依赖外网。
#       hostPath 把 Pod 绑死在某个节点上，还把节点文件系统暴露给容器；emptyDir 每次启动都是空的；启动时下载，则源站故障
#       就起不来，每次重启都要等上几分钟，下载到的还可能不是昨天那个模型。打进镜像的模型，每次发版都要重新拉取。
#     message: "模型存放在 {source}（卷 \"{volume}\"），而不是 PersistentVolumeClaim 上"
#     remedy: "将模型放到 PersistentVolumeClaim 上并以只读方式挂载，或在参数 allowedSources 中放行该来源。"
#     cases:
#       host_path:
#         message: "模型存放在节点本地目录（hostPath 卷 \"{volume}\"）"
#         remedy: "将模型放到 PersistentVolumeClaim 上；使用 hostPath 时，只有恰好存有同样文件的节点才能运行该 Pod。"
#       empty_dir:
#         message: "模型存放在 emptyDir 卷 \"{volume}\"，而它在每次 Pod 启动时都是空的"
#         remedy: "将 emptyDir 换成 PersistentVolumeClaim，使模型不随 Pod 丢失。"
#       memory:
#         message: "模型存放在内存卷 \"{volume}\"，它在每次 Pod 启动时都是空的，且占用容器内存额度"
#         remedy: "将模型保存在 PersistentVolumeClaim 上；如确需为提速在内存中放一份，请把 memory 加入 allowedSources。"
#       remote:
#         message: "每次 Pod 启动都要从 {uri} 拉取模型"
#         remedy: "将模型复制到 PersistentVolumeClaim（KServe 可用 storageUri: pvc://CLAIM/PATH），或发布为 OCI 镜像（oci://）。"
#       download:
#         message: "容器启动时由 {program} 下载模型，下载的内容会随容器一起丢失"
#         remedy: "提前把模型放到 PersistentVolumeClaim 上，或将下载目录改到 PVC 挂载路径下，使其得以保留。"
#       download_volume:
#         message: "容器启动时由 {program} 将模型下载到 {at}，而该处的卷 \"{volume}\" 不是 PersistentVolumeClaim，会随 Pod 一起丢失"
#         remedy: "将卷 \"{volume}\" 改为 PersistentVolumeClaim 以保留下载内容，或提前把模型放到 PVC 上。"
#       no_mount:
#         message: "模型路径 {at}（{evidence}）没有挂载任何卷：模型要么打进了镜像，要么来源不明"
#         remedy: "在 {at} 挂载存放模型的 PersistentVolumeClaim。"
#       not_kept:
#         message: "{at}（{evidence}）没有挂载任何卷：训练写到这里的内容会随 Pod 一起丢失"
#         remedy: "在 {at} 挂载 PersistentVolumeClaim，使检查点和模型不随 Pod 丢失。"
#       no_path:
#         message: "看不出 {evidence} 的模型在哪里：没有像模型目录的卷，也没有参数或环境变量指明路径"
#         remedy: "挂载存放模型的 PersistentVolumeClaim，并用 --model_dir 等参数指明路径。"
#       baked_in:
#         message: "模型已打进镜像（-offline）：换模型就得换镜像，每个节点都要随镜像重新拉取模型"
#         remedy: "改用不带 -offline 的镜像，并在 {at} 挂载存放模型的 PersistentVolumeClaim。"
#       claim_missing:
#         message: "找不到 PersistentVolumeClaim \"{claim}\"：Pod 会一直等待它"
#         remedy: "在同一命名空间的清单中补充 PersistentVolumeClaim \"{claim}\"，或改正名称。"
#       claim_unknown:
#         message: "本次检查的文件中没有 PersistentVolumeClaim \"{claim}\"，无法判断它是否存在"
#         remedy: "用 --with PATH 一并提供其清单；若仓库应包含全部 PVC，可开启 requireClaim。"
#       access_mode:
#         message: "PersistentVolumeClaim \"{claim}\" 只能被单个节点挂载（{modes}），却有多个副本要用"
#         remedy: "为模型申请 ReadOnlyMany 或 ReadWriteMany，或让每个副本使用各自的 PVC。"
#       writable:
#         message: "模型以可写方式挂载，而推理服务只需要读取"
#         remedy: "在该 volumeMount 上设置 readOnly: true。"
#       template:
#         message: "模型来源取决于稍后才填入的值（{evidence}），无法判断"
#         remedy: "请检查渲染后的清单。"
#       inference_service:
#         message: "{at} 下的模型由使用该运行时的 InferenceService 提供，应在那里判断"
#         remedy: "此处无需处理；请检查对应的 InferenceService。"
#     parameters:
#       allowedSources: 除 PVC 外允许存放模型的来源。
#       requireClaim: 为 true 时，文件中找不到的 PVC 记为警告，而不是“未判断”。
#       noMount: 模型路径没有挂载卷时的级别。
#       injectedContainers: 由服务网格或控制器注入 Pod 的容器名称。
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
