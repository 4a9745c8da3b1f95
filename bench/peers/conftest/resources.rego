package main

accelerator(resource) if {
	regex.match(`^(nvidia|baidu|kunlunxin|huawei|hygon|cambricon|iluvatar|enflame|metax-tech)\.(com|ai)/`, resource)
}

deny contains message if {
	some each in containers
	some resource, wanted in each.container.resources.requests
	accelerator(resource)
	given := object.get(each.container.resources, ["limits", resource], null)
	given != wanted
	not same_quantity(given, wanted)
	message := sprintf("%s: container %s requests %v of %s, its limit is %v", [
		name,
		each.container.name,
		wanted,
		resource,
		given,
	])
}

same_quantity(a, b) if units.parse(sprintf("%v", [a])) == units.parse(sprintf("%v", [b]))

warn contains message if {
	some each in containers
	some path in [["requests", "cpu"], ["requests", "memory"], ["limits", "memory"]]
	object.get(each.container, array.concat(["resources"], path), null) == null
	not is_defaulted(each.container, path)
	message := sprintf("%s: container %s has no %s", [name, each.container.name, concat(".", path)])
}

# A limit alone sets its request.
is_defaulted(container, ["requests", resource]) if container.resources.limits[resource]
