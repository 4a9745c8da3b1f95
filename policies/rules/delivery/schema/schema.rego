# METADATA
# title: The object is valid for its kind
# description: |
#   A misspelled "imagePullPolicy", a "securityContext" one level too high: a recent kubectl refuses such a manifest, while
#   for Helm, operators and other clients the API server drops the field with a warning that nobody reads, and the pod runs
#   as if the line were not there. What the server does refuse - a number for a text, an apiVersion that the cluster no
#   longer serves - is found when the release is half way out. Each object is therefore held against the schema of its
#   kind, strictly: the kinds of Kubernetes itself and those of Paddle's operators. Kinds of other projects are not judged.
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/kubernetes-api/
#     description: "Kubernetes: API reference"
#   - ref: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
#     description: "Kubernetes: deprecated API migration guide"
#   - ref: https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
#     description: "Kubernetes: how the API server treats unknown fields"
#   - ref: https://github.com/PaddleFlow/paddle-operator
#     description: "Paddle Operator: PaddleJob, SampleSet, SampleJob"
# custom:
#   scope: object
#   needs: [schema]
#   level: error
#   message: the object is not valid for its kind
#   remedy: Compare it with the reference of its kind ("kubectl explain").
#   cases:
#     unknown-field: { message: 'there is no field "{field}" here: it is refused or dropped', remedy: 'Remove it, or look up with "kubectl explain" where it belongs.' }
#     misspelled-field: { message: 'there is no field "{field}" here: did you mean "{suggestion}"?', remedy: 'Write "{suggestion}". As it is, the manifest is refused, or the field is dropped and nothing comes of it.' }
#     misplaced-field: { message: 'there is no field "{field}" here: it belongs under "{place}"', remedy: 'Move it to "{place}". Where it is, the manifest is refused, or the field is dropped and nothing comes of it.' }
#     missing-field: { message: 'the field "{field}" is missing', remedy: 'Add "{field}": without it the object is refused by the API server or by its operator.' }
#     unnamed: { message: the object has no name, remedy: 'Give it "metadata.name", or "metadata.generateName" if it is only ever created.' }
#     empty-list: { message: 'the list "{field}" is empty', remedy: 'Give it at least one item: Kubernetes refuses the object otherwise.' }
#     null-item: { message: the list has an empty item, remedy: 'Remove the dash, or write what belongs behind it.' }
#     type: { message: "expected {expected}, found {actual}", remedy: 'Write a value of the type {expected}; "kubectl explain" shows what the field means.' }
#     unquoted: { message: "expected {expected}, found {actual}", remedy: 'Put it in quotes: YAML reads numbers, true and false, yes and no as what they look like.' }
#     quoted: { message: "expected {expected}, found {actual}", remedy: Remove the quotes. }
#     enum: { message: '"{value}" is not allowed here', remedy: "Write one of these: {allowed}." }
#     misspelled-value: { message: '"{value}" is not allowed here: did you mean "{suggestion}"?', remedy: "Write one of these: {allowed}." }
#     range: { message: "{value} is out of range", remedy: "The limit is {limit}." }
#     quantity: { message: '"{value}" is no quantity', remedy: 'Write a number and a unit without a space: 500m, 2, 1.5Gi. The units are m, k, M, G, T, P, E, and Ki, Mi, Gi, Ti, Pi, Ei.' }
#     date-time: { message: this is no point in time, remedy: 'Write it as RFC 3339 has it, for example "2026-01-31T08:00:00Z".' }
#     base64: { message: this is not base64, remedy: 'Encode the value ("base64 -w0"), or write it as it is under "stringData".' }
#     no-kind: { message: 'the object does not say what it is: "kind" is missing', remedy: 'Add "kind".' }
#     no-api-version: { message: '{kind} of which API? "apiVersion" is missing', remedy: 'Add "apiVersion".' }
#     no-api-version-known: { message: '"apiVersion" is missing', remedy: 'Add "apiVersion: {expected}", where a {kind} belongs.' }
#     malformed-api-version: { message: '"{apiVersion}" is no apiVersion', remedy: 'Write "group/version", or the version alone for the core kinds: apps/v1, v1.' }
#     wrong-group: { message: 'there is no {kind} in "{apiVersion}": it belongs to "{expected}"', remedy: 'Write "apiVersion: {expected}".' }
#     unknown-version: { message: 'there is no {kind} in "{apiVersion}": the version is "{expected}"', remedy: 'Write "apiVersion: {expected}".' }
#     unknown-kind: { message: 'there is no kind "{kind}" in "{apiVersion}"', remedy: 'Look up the kind with "kubectl api-resources".' }
#     misspelled-kind: { message: 'there is no kind "{kind}" in "{apiVersion}": did you mean "{suggestion}"?', remedy: 'Write "kind: {suggestion}".' }
#     removed-version: { message: 'Kubernetes {removed} and later do not serve "{apiVersion}" of {kind}: it is "{replacement}" now', remedy: 'Move to "{replacement}"; the migration guide lists what changed in the fields.' }
#     removed-kind: { message: 'Kubernetes {removed} removed {kind}, and nothing of that kind takes its place', remedy: 'Remove the object. What a PodSecurityPolicy did, Pod Security Admission does now.' }
#     future-version: { message: 'Kubernetes {kubernetesVersion} does not serve "{apiVersion}" of {kind} yet: {since} is the first that does', remedy: 'Use an older version of the API, or say with "--kubernetes-version" which Kubernetes this is for.' }
#     more: { message: "and {count} more like these", remedy: The object is not of the kind that it names; correct the first of its errors. }
#     template: { message: 'not judged: "{value}" is filled in by a template', remedy: Judge the rendered manifest. }
#   zh:
#     title: 对象符合其类型的定义
#     rationale: |
#       imagePullPolicy 拼错一个字母，securityContext 放高了一层：较新的 kubectl 会直接拒绝这样的清单；经 Helm、Operator 或其他客户端提交时，
#       API Server 只给出一条没人看的警告就把字段丢弃，Pod 运行起来就像没有这一行一样。真正会被拒绝的问题（该写字符串的地方写了数字、集群已
#       不再提供的 apiVersion）往往要到发布进行到一半才暴露。因此这里按类型的定义严格检查每个对象：包括 Kubernetes 自带的类型和 Paddle 各
#       Operator 的类型。其他项目的类型不检查。
#     message: 对象不符合其类型的定义
#     remedy: 对照该类型的文档检查（可用 kubectl explain 查看）。
#     cases:
#       unknown-field: { message: '“{field}”不是这里的字段：会被拒绝，或被丢弃', remedy: '删除该字段，或用 kubectl explain 查清它应当写在哪里。' }
#       misspelled-field: { message: '“{field}”不是这里的字段：是否想写“{suggestion}”？', remedy: '改为“{suggestion}”。照现在的写法，清单会被拒绝，或者字段被丢弃，写了等于没写。' }
#       misplaced-field: { message: '“{field}”不是这里的字段：它应当写在“{place}”下', remedy: '移到“{place}”下。写在这里，清单会被拒绝，或者字段被丢弃，等于没写。' }
#       missing-field: { message: '缺少字段“{field}”', remedy: '补上“{field}”，否则该对象会被 API Server 或相应的 Operator 拒绝。' }
#       unnamed: { message: '对象没有名称', remedy: '设置 metadata.name；若只用于创建，也可设置 metadata.generateName。' }
#       empty-list: { message: '列表“{field}”为空', remedy: '至少写一项，否则 Kubernetes 会拒绝该对象。' }
#       null-item: { message: '列表中有空项', remedy: '删除这个短横线，或补上其内容。' }
#       type: { message: "类型应为 {expected}，实际是 {actual}", remedy: '改为 {expected} 类型的值；可用 kubectl explain 查看该字段的含义。' }
#       unquoted: { message: "类型应为 {expected}，实际是 {actual}", remedy: '加上引号：YAML 会把数字、true/false、yes/no 按字面解析成相应的类型。' }
#       quoted: { message: "类型应为 {expected}，实际是 {actual}", remedy: '去掉引号。' }
#       enum: { message: '这里不能写“{value}”', remedy: "可选的值：{allowed}。" }
#       misspelled-value: { message: '这里不能写“{value}”：是否想写“{suggestion}”？', remedy: "可选的值：{allowed}。" }
#       range: { message: "{value} 超出范围", remedy: "界限是 {limit}。" }
#       quantity: { message: '“{value}”不是合法的数量', remedy: "写成数字加单位，中间不留空格，例如 500m、2、1.5Gi。可用的单位：m、k、M、G、T、P、E 和 Ki、Mi、Gi、Ti、Pi、Ei。" }
#       date-time: { message: '这不是合法的时间', remedy: '按 RFC 3339 书写，例如 "2026-01-31T08:00:00Z"。' }
#       base64: { message: '这不是 base64 编码', remedy: '先编码（base64 -w0），或把原文写在 stringData 下。' }
#       no-kind: { message: '缺少 kind，无法得知对象的类型', remedy: '补上 kind。' }
#       no-api-version: { message: "缺少 apiVersion，无法得知 {kind} 属于哪个 API", remedy: '补上 apiVersion。' }
#       no-api-version-known: { message: '缺少 apiVersion', remedy: "补上“apiVersion: {expected}”，{kind} 属于该 API。" }
#       malformed-api-version: { message: '“{apiVersion}”不是合法的 apiVersion', remedy: '写成“组/版本”，核心类型只写版本，例如 apps/v1、v1。' }
#       wrong-group: { message: "“{apiVersion}”中没有 {kind}：它属于“{expected}”", remedy: "改为“apiVersion: {expected}”。" }
#       unknown-version: { message: "“{apiVersion}”中没有 {kind}：正确的版本是“{expected}”", remedy: "改为“apiVersion: {expected}”。" }
#       unknown-kind: { message: '“{apiVersion}”中没有“{kind}”这个类型', remedy: '用 kubectl api-resources 查看可用的类型。' }
#       misspelled-kind: { message: '“{apiVersion}”中没有“{kind}”这个类型：是否想写“{suggestion}”？', remedy: "改为“kind: {suggestion}”。" }
#       removed-version: { message: "Kubernetes 从 {removed} 起不再提供“{apiVersion}”的 {kind}，现在是“{replacement}”", remedy: '迁移到“{replacement}”；字段有哪些变化，请看官方的迁移指南。' }
#       removed-kind: { message: "Kubernetes 从 {removed} 起移除了 {kind}，没有可以替换的类型", remedy: '删除该对象。PodSecurityPolicy 的作用由 Pod Security Admission 承担。' }
#       future-version: { message: "Kubernetes {kubernetesVersion} 尚未提供“{apiVersion}”的 {kind}，从 {since} 起才有", remedy: '改用较旧的 API 版本，或用 --kubernetes-version 指明目标集群的版本。' }
#       more: { message: "另有 {count} 处类似的错误", remedy: '对象与它声明的类型不符，请先改正前面的错误。' }
#       template: { message: '未判定：“{value}”由模板填入', remedy: '请检查渲染之后的清单。' }
package paddlock.rules.delivery.schema

import data.paddlock.lib.result

# What the schema does not allow is found before the rules are asked; each problem has its own words.
violations contains violation if {
	some error in input.schema
	violation := judged(error)
}

judged(error) := result.not_judged("template", error.path, error.args) if {
	error.problem == "template"
} else := result.fail(error.path, error.args) if {
	error.problem == "invalid"
} else := result.fail_level("warning", "unnamed", error.path, error.args) if {
	# Files that other tools fill in have no name: the pod template of a CI system.
	error.problem == "unnamed"
} else := result.fail_case(error.problem, error.path, error.args)
