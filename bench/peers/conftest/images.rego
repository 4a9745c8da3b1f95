package main

deny contains message if {
	some each in containers
	image := each.container.image
	not contains(image, "@sha256:")
	not regex.match(`:[^/]+$`, image)
	message := sprintf("%s: image %q has no tag", [name, image])
}

deny contains message if {
	some each in containers
	image := each.container.image
	not contains(image, "@sha256:")
	tag := regex.find_n(`[^:/]+$`, image, 1)[0]
	contains(image, sprintf(":%s", [tag]))
	regex.match(`^(latest|nightly|ci|edge|stable|develop|dev|test|main|master)(-|$)|-(latest|nightly)$`, tag)
	message := sprintf("%s: tag of image %q moves", [name, image])
}

deny contains message if {
	some each in containers
	image := each.container.image
	contains(image, "@")
	not regex.match(`@sha256:[0-9a-f]{64}$`, image)
	message := sprintf("%s: image %q has a broken digest", [name, image])
}
