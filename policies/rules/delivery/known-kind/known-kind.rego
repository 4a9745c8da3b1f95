# METADATA
# scope: package
# schemas:
#   - input: schema.input
# related_resources:
#   - ref: https://argo-workflows.readthedocs.io/en/latest/fields/
#     description: "Argo Workflows: podSpecPatch, templateDefaults and resource templates"
#   - ref: https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
#     description: "Kubernetes: strategic merge patches"
# custom:
#   scope: object
#   needs: [unseen]
#   level: info
#   computed_cases: [kind-version, patch-template, patch-unreadable, manifest-template, manifest-unreadable,
#     manifest-elsewhere, flat, partial, reference, text, wrapped]
package paddlock.rules.delivery["known-kind"]

import data.paddlock.lib.result

# What cannot be seen is found before the rules are asked; each cause has its own words.
violations contains result.not_judged(part.why, part.path, part.args) if some part in input.unseen
