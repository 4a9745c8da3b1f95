# METADATA
# description: Which containers of a pod a rule is about.
package paddlock.lib.containers

# METADATA
# description: |
#   The containers of a pod that serve a model: the regular ones that carry a sign of Paddle themselves; where none does,
#   all regular ones but those that a mesh or a controller injects (their names are a parameter). The part of a kind
#   without container lists is a regular container.
model_serving(pod, injected) := signed if {
	signed := [container |
		some container in pod.containers
		container.paddleSign
		is_regular(container)
	]
	signed != []
} else := [container |
	some container in pod.containers
	is_regular(container)
	not container.name in injected
]

# METADATA
# description: Whether a container runs beside the others for the pod's life, neither before them nor for debugging.
is_regular(container) if not container.role in {"initContainer", "sidecar", "ephemeralContainer"}
