# METADATA
# scope: package
# title: A network policy isolates the pods
# description: |
#   A pod that no network policy selects accepts connections from every pod of the cluster, and from wherever the network
#   lets traffic in. Model servers rarely ask who is calling: whoever reaches the port can run inference on your GPUs,
#   read the metrics, and with many servers load another model. One NetworkPolicy that selects the pods and lists who may
#   connect turns that around. Policies are a union: a single one that allows everything undoes what all others isolate.
#   Policies that a different tool enforces (Cilium, Calico, the cluster-wide policies of the network policy API) count as
#   well. Pods on the host's network are out of reach of them all.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/services-networking/network-policies/
#     description: Kubernetes - Network Policies
#   - ref: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
#     description: Kubernetes - Labels and Selectors
#   - ref: https://docs.cilium.io/en/stable/security/policy/language/
#     description: Cilium - Layer 3 policies and default deny
#   - ref: https://docs.tigera.io/calico/latest/reference/resources/networkpolicy
#     description: Calico - Network policy
#   - ref: https://network-policy-api.sigs.k8s.io/api-overview/
#     description: Network Policy API - cluster-wide policies
# schemas:
#   - input: schema.input
# custom:
#   scope: workload
#   level: error
#   owned_pods: warn
#   mended_by_policy: ["", egress, part, part-egress]
#   kinds:
#     - networking.k8s.io/NetworkPolicy
#     - extensions/NetworkPolicy
#     - cilium.io/CiliumNetworkPolicy
#     - cilium.io/CiliumClusterwideNetworkPolicy
#     - crd.projectcalico.org/NetworkPolicy
#     - crd.projectcalico.org/GlobalNetworkPolicy
#     - projectcalico.org/NetworkPolicy
#     - projectcalico.org/GlobalNetworkPolicy
#     - policy.networking.k8s.io/AdminNetworkPolicy
#     - policy.networking.k8s.io/BaselineAdminNetworkPolicy
#     - policy.networking.k8s.io/ClusterNetworkPolicy
#   parameters:
#     egress:
#       type: boolean
#       default: false
#       description: Ask the same of outgoing traffic.
#     openPolicy:
#       type: string
#       enum: [warning, error]
#       default: warning
#       description: The level where a policy that allows everything leaves the pods open.
#   message: "no network policy selects these pods and isolates their ingress: every pod of the cluster can connect to them"
#   remedy: |-
#     Add a NetworkPolicy in the namespace of the workload whose podSelector matches these labels, and list under ingress.from who may connect (a gateway, the monitoring). If there is one in another directory, bring it in with --with.
#   cases:
#     egress:
#       message: "no network policy selects these pods and isolates their egress: they can connect to anywhere"
#       remedy: |-
#         Add a NetworkPolicy that selects these pods, with Egress among its policyTypes, and list under egress.to where they need to connect; do not forget DNS (port 53).
#     part:
#       message: "no network policy selects the pods of the part {part} and isolates their ingress: every pod of the cluster can connect to them"
#     part-egress:
#       message: "no network policy selects the pods of the part {part} and isolates their egress: they can connect to anywhere"
#       remedy: |-
#         Add a NetworkPolicy that selects these pods, with Egress among its policyTypes, and list under egress.to where they need to connect; do not forget DNS (port 53).
#     open:
#       message: "the pods are selected by a network policy, but {policies} allows all ingress, whatever the other policies say"
#       remedy: |-
#         Name the peers that may connect under ingress.from of {policies}, by namespaceSelector and podSelector or by a narrow ipBlock, or restrict the rule to the ports that all may use.
#     open-egress:
#       message: "the pods are selected by a network policy, but {policies} allows all egress, whatever the other policies say"
#       remedy: |-
#         Name under egress.to of {policies} where the pods need to connect, or restrict the rule to ports.
#     host-network:
#       message: "the pods use the host's network, which no network policy reaches"
#       remedy: |-
#         Remove hostNetwork (in a PaddleJob, intranet Host) and reach the pods through a Service. Where RDMA needs the host's network, protect the nodes by other means and waive this rule with that reason.
#     host-network-template:
#       message: "hostNetwork is filled in from a template, so whether network policies reach the pods cannot be judged"
#       remedy: "Check the rendered manifest."
#     cannot-express:
#       message: "this kind does not say which labels its pods get, so whether a network policy selects them cannot be judged"
#       remedy: |-
#         Isolate the whole namespace by a NetworkPolicy with an empty podSelector, and check it in the cluster.
#     controller-label:
#       message: "whether a network policy isolates the {direction} of these pods depends on the label {detail}, which the controller sets: its value cannot be told from the manifest"
#       remedy: |-
#         Select the pods by a label of their template, or check the policy in the cluster.
#     namespace-option:
#       message: "a network policy selects pods with these labels, but it or the workload names no namespace: whether it isolates their {direction} depends on {detail}"
#       remedy: |-
#         Write metadata.namespace into both, or say with --namespace where objects live that name none.
#     namespace-labels:
#       message: "whether a network policy isolates the {direction} of these pods depends on the labels of the namespace {detail}, which is not in the set"
#       remedy: |-
#         Bring the manifest of the Namespace in with --with.
#     selector:
#       message: "whether the {direction} of these pods is isolated cannot be judged: {detail} cannot be evaluated"
#       remedy: |-
#         Correct it: a selector knows matchLabels with texts as values, and matchExpressions with In, NotIn (with values), Exists and DoesNotExist (without).
#     template:
#       message: "whether the {direction} of these pods is isolated cannot be judged: {detail} is filled in from a template"
#       remedy: "Check the rendered manifest."
#     no-cluster:
#       message: "whether the {direction} of these pods is isolated cannot be judged: not all network policies of the cluster are known"
#       remedy: "Give access to the cluster's network policies (paddlock audit --preflight names what is missing), or check the manifests with the policies beside them."
#     selects-nothing:
#       message: "this policy selects no pod of the set"
#       remedy: |-
#         Compare its selector with the labels of the pod templates (not of the Deployment itself) and its namespace with theirs. If its pods are kept elsewhere, bring them in with --with.
#     policy-selector:
#       message: "whom this policy selects cannot be judged: its selector is none that the API server takes"
#       remedy: |-
#         Correct the selector: matchLabels with texts as values, and matchExpressions with In, NotIn (with values), Exists and DoesNotExist (without).
#     policy-template:
#       message: "whom this policy selects cannot be judged: its selector is filled in from a template"
#       remedy: "Check the rendered manifest."
#   zh:
#     title: Pod 由网络策略隔离
#     rationale: |
#       没有被任何网络策略选中的 Pod，集群里所有 Pod 都能直接访问，网络能通到的其他来源也一样。推理服务大多不做调用方认证：只要连得上端口，就能占用 GPU 做推理、
#       读取指标，有些服务甚至允许加载别的模型。只需一条选中这些 Pod 并写明允许来源的 NetworkPolicy，默认就变成拒绝。多条策略取并集：只要有一条放行全部流量，
#       其余策略的隔离就都失效。由 Cilium、Calico 执行的策略，以及 Network Policy API 的集群级策略同样算数。使用主机网络的 Pod 不受任何网络策略约束。
#     message: "没有网络策略选中这些 Pod 并隔离其入站流量：集群内任何 Pod 都可以访问它们"
#     remedy: |-
#       在工作负载所在命名空间新增一条 NetworkPolicy，podSelector 与这里的标签一致，并在 ingress.from 中写明允许访问的来源（如网关、监控）。如果策略放在别的目录，用 --with 一并带入。
#     cases:
#       egress:
#         message: "没有网络策略选中这些 Pod 并隔离其出站流量：它们可以访问任意地址"
#         remedy: |-
#           新增一条选中这些 Pod 的 NetworkPolicy，policyTypes 中包含 Egress，在 egress.to 中写明需要访问的目标；别忘了放行 DNS（53 端口）。
#       part:
#         message: "没有网络策略选中 {part} 部分的 Pod 并隔离其入站流量：集群内任何 Pod 都可以访问它们"
#       part-egress:
#         message: "没有网络策略选中 {part} 部分的 Pod 并隔离其出站流量：它们可以访问任意地址"
#         remedy: |-
#           新增一条选中这些 Pod 的 NetworkPolicy，policyTypes 中包含 Egress，在 egress.to 中写明需要访问的目标；别忘了放行 DNS（53 端口）。
#       open:
#         message: "这些 Pod 虽已被网络策略选中，但 {policies} 放行了全部入站流量，其他策略不再起作用"
#         remedy: |-
#           在 {policies} 的 ingress.from 中写明允许访问的来源（namespaceSelector、podSelector，或范围足够小的 ipBlock），或者只放行确需对所有来源开放的端口。
#       open-egress:
#         message: "这些 Pod 虽已被网络策略选中，但 {policies} 放行了全部出站流量，其他策略不再起作用"
#         remedy: |-
#           在 {policies} 的 egress.to 中写明需要访问的目标，或者只放行所需端口。
#       host-network:
#         message: "Pod 使用主机网络，任何网络策略都管不到它"
#         remedy: |-
#           去掉 hostNetwork（PaddleJob 中为 intranet: Host），改由 Service 访问。若 RDMA 确需主机网络，请用其他手段保护节点，并写明原因豁免本规则。
#       host-network-template:
#         message: "hostNetwork 的值由模板填充，无法判断网络策略对这些 Pod 是否有效"
#         remedy: "请检查渲染后的清单。"
#       cannot-express:
#         message: "该类型没有写明 Pod 会带哪些标签，无法判断是否有网络策略选中它们"
#         remedy: |-
#           用一条 podSelector 为空的 NetworkPolicy 隔离整个命名空间，并在集群中确认生效。
#       controller-label:
#         message: "这些 Pod 的 {direction} 流量是否被隔离取决于标签 {detail}，它由控制器设置，从清单中得不到取值"
#         remedy: |-
#           改用 Pod 模板里的标签来选择，或者在集群中确认策略是否生效。
#       namespace-option:
#         message: "有网络策略的选择器与这些 Pod 的标签相符，但策略或工作负载没有写命名空间：能否隔离其 {direction} 流量取决于 {detail}"
#         remedy: |-
#           给两者都写上 metadata.namespace，或用 --namespace 指明未写命名空间的对象属于哪个命名空间。
#       namespace-labels:
#         message: "这些 Pod 的 {direction} 流量是否被隔离取决于命名空间 {detail} 的标签，而本次检查的清单中没有它"
#         remedy: |-
#           用 --with 带入该 Namespace 的清单。
#       selector:
#         message: "无法判断这些 Pod 的 {direction} 流量是否被隔离：{detail} 无法求值"
#         remedy: |-
#           请更正：选择器只接受值为字符串的 matchLabels，以及 matchExpressions 的 In、NotIn（须有 values）和 Exists、DoesNotExist（不得有 values）。
#       template:
#         message: "无法判断这些 Pod 的 {direction} 流量是否被隔离：{detail} 由模板填充"
#         remedy: "请检查渲染后的清单。"
#       no-cluster:
#         message: "无法判断这些 Pod 的 {direction} 流量是否被隔离：集群的网络策略未知，或没有读全"
#         remedy: "请提供读取集群网络策略的权限（paddlock audit --preflight 会列出所缺的权限），或把策略与工作负载的清单放在一起检查。"
#       selects-nothing:
#         message: "该策略没有选中本次检查的任何 Pod"
#         remedy: |-
#           请核对选择器与 Pod 模板（而不是 Deployment 自身）的标签，以及两者的命名空间。如果它的 Pod 定义在别处，用 --with 一并带入。
#       policy-selector:
#         message: "无法判断该策略选中哪些 Pod：它的选择器不会被 API Server 接受"
#         remedy: |-
#           请更正选择器：值为字符串的 matchLabels，以及 matchExpressions 的 In、NotIn（须有 values）和 Exists、DoesNotExist（不得有 values）。
#       policy-template:
#         message: "无法判断该策略选中哪些 Pod：它的选择器由模板填充"
#         remedy: "请检查渲染后的清单。"
#     parameters:
#       egress: 对出站流量提出同样的要求。
#       openPolicy: 有策略放行全部流量时的级别。
package paddlock.rules.network["network-policy"]

import data.paddlock.lib.result
import data.paddlock.lib.settings
import data.paddlock.lib.template

parameters := settings.parameters("network-policy")

violations contains result.fail_case("host-network", array.concat(pod.path, ["hostNetwork"]), {}) if {
	some pod in input.workload.pods
	pod.spec.hostNetwork == true
}

violations contains result.not_judged("host-network-template", array.concat(pod.path, ["hostNetwork"]), {}) if {
	some pod in input.workload.pods
	template.is_template(pod.spec.hostNetwork)
}

violations contains result.not_judged("cannot-express", pod.labelsPath, {}) if {
	some pod in input.workload.pods
	on_own_network(pod)
	"network" in pod.cannotExpress
}

violations contains verdict(direction, pod) if {
	some pod in input.workload.pods
	on_own_network(pod)
	not "network" in pod.cannotExpress
	some direction in directions
}

violations contains result.fail_level("info", "selects-nothing", input.policy.path, {}) if {
	input.policy.selects == "nothing"
}

violations contains result.not_judged(concat("-", ["policy", input.policy.reason]), input.policy.path, {}) if {
	input.policy.selects == "unknown"
}

directions contains "ingress"

directions contains "egress" if parameters.egress

on_own_network(pod) if not reaches_host(object.get(pod.spec, "hostNetwork", false))

reaches_host(true)

reaches_host(value) if template.is_template(value)

verdict(direction, pod) := exposed(direction, pod) if pod.network[direction].state == "not-isolated"

verdict("ingress", pod) := open("open", pod) if is_open(pod.network.ingress)

verdict("egress", pod) := open("open-egress", pod) if is_open(pod.network.egress)

verdict(direction, pod) := result.not_judged(isolation.reason, pod.labelsPath, args) if {
	isolation := pod.network[direction]
	isolation.state == "unknown"
	args := {"direction": direction, "detail": object.get(isolation, "detail", "")}
}

# The parts of a workload may all stand on the workload's name, so the words tell them apart.
exposed("ingress", pod) := result.fail(pod.labelsPath, {}) if is_whole

exposed("egress", pod) := result.fail_case("egress", pod.labelsPath, {}) if is_whole

exposed("ingress", pod) := result.fail_case("part", pod.labelsPath, {"part": pod.name}) if not is_whole

exposed("egress", pod) := result.fail_case("part-egress", pod.labelsPath, {"part": pod.name}) if not is_whole

is_whole if count(input.workload.pods) == 1

is_open(isolation) if {
	isolation.state == "isolated"
	count(isolation.open) > 0
}

open(name, pod) := result.fail_level("warning", name, pod.labelsPath, opened_by(name, pod)) if {
	parameters.openPolicy == "warning"
}

open(name, pod) := result.fail_case(name, pod.labelsPath, opened_by(name, pod)) if parameters.openPolicy == "error"

opened_by("open", pod) := {"policies": titles(pod.network.ingress.open)}

opened_by("open-egress", pod) := {"policies": titles(pod.network.egress.open)}

titles(policies) := [concat("/", [policy.kind, policy.name]) | some policy in policies]
