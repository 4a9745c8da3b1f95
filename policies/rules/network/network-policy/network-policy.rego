# METADATA
# scope: package
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
#   scope:
#     - workload
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
#   needs: [network]
#   level: error
#   owned_pods: warn
#   mended_later: ["", egress, part, part-egress]
#   parameters:
#     egress:
#       type: boolean
#       default: false
#     openPolicy:
#       type: string
#       enum: [warning, error]
#       default: warning
#   computed_cases: [controller-label, namespace-option, namespace-labels, selector, template, no-cluster,
#     policy-selector, policy-template]
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
