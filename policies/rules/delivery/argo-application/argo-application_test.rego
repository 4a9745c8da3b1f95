package paddlock.rules.delivery["argo-application_test"]

import data.paddlock.rules.delivery["argo-application"] as rule

asked := {"unpinned": "warning", "requireTargetNamespace": false}

said(kind, spec) := judged({"resource": {"kind": kind}, "object": {"kind": kind, "spec": spec}}, asked)

judged(object, parameters) := violations if {
	violations := rule.violations with input as object with rule.parameters as parameters
}

application(source) := {
	"project": "ocr",
	"destination": {"namespace": "ocr", "server": "https://kubernetes.default.svc"},
	"source": source,
}

git(revision) := {"repoURL": "https://git.example.com/ocr", "path": "deploy", "targetRevision": revision}

chart(revision) := {"repoURL": "https://charts.example.com", "chart": "ocr", "targetRevision": revision}

image(revision) := {"repoURL": "oci://registry.example.com/ocr", "path": ".", "targetRevision": revision}

at := ["spec", "source", "targetRevision"]

warned(name, path, args) := {{"level": "warning", "case": name, "path": path, "args": args}}

test_success_pinned_git if {
	every revision in [
		"v1.2.3", "1.2.3", "V1.2.3", "v1.2", "2.31", "v1.2.3-rc.1", "1.2.3+build.5", "app/v1.2.3", "ocr-1.2.3", "ocr@1.2.3",
		"refs/tags/v1.2.3", "release-1.2.3", "2024-01-31", "20240131", "RELEASE.2024-01-31T08-50-41Z", "123456",
		"5ab7e4a", "5ab7e4a0c1f2d3e4b5a6978877665544332211ff", "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
		"v1.2.3-14-g2414721", "2024.05.01", "v1.2.3.4",
	] {
		said("Application", application(git(revision))) == set()
	}
}

test_fail_moving_git if {
	every revision in [
		"main", "master", "develop", "v1", "1", "stable", "latest", "release-1.2", "heads/v1.2.3", "refs/heads/v1.2.3",
		"refs/pull/7/head", "feature/upgrade-to-1.2.3", "defaced", "abc12", "production", "head",
	] {
		said("Application", application(git(revision))) == warned("moving", at, {"value": revision})
	}
}

test_fail_head if said("Application", application(git("HEAD"))) == warned("head", at, {"value": "HEAD"})

test_fail_no_revision if {
	every revision in [null, ""] {
		said("Application", application(git(revision))) == warned("no-revision", at, {})
	}
	said("Application", application({"repoURL": "https://git.example.com/ocr"})) == warned("no-revision", at, {})
}

test_fail_range if {
	every revision in ["1.*", "*", "1.x", "1.2.X", ">=1.0.0", ">=1.0.0 <2.0.0", "^1.2.3", "~1.2.3", "1.2.3 || 1.3.0"] {
		said("Application", application(git(revision))) == warned("range", at, {"value": revision})
		said("Application", application(chart(revision))) == warned("range", at, {"value": revision})
	}
}

# To Helm, a version that is not whole is a range.
test_fail_partial_chart_version if {
	every revision in ["1", "1.2", "v1.2"] {
		said("Application", application(chart(revision))) == warned("range", at, {"value": revision})
	}
}

test_success_pinned_chart if {
	every revision in ["1.2.3", "v1.2.3", "=1.2.3", "= 1.2.3", "1.2.3-rc.1", "1.2.3+abc"] {
		said("Application", application(chart(revision))) == set()
	}
}

test_fail_chart if {
	said("Application", application(chart("latest"))) == warned("moving", at, {"value": "latest"})
	said("Application", application(chart("5ab7e4a"))) == warned("moving", at, {"value": "5ab7e4a"})
	said("Application", application(chart(""))) == warned("no-version", at, {})
}

test_success_pinned_image if {
	every revision in [
		concat("", ["sha256:", "5ab7e4a0c1f2d3e4b5a6978877665544", "5ab7e4a0c1f2d3e4b5a6978877665544"]),
		"1.2.3", "v1.2.3", "1.2.3_abc", "5ab7e4a0c1",
	] {
		said("Application", application(image(revision))) == set()
	}
}

test_fail_image if {
	said("Application", application(image("latest"))) == warned("moving", at, {"value": "latest"})
	said("Application", application(image("1.2"))) == warned("moving", at, {"value": "1.2"})
	said("Application", application(image("sha256:123"))) == warned("moving", at, {"value": "sha256:123"})
	said("Application", application(image(null))) == warned("no-tag", at, {})
}

test_fail_number if {
	said("Application", application(git(1.1))) == {{
		"level": "error",
		"case": "no-text",
		"path": at,
		"args": {"value": 1.1},
	}}
}

test_fail_not_judged_template if {
	every revision in [
		"{{branch}}", "{{ .revision }}", "${REVISION}", "$(revision)", "$REVISION", "<revision>", "__REVISION__",
		"{revision}", "@REVISION@", "#{revision}#", "v{{ .version }}",
	] {
		said("Application", application(git(revision))) == {{
			"outcome": "not-judged",
			"case": "template",
			"path": at,
			"args": {"value": revision},
		}}
	}
}

test_fail_level_of_unpinned if {
	object := {"resource": {"kind": "Application"}, "object": {"spec": application(git("main"))}}
	judged(object, object_with_error) == {{"level": "error", "case": "moving", "path": at, "args": {"value": "main"}}}
}

object_with_error := object.union(asked, {"unpinned": "error"})

# Every one of them, the one that only holds values too; `source` is not looked at beside them.
test_fail_every_source if {
	spec := object.union(object.remove(application({}), ["source"]), {"sources": [
		object.union(chart("1.2.3"), {"helm": {"valueFiles": ["$values/ocr.yaml"]}}),
		{"repoURL": "https://git.example.com/values", "targetRevision": "main", "ref": "values"},
		chart("1.*"),
	]})
	said("Application", object.union(spec, {"source": git("main")})) == {
		{"level": "warning", "case": "moving", "path": ["spec", "sources", 1, "targetRevision"], "args": {"value": "main"}},
		{"level": "warning", "case": "range", "path": ["spec", "sources", 2, "targetRevision"], "args": {"value": "1.*"}},
	}
}

test_fail_empty_sources_leave_source if {
	spec := object.union(application(git("main")), {"sources": []})
	said("Application", spec) == warned("moving", at, {"value": "main"})
}

test_fail_hydrated_source if {
	spec := object.union(object.remove(application({}), ["source"]), {"sourceHydrator": {
		"drySource": git("HEAD"),
		"syncSource": {"targetBranch": "environments/production", "path": "ocr"},
	}})
	path := ["spec", "sourceHydrator", "drySource", "targetRevision"]
	said("Application", spec) == warned("head", path, {"value": "HEAD"})
}

test_fail_default_project if {
	found := {{"case": "default-project", "path": ["spec", "project"], "args": {}}}
	every project in ["default", "", null] {
		said("Application", object.union(application(git("v1.2.3")), {"project": project})) == found
	}
	said("Application", object.remove(application(git("v1.2.3")), ["project"])) == found
}

test_fail_not_judged_project if {
	said("Application", object.union(application(git("v1.2.3")), {"project": "{{project}}"})) == {{
		"outcome": "not-judged",
		"case": "project-template",
		"path": ["spec", "project"],
		"args": {"value": "{{project}}"},
	}}
}

test_fail_no_namespace if {
	found := {{"case": "no-namespace", "path": ["spec", "destination", "namespace"], "args": {}}}
	said("Application", object.remove(application(git("v1.2.3")), ["destination"])) == found
	said("Application", object.union(application(git("v1.2.3")), {"destination": {"namespace": ""}})) == found
}

test_success_namespace_of_the_source if {
	every tool in ["kustomize", "helm"] {
		source := object.union(git("v1.2.3"), {tool: {"namespace": "ocr"}})
		said("Application", object.remove(application(source), ["destination"])) == set()
	}
}

test_fail_malformed if {
	malformed := {"level": "error", "case": "malformed", "args": {}}
	every key, value in {"sources": {}, "destination": "ocr", "project": 1, "source": ["x"]} {
		found := said("Application", object.union(application(git("v1.2.3")), {key: value}))
		object.union(malformed, {"path": ["spec", key]}) in found
	}
	said("Application", null) == {object.union(malformed, {"path": ["spec"]})}
	said("AppProject", {"sourceRepos": "*", "destinations": "*"}) == {
		object.union(malformed, {"path": ["spec", "sourceRepos"]}),
		object.union(malformed, {"path": ["spec", "destinations"]}),
	}
	said("GitRepository", {"ref": "main"}) == {object.union(malformed, {"path": ["spec", "ref"]})}
	said("HelmRelease", {"chart": "ocr"}) == {object.union(malformed, {"path": ["spec", "chart"]})}
}

set_of(generators, spec) := {"generators": generators, "template": {"spec": spec}}

in_set := ["spec", "template", "spec", "source", "targetRevision"]

test_fail_application_set if {
	said("ApplicationSet", set_of([{"list": {"elements": [{"template": {"spec": "x"}}]}}], application(git("HEAD")))) == warned(
		"head", in_set,
		{"value": "HEAD"},
	)
}

test_fail_application_set_without_template if {
	said("ApplicationSet", {"generators": []}) == {{
		"level": "error",
		"case": "malformed",
		"path": ["spec", "template", "spec"],
		"args": {},
	}}
}

# At every depth: a set of pull requests is of what is not merged yet. The rest of the rule is for it, too.
test_success_previews_of_pull_requests if {
	pulls := {"pullRequest": {"github": {"owner": "ocr", "repo": "ocr"}}}
	every generators in [
		[pulls],
		[{"matrix": {"generators": [{"clusters": {}}, pulls]}}],
		[{"merge": {"generators": [{"clusters": {}}, {"matrix": {"generators": [pulls]}}]}}],
	] {
		every revision in ["{{head_sha}}", "HEAD", "{{branch}}"] {
			said("ApplicationSet", set_of(generators, application(git(revision)))) == set()
		}
	}
	spec := object.remove(application(git("{{head_sha}}")), ["project"])
	path := ["spec", "template", "spec", "project"]
	said("ApplicationSet", set_of([pulls], spec)) == {{"case": "default-project", "path": path, "args": {}}}
}

# What a generator's own template says stands beside the set's: there it is judged, and what it says is not missing.
test_fail_template_of_a_generator if {
	part := {"source": {"targetRevision": "main"}, "project": "ocr", "destination": {"namespace": "ocr"}}
	generators := [{"matrix": {"generators": [{"git": {"template": {"spec": part}}}]}}]
	spec := {"source": {"repoURL": "https://git.example.com/ocr"}}
	path := array.concat(
		["spec", "generators", 0, "matrix", "generators", 0, "git", "template", "spec"],
		["source", "targetRevision"],
	)
	said("ApplicationSet", set_of(generators, spec)) == warned("moving", path, {"value": "main"})
}

test_success_empty_template_of_a_generator if {
	generators := [{"list": {"elements": [], "template": {"spec": {"project": "", "source": {"repoURL": ""}}}}}]
	said("ApplicationSet", set_of(generators, application(git("v1.2.3")))) == set()
}

test_fail_not_judged_patch if {
	spec := set_of([{"clusters": {}}], {"source": git("HEAD"), "destination": {}, "project": ""})
	patch := "spec:\n  source: {targetRevision: x}\n  project: y\n  destination: {namespace: z}\n"
	said("ApplicationSet", object.union(spec, {"templatePatch": patch})) == {{
		"outcome": "not-judged",
		"case": "patch",
		"path": ["spec", "templatePatch"],
		"args": {},
	}}
}

test_fail_application_set_beside_a_patch_of_something_else if {
	spec := object.union(set_of([], application(git("HEAD"))), {"templatePatch": "metadata: {labels: {a: b}}"})
	said("ApplicationSet", spec) == warned("head", in_set, {"value": "HEAD"})
}

test_fail_project_of_everything if {
	spec := {
		"sourceRepos": ["https://git.example.com/*", "*"],
		"destinations": [
			{"server": "*", "namespace": "ocr"},
			{"server": "https://kubernetes.default.svc", "namespace": "*"},
			{"server": "*", "namespace": "ocr-*"},
			{"server": "*", "namespace": "!kube-system"},
			{"name": "*", "namespace": "**"},
		],
	}
	said("AppProject", spec) == {
		{"level": "error", "case": "any-source", "path": ["spec", "sourceRepos", 1], "args": {}},
		{"level": "error", "case": "any-destination", "path": ["spec", "destinations", 1, "namespace"], "args": {}},
		{"level": "error", "case": "any-destination", "path": ["spec", "destinations", 4, "namespace"], "args": {}},
	}
}

test_success_project if said("AppProject", {"sourceRepos": ["https://git.example.com/ocr"]}) == set()

test_fail_git_repository if {
	path := ["spec", "ref"]
	every spec in [{}, {"ref": {}}, {"ref": null}, {"ref": {"branch": ""}}] {
		said("GitRepository", spec) == warned("no-ref", path, {})
	}
	every key, value in {"branch": "v1.2.3", "tag": "stable", "name": "refs/heads/main", "commit": "5ab7"} {
		said("GitRepository", {"ref": {key: value}}) == warned("moving", array.concat(path, [key]), {"value": value})
	}
	said("GitRepository", {"ref": {"semver": "1.2"}}) == warned("range", ["spec", "ref", "semver"], {"value": "1.2"})
}

# The first of commit, name, semver, tag and branch decides.
test_fail_git_repository_by_precedence if {
	said("GitRepository", {"ref": {"branch": "main", "tag": "v1.2.3"}}) == set()
	said("GitRepository", {"ref": {"branch": "main", "commit": "5ab7e4a0c1f2d3e4b5a6978877665544332211ff"}}) == set()
	range := warned("range", ["spec", "ref", "semver"], {"value": ">=1.0.0"})
	said("GitRepository", {"ref": {"tag": "v1.2.3", "semver": ">=1.0.0"}}) == range
	said("GitRepository", {"ref": {"name": "refs/tags/v1.2.3", "semver": ">=1.0.0"}}) == set()
	said("GitRepository", {"ref": {"semver": "1.2.3"}}) == set()
}

test_fail_oci_repository if {
	said("OCIRepository", {}) == warned("no-tag", ["spec", "ref"], {})
	said("OCIRepository", {"ref": {"tag": "latest"}}) == warned("moving", ["spec", "ref", "tag"], {"value": "latest"})
	said("OCIRepository", {"ref": {"tag": "1.2.3"}}) == set()
	said("OCIRepository", {"ref": {"semver": "1.x", "tag": "1.2.3"}}) == warned(
		"range", ["spec", "ref", "semver"],
		{"value": "1.x"},
	)
}

test_fail_helm_release if {
	path := ["spec", "chart", "spec", "version"]
	every version in [null, ""] {
		said("HelmRelease", {"chart": {"spec": {"chart": "ocr", "version": version}}}) == warned("no-version", path, {})
	}
	said("HelmRelease", {"chart": {"spec": {"version": "4.*"}}}) == warned("range", path, {"value": "4.*"})
	said("HelmChart", {"chart": "ocr", "version": "4"}) == warned("range", ["spec", "version"], {"value": "4"})
}

test_success_helm_release if {
	said("HelmRelease", {"chart": {"spec": {"version": "4.1.2"}}}) == set()
	said("HelmRelease", {"chartRef": {"kind": "OCIRepository", "name": "ocr"}}) == set()
	every kind in ["GitRepository", "Bucket"] {
		said("HelmRelease", {"chart": {"spec": {"chart": "./ocr", "sourceRef": {"kind": kind}}}}) == set()
	}
}

test_fail_kustomization_without_target_namespace if {
	object := {"resource": {"kind": "Kustomization"}, "object": {"spec": {"path": "./ocr"}}}
	judged(object, {"unpinned": "error", "requireTargetNamespace": true}) == {{
		"case": "no-target-namespace",
		"path": ["spec", "targetNamespace"],
		"args": {},
	}}
	judged(object, asked) == set()
}

test_success_kustomization if {
	object := {"resource": {"kind": "Kustomization"}, "object": {"spec": {"targetNamespace": "ocr"}}}
	judged(object, {"unpinned": "error", "requireTargetNamespace": true}) == set()
}

test_fail_malformed_destination_is_said_once if {
	said("Application", object.union(application(git("v1.2.3")), {"destination": "ocr"})) == {{
		"level": "error",
		"case": "malformed",
		"path": ["spec", "destination"],
		"args": {},
	}}
}

test_fail_image_range if {
	said("Application", application(image(">=1.2.3"))) == warned("range", at, {"value": ">=1.2.3"})
}

test_fail_commit_is_no_digest if {
	digest := concat("", ["sha256:", "5ab7e4a0c1f2d3e4b5a6978877665544", "5ab7e4a0c1f2d3e4b5a6978877665544"])
	said("GitRepository", {"ref": {"tag": digest}}) == warned("moving", ["spec", "ref", "tag"], {"value": digest})
}
