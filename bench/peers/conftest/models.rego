package main

# By the name of the mount alone: to follow flags, variables and defaults of the servers takes a program.
model_mounts := [{"container": each.container, "mount": mount, "volume": volume} |
	some each in servers
	some mount in each.container.volumeMounts
	contains(lower(sprintf("%s %s", [mount.name, mount.mountPath])), "model")
	some volume in each.pod.volumes
	volume.name == mount.name
]

deny contains message if {
	some each in model_mounts
	some kind in ["hostPath", "emptyDir"]
	each.volume[kind]
	message := sprintf("%s: container %s has its models on %s", [name, each.container.name, kind])
}

warn contains message if {
	some each in model_mounts
	not object.get(each.mount, "readOnly", false)
	message := sprintf("%s: container %s mounts its models writable", [name, each.container.name])
}
