# METADATA
# title: Images are pinned
# description: |
#   A tag can be pushed again. Whoever controls the registry, or merely rebuilds an image, then changes what runs without
#   a change in the manifest: replicas on different nodes run different code, a rollback brings back something else, and a
#   restart at night becomes a release. Only a digest names one image for ever; a tag with a full version, a date, a build
#   number or a commit is at least not meant to move.
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/containers/images/#image-names
#     description: "Kubernetes: image names, tags and digests"
#   - ref: https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy
#     description: "Kubernetes: image pull policy"
#   - ref: https://pkg.go.dev/github.com/distribution/reference
#     description: The grammar of image references
# custom:
#   scope: workload
#   level: error
#   parameters:
#     error:
#       type: array
#       items: { enum: [invalid, untagged, floating, partial, opaque, version, commit] }
#       uniqueItems: true
#       default: [invalid, untagged, floating]
#       description: Classes of references that are an error.
#     warning:
#       type: array
#       items: { enum: [invalid, untagged, floating, partial, opaque, version, commit] }
#       uniqueItems: true
#       default: [partial, opaque]
#       description: Classes of references that are a warning. A class in neither list passes.
#     twoComponentReleases:
#       type: array
#       items: { type: string, minLength: 1 }
#       default: []
#       description: |-
#         Repositories whose releases have two numbers (postgres:16.3), as globs: * stands for one component, ** for
#         several. A glob fits the end of a repository, with or without its registry.
#   message: 'image "{image}" is not pinned: it can change without a change here'
#   remedy: |-
#     Name the image by its digest, repository@sha256:…, which the registry and "crane digest" or
#     "docker buildx imagetools inspect" tell. Keep the tag in front of it for readers: repository:3.2.0@sha256:….
#   cases:
#     invalid: { message: 'image "{image}" is no valid reference: the container runtime refuses it', remedy: "Write it as [registry[:port]/]repository[:tag][@digest], for example registry.example.com/team/app:3.2.0." }
#     invalid-empty: { message: the image is empty, remedy: "Write it as [registry[:port]/]repository[:tag][@digest], for example registry.example.com/team/app:3.2.0." }
#     invalid-whitespace: { message: 'image "{image}" holds white space: Kubernetes refuses it', remedy: Remove the white space. }
#     invalid-empty-tag: { message: 'image "{image}" has a colon and no tag behind it: the container runtime refuses it', remedy: "Write the tag, or better the digest: repository:3.2.0@sha256:…." }
#     invalid-tag: { message: 'image "{image}" has a tag that is none: at most 128 letters, digits, "_", "." and "-"', remedy: Name the image by a valid tag and its digest. }
#     invalid-digest: { message: 'image "{image}" has a digest that is none: sha256 has 64 lower-case hexadecimal digits, sha384 96, sha512 128', remedy: Copy the whole digest from the registry. }
#     invalid-upper-case: { message: 'image "{image}" has a capital letter in its repository: the container runtime refuses it', remedy: Write the repository in lower case. Tags may have capitals. }
#     invalid-template: { message: 'image "{image}" still holds a template, and nobody fills it in any more', remedy: "Write the image out, or render the manifest before it is applied." }
#     untagged: { message: 'image "{image}" has no tag: that means "latest", and whatever that is when the pod starts' }
#     floating: { message: 'image "{image}" has a tag that moves: it names whatever was built last' }
#     floating-always: { message: 'image "{image}" has a tag that moves, and "imagePullPolicy: Always" does not pin it: it fetches whatever the tag means when the pod starts' }
#     floating-cached: { message: 'image "{image}" has a tag that moves, and "imagePullPolicy: {pullPolicy}" makes it worse: every node keeps the image that it happened to fetch first, so that replicas differ' }
#     partial: { message: 'image "{image}" names a release line and no release: its tag moves with every release of that line' }
#     opaque: { message: 'image "{image}" has a tag that names no release: nothing tells whether it moves' }
#     version: { message: 'image "{image}" names a release, but its tag can be pushed again: only a digest is proof' }
#     commit: { message: 'image "{image}" names a commit, but its tag can be pushed again: only a digest is proof' }
#     template: { message: 'not judged: image "{image}" is filled in by a template', remedy: Judge the rendered manifest. }
#     no-image: { message: 'not judged: "{container}" names no image here', remedy: Name the image in the manifest where the kind allows it. }
#     no-containers: { message: "not judged: the pod has no containers", remedy: Give the pod at least one container. }
#   zh:
#     title: 容器镜像已固定版本
#     rationale: |
#       标签可以被重新推送。只要有人改动仓库，甚至只是重新构建一次镜像，清单一行没改，跑的东西就变了：不同节点上的副本代码不一致，
#       回滚回不到原来的版本，半夜一次重启就等于一次发布。只有摘要（digest）永远指向同一个镜像；带完整版本号、日期、构建号或提交号的
#       标签只是约定上不会移动。
#     message: 镜像“{image}”未固定：清单不变，镜像也可能变
#     remedy: |-
#       用摘要引用镜像：repository@sha256:…，摘要可在镜像仓库查到，或用 crane digest、docker buildx imagetools inspect 查询。
#       标签可以保留在摘要之前方便阅读：repository:3.2.0@sha256:…。
#     cases:
#       invalid: { message: "镜像“{image}”不是合法的引用，容器运行时会拒绝", remedy: "按 [仓库地址[:端口]/]名称[:标签][@摘要] 书写，例如 registry.example.com/team/app:3.2.0。" }
#       invalid-empty: { message: 镜像为空, remedy: "按 [仓库地址[:端口]/]名称[:标签][@摘要] 书写，例如 registry.example.com/team/app:3.2.0。" }
#       invalid-whitespace: { message: "镜像“{image}”含有空白字符，Kubernetes 会拒绝", remedy: 去掉空白字符。 }
#       invalid-empty-tag: { message: "镜像“{image}”的冒号后没有标签，容器运行时会拒绝", remedy: "补上标签，最好再带上摘要：repository:3.2.0@sha256:…。" }
#       invalid-tag: { message: "镜像“{image}”的标签不合法：最多 128 个字符，只能是字母、数字、“_”、“.”和“-”", remedy: 使用合法的标签并带上摘要。 }
#       invalid-digest: { message: "镜像“{image}”的摘要不合法：sha256 为 64 位小写十六进制数，sha384 为 96 位，sha512 为 128 位", remedy: 从镜像仓库复制完整的摘要。 }
#       invalid-upper-case: { message: "镜像“{image}”的名称含有大写字母，容器运行时会拒绝", remedy: 名称改用小写；标签可以有大写字母。 }
#       invalid-template: { message: "镜像“{image}”中仍留有模板，到这一步已没有工具会再填入", remedy: "写出完整的镜像，或先渲染清单再提交。" }
#       untagged: { message: "镜像“{image}”没有标签，等同于 latest：Pod 启动时指向什么就运行什么" }
#       floating: { message: "镜像“{image}”使用浮动标签：指向最近一次构建的镜像" }
#       floating-always: { message: "镜像“{image}”使用浮动标签，“imagePullPolicy: Always”并不能固定它：每次启动都拉取标签当时指向的镜像" }
#       floating-cached: { message: "镜像“{image}”使用浮动标签，而“imagePullPolicy: {pullPolicy}”更糟：各节点一直使用自己最早拉取的镜像，副本之间不一致" }
#       partial: { message: "镜像“{image}”的标签只写了版本系列，没有写到具体版本：该系列每次发版标签都会移动" }
#       opaque: { message: "镜像“{image}”的标签看不出产品版本，无法判断它是否会移动" }
#       version: { message: "镜像“{image}”写明了版本，但标签可以被重新推送：只有摘要才算固定" }
#       commit: { message: "镜像“{image}”写明了提交号，但标签可以被重新推送：只有摘要才算固定" }
#       template: { message: "未判定：镜像“{image}”由模板填入", remedy: 请检查渲染之后的清单。 }
#       no-image: { message: "未判定：“{container}”没有在此写明镜像", remedy: 在该类型允许的情况下，把镜像写进清单。 }
#       no-containers: { message: "未判定：Pod 没有任何容器", remedy: 至少为 Pod 配置一个容器。 }
#     parameters:
#       error: 判为错误的引用类别。
#       warning: 判为警告的引用类别；两个列表都没有的类别视为通过。
#       twoComponentReleases: 版本号只有两段的镜像（如 postgres:16.3），用通配符书写：* 匹配一段路径，** 匹配多段；从镜像名末尾开始匹配，可带可不带仓库地址。
package paddlock.rules.images["pinned-image"]

import data.paddlock.lib.result
import data.paddlock.lib.settings

parameters := settings.parameters("pinned-image")

violations contains violation if {
	some pod in input.workload.pods
	some image in pod.images
	violation := judged(image)
}

violations contains result.not_judged("no-image", container.path, {"container": container.name}) if {
	some pod in input.workload.pods

	# A reference is a lookup, where "in" would go through the whole set for each container.
	places := {image.path | some image in pod.images}
	some container in pod.containers

	# Who makes the pods chooses the image of what it adds to them.
	container.role != "executor"
	not places[array.concat(container.path, ["image"])]
	not has_image_elsewhere(pod, container)
}

violations contains result.not_judged("no-containers", pod.path, {}) if {
	some pod in input.workload.pods
	pod.containers == []
}

judged(image) := result.not_judged("template", image.path, {"image": image.reference}) if {
	image.class == "template"
} else := result.fail_case(wording(image), image.path, facts(image)) if {
	image.class in parameters.error
	not is_release(image)
} else := result.fail_level("warning", wording(image), image.path, facts(image)) if {
	image.class in parameters.warning
	not is_release(image)
}

# The release of an image whose releases have two numbers is as full as three are elsewhere.
is_release(image) if {
	image.class == "partial"
	image.components == 2
	some pattern in parameters.twoComponentReleases
	glob.match(concat("", ["**/", pattern]), ["/"], concat("", ["/", image.repository]))
}

wording(image) := concat("-", ["invalid", image.problem]) if {
	image.class == "invalid"
	image.problem != "syntax"
} else := "floating-always" if {
	image.class == "floating"
	image.pullPolicy == "Always"

	# Of this tag it is the default, which the API server writes down.
	image.tag != "latest"
	says_its_policy(image)
} else := "floating-cached" if {
	is_cached(image)
} else := image.class

facts(image) := {"image": image.reference, "class": image.class, "pullPolicy": image.pullPolicy} if {
	is_cached(image)
} else := {"image": image.reference, "class": image.class}

is_cached(image) if {
	image.class == "floating"
	image.pullPolicy in {"IfNotPresent", "Never"}
}

# The kinds that split an image into several fields leave the policy to their controller.
says_its_policy(image) if image.path[count(image.path) - 1] == "image"

# A kind without lists of containers names the image in fields of its own, which its parts may share.
has_image_elsewhere(pod, container) if {
	is_part(container)
	some image in pod.images
	array.slice(image.path, 0, count(container.path)) == container.path
}

has_image_elsewhere(pod, container) if {
	is_part(container)
	some other in input.workload.pods
	other.path == pod.path
	other.images != []
}

is_part(container) if not container.role in {"container", "initContainer", "sidecar", "ephemeralContainer"}
