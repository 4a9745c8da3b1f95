# METADATA
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/
#     description: "Argo CD: tracking and deployment strategies"
#   - ref: https://argo-cd.readthedocs.io/en/stable/user-guide/projects/
#     description: "Argo CD: projects"
#   - ref: https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Template/
#     description: "Argo CD: templates of an ApplicationSet"
#   - ref: https://fluxcd.io/flux/components/source/gitrepositories/#reference
#     description: "Flux: the reference of a GitRepository"
#   - ref: https://fluxcd.io/flux/components/helm/helmreleases/#chart-template
#     description: "Flux: the chart of a HelmRelease"
# custom:
#   scope:
#     - argoproj.io/Application
#     - argoproj.io/ApplicationSet
#     - argoproj.io/AppProject
#     - source.toolkit.fluxcd.io/GitRepository
#     - source.toolkit.fluxcd.io/OCIRepository
#     - source.toolkit.fluxcd.io/HelmChart
#     - helm.toolkit.fluxcd.io/HelmRelease
#     - kustomize.toolkit.fluxcd.io/Kustomization
#   level: warning
#   parameters:
#     unpinned:
#       enum: [warning, error]
#       default: warning
#     requireTargetNamespace:
#       type: boolean
#       default: false
package paddlock.rules.delivery["argo-application"]

import data.paddlock.lib.result
import data.paddlock.lib.settings
import data.paddlock.lib.template

parameters := settings.parameters("argo-application")

# Previews of pull requests follow what is not merged yet: that is what they are for.
violations contains verdict(revision) if {
	some revision in revisions
	not previews_pull_requests
}

violations contains result.fail_level("error", "malformed", path, {}) if {
	some [path, value, types] in typed
	not type_name(value) in types
}

violations contains result.not_judged("project-template", array.concat(one.path, ["project"]), {"value": project}) if {
	some one in applications
	project := object.get(one.spec, "project", null)
	is_template(project)
}

violations contains result.fail_case("default-project", array.concat(one.path, ["project"]), {}) if {
	some one in applications
	one.spec.project == "default"
}

violations contains result.fail_case("default-project", array.concat(one.path, ["project"]), {}) if {
	some one in applications
	is_missing(one, ["project"])
}

violations contains result.fail_case("no-namespace", array.concat(one.path, ["destination", "namespace"]), {}) if {
	some one in applications
	is_missing(one, ["destination", "namespace"])
	type_name(object.get(one.spec, "destination", null)) in {"object", "null"}
	not is_given_by_sources(one)
}

violations contains result.not_judged("patch", ["spec", "templatePatch"], {}) if count(patched) > 0

violations contains result.fail_level("error", "any-source", ["spec", "sourceRepos", i], {}) if {
	input.resource.kind == "AppProject"
	some i, repository in input.object.spec.sourceRepos
	is_everything(repository)
}

violations contains result.fail_level("error", "any-destination", ["spec", "destinations", i, "namespace"], {}) if {
	input.resource.kind == "AppProject"
	some i, destination in input.object.spec.destinations
	is_everything(destination.namespace)
}

violations contains result.fail_case("no-target-namespace", ["spec", "targetNamespace"], {}) if {
	input.resource.kind == "Kustomization"
	parameters.requireTargetNamespace
	is_empty(object.get(input.object, ["spec", "targetNamespace"], null))
}

# What describes an application: where it stands, its spec, and whether it is only a part that another one is merged with.
applications contains {"path": path, "spec": spec, "partial": partial} if {
	some [path, spec, partial] in written
	is_object(spec)
}

written contains [["spec"], object.get(input.object, "spec", null), false] if input.resource.kind == "Application"

written contains [path, object.get(input.object, path, null), false] if {
	input.resource.kind == "ApplicationSet"
	path := ["spec", "template", "spec"]
}

written contains [array.concat(at, [type, "template", "spec"]), generator.template.spec, true] if {
	some [at, options] in generators
	some type, generator in options
}

# The generators of an ApplicationSet: some combine others, and these may once more.
generators contains [["spec", "generators", i], generator] if {
	input.resource.kind == "ApplicationSet"
	some i, generator in input.object.spec.generators
}

generators contains inner if {
	input.resource.kind == "ApplicationSet"
	some i, generator in input.object.spec.generators
	some inner in combined(["spec", "generators", i], generator)
}

generators contains inner if {
	input.resource.kind == "ApplicationSet"
	some i, generator in input.object.spec.generators
	some [at, outer] in combined(["spec", "generators", i], generator)
	some inner in combined(at, outer)
}

combined(at, generator) := {[array.concat(at, [type, "generators", i]), inner] |
	some type in ["matrix", "merge"]
	some i, inner in generator[type].generators
}

previews_pull_requests if {
	some [_, generator] in generators
	generator.pullRequest
}

# Keys that the patch at the end may set, whatever the template says.
patched contains key if {
	is_string(input.object.spec.templatePatch)
	some key in ["targetRevision", "project", "namespace"]
	contains(input.object.spec.templatePatch, key)
}

is_missing(one, keys) if {
	not one.partial
	is_empty(object.get(one.spec, keys, null))
	not keys[count(keys) - 1] in patched
	every other in applications { is_empty(object.get(other.spec, keys, null)) }
}

is_given_by_sources(one) if {
	sources := sources_of(one)
	sources != []
	every source in sources { names_namespace(source[1]) }
}

names_namespace(source) if {
	some tool in ["kustomize", "helm"]
	not is_empty(object.get(source, [tool, "namespace"], null))
}

# Where there are `sources`, Argo CD does not look at `source`. A source that is hydrated stands in a place of its own.
sources_of(one) := [[array.concat(one.path, ["sources", i]), source] |
	some i, source in one.spec.sources
] if {
	is_array(one.spec.sources)
	one.spec.sources != []
} else := [[array.concat(one.path, at), source] |
	some at in [["source"], ["sourceHydrator", "drySource"]]
	source := object.get(one.spec, at, null)
	source != null
]

# What is read here, with the type that it must have for that.
typed contains [path, value, {"object"}] if some [path, value, _] in written

typed contains [path, source, {"object"}] if {
	some one in applications
	some [path, source] in sources_of(one)
}

typed contains [array.concat(one.path, [key]), object.get(one.spec, key, null), {type, "null"}] if {
	some one in applications
	some key, type in {"sources": "array", "destination": "object", "project": "string"}
}

typed contains [path, object.get(input.object, path, null), {type, "null"}] if {
	some [path, type] in read[input.resource.kind]
}

read := {
	"ApplicationSet": [[["spec", "generators"], "array"]],
	"AppProject": [[["spec", "sourceRepos"], "array"], [["spec", "destinations"], "array"]],
	"GitRepository": [[["spec", "ref"], "object"]],
	"OCIRepository": [[["spec", "ref"], "object"]],
	"HelmRelease": [[["spec", "chart"], "object"], [["spec", "chart", "spec"], "object"]],
	"HelmChart": [[["spec"], "object"]],
}

# What says which state is deployed: where it stands, what it says, and how that is read.
revisions contains {"path": array.concat(path, ["targetRevision"]), "value": value, "format": format(source)} if {
	some one in applications
	not "targetRevision" in patched
	some [path, source] in sources_of(one)
	is_object(source)
	value := object.get(source, "targetRevision", null)
	not is_left_to_another(one, value)
}

revisions contains {"path": ["spec", "ref", key], "value": ref[key], "format": format} if {
	[key, format] := [each |
		some each in references[input.resource.kind]
		not is_empty(object.get(ref, each[0], null))
	][0]
}

revisions contains {"path": ["spec", "ref"], "value": null, "format": input.resource.kind} if {
	every each in references[input.resource.kind] { is_empty(object.get(ref, each[0], null)) }
}

ref := {} if {
	object.get(input.object, ["spec", "ref"], null) == null
} else := input.object.spec.ref

revisions contains chart_version(["spec", "chart", "spec"], input.object.spec.chart.spec) if {
	input.resource.kind == "HelmRelease"
}

revisions contains chart_version(["spec"], input.object.spec) if input.resource.kind == "HelmChart"

# A chart out of a Git repository or a bucket is as pinned as that source is.
chart_version(path, spec) := {
	"path": array.concat(path, ["version"]),
	"value": object.get(spec, "version", null),
	"format": "chart",
} if {
	not object.get(spec, ["sourceRef", "kind"], "HelmRepository") in {"GitRepository", "Bucket"}
}

# Of several references, Flux takes the first of these that is there. The second word says how it is read.
references := {
	"GitRepository": [["commit", "commit"], ["name", "git"], ["semver", "semver"], ["tag", "git"], ["branch", "branch"]],
	"OCIRepository": [["digest", "digest"], ["semver", "semver"], ["tag", "image"]],
}

# The template of a generator and that of the set are merged: one of them must name the revision.
is_left_to_another(one, value) if {
	is_empty(value)
	one.partial
}

is_left_to_another(one, value) if {
	is_empty(value)
	some other in applications
	other.path != one.path
	some [_, source] in sources_of(other)
	not is_empty(object.get(source, "targetRevision", null))
}

format(source) := "chart" if {
	not is_empty(object.get(source, "chart", null))
} else := "image" if {
	is_string(source.repoURL)
	startswith(source.repoURL, "oci://")
} else := "git"

verdict(revision) := result.fail_level("error", "no-text", revision.path, {"value": revision.value}) if {
	not type_name(revision.value) in {"string", "null"}
} else := result.not_judged("template", revision.path, {"value": revision.value}) if {
	is_template(revision.value)
} else := unpinned(absent[revision.format], revision.path, {}) if {
	is_empty(revision.value)
} else := unpinned("head", revision.path, {"value": revision.value}) if {
	revision.value == "HEAD"
} else := unpinned("range", revision.path, {"value": revision.value}) if {
	not is_pinned(revision.format, revision.value)
	is_range(revision.format, revision.value)
} else := unpinned("moving", revision.path, {"value": revision.value}) if {
	not is_pinned(revision.format, revision.value)
}

unpinned(name, path, args) := result.fail_level(parameters.unpinned, name, path, args)

absent := {
	"git": "no-revision",
	"GitRepository": "no-ref",
	"chart": "no-version",
	"image": "no-tag",
	"OCIRepository": "no-tag",
}

is_pinned(format, value) if {
	format == "git"
	not regex.match(`^(refs/)?(heads|pull|merge-requests)/|^(feat|feature|fix|bugfix|hotfix)/`, value)
	not is_range("git", value)
	is_version_tag(value)
}

is_pinned(format, value) if {
	format in {"git", "commit"}
	is_commit(value)
}

is_pinned(format, value) if {
	format in {"chart", "semver", "image"}
	regex.match(`^=? *[vV]?\d+\.\d+\.\d+([-+_][0-9A-Za-z.+_-]+)?$`, value)
}

is_pinned(format, value) if {
	format in {"image", "digest", "chart"}
	regex.match(`^sha256:[0-9a-f]{64}$`, value)
}

# A tag of an image may be moved like any other, but nobody moves one that names a whole version, a date or a commit.
is_pinned("image", value) if {
	not is_two_numbers(value)
	not is_range("image", value)
	is_version_tag(value)
}

is_pinned("image", value) if is_commit(value)

# Three numbers wherever they stand, with what follows them.
is_version_tag(value) if regex.match(`(^|[^0-9.])\d+\.\d+\.\d+([-.+_]?[0-9A-Za-z][0-9A-Za-z.+_-]*)?$`, value)

is_version_tag(value) if is_two_numbers(value)

# A date.
is_version_tag(value) if regex.match(`(^|[^0-9])20\d\d-?[01]\d-?[0-3]\d([^0-9]|$)`, value)

# A build number.
is_version_tag(value) if regex.match(`^\d{5,}$`, value)

# Two numbers are a release where nothing but a folder stands before them: release-1.2 is the name of a branch.
is_two_numbers(value) if regex.match(`^(.*/)?[vV]?\d+\.\d+([-+][0-9A-Za-z.+-]+)?$`, value)

is_commit(value) if {
	regex.match(`^[0-9a-fA-F]{7,40}$`, value)
	regex.match(`\d`, value)
}

is_commit(value) if regex.match(`^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$`, value)

is_range(_, value) if regex.match(`[*^~<>=|, ]|(^|\.)[xX](\.|$)`, value)

is_range(format, value) if {
	format in {"chart", "semver"}
	regex.match(`^[vV]?\d+(\.\d+)?$`, value)
}

is_everything(pattern) if pattern in {"*", "**"}

is_empty(value) if value in {null, ""}

# What another tool puts in: {{ … }}, ${…}, $(…), $NAME, <name>, __NAME__, {name}.
is_template(value) if template.is_template(value)

is_template(value) if {
	is_string(value)
	regex.match(`^(\$\w+|<[^<>=]+>|__\w+__|\{[^{}]+\}|@\w+@|#\{.*)$`, value)
}
