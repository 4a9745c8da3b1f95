# METADATA
# title: All of an object's pods can be seen
# description: |
#   Rules judge pods. Where a part of an object makes pods or changes them and cannot be read - a patch of the pod's spec
#   that a template fills in, a manifest that is created from a text which stands elsewhere, an old version of a kind that
#   keeps its pods in another place - nothing is known of a privileged container, a moving tag or a directory of the node
#   that come that way. Such a part is named, so that its silence is not taken for a pass. The webhook denies what is hidden
#   in texts where it enforces ("admission.onOpaquePatch").
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
#   message: "not judged: pods of this object cannot be seen"
#   remedy: Write the pods into the object itself.
#   cases:
#     kind-version: { message: 'not judged: where "{apiVersion}" of {kind} has its pods is not known', remedy: 'Write the object in a version that is known, or say under "kinds" of the configuration where its pods are.' }
#     patch-template: { message: "not judged: this patch of the pod is filled in by a template, which may put anything into it", remedy: "Write the patch without templates, or set its fields in the template of the Workflow itself, where they are." }
#     patch-unreadable: { message: "not judged: this patch is no strategic merge patch of a pod's spec that can be read", remedy: "Write a mapping of fields of the pod's spec, spelled as Kubernetes spells them." }
#     manifest-template: { message: "not judged: this manifest is filled in by a template, which may put anything into it", remedy: "Write the manifest without templates, or apply the object outside of the Workflow." }
#     manifest-unreadable: { message: "not judged: this manifest is no object, or only a part of one", remedy: "Write the whole object, with its apiVersion and kind." }
#     manifest-elsewhere: { message: "not judged: the manifest that is created here stands elsewhere", remedy: 'Write it under "manifest".' }
#   zh:
#     title: 对象的全部 Pod 都能看到
#     rationale: |
#       规则检查的是 Pod。如果对象里有一部分会生成或改动 Pod，却无法读取：由模板填入的 podSpecPatch、内容存放在别处的清单、把 Pod 写在
#       别的位置的旧版本类型，那么从这里混进来的特权容器、浮动标签、节点目录都无从得知。因此逐一指出这些部分，免得把没有结果当成通过。
#       Webhook 处于 enforce 模式时，藏在文本里的部分会被拒绝（见 admission.onOpaquePatch）。
#     message: 未判定：该对象的 Pod 无法看到
#     remedy: 把 Pod 直接写在对象里。
#     cases:
#       kind-version: { message: '未判定：不知道“{apiVersion}”的 {kind} 把 Pod 写在哪里', remedy: '改用已知的版本，或在配置的 kinds 中说明其 Pod 的位置。' }
#       patch-template: { message: "未判定：这个 Pod 补丁由模板填入，填入什么都有可能", remedy: "补丁中不要使用模板，或把这些字段直接写在 Workflow 的 template 中。" }
#       patch-unreadable: { message: "未判定：这不是可以读取的 Pod spec 策略合并补丁（strategic merge patch）", remedy: "写成 Pod spec 字段的映射，字段名的大小写与 Kubernetes 一致。" }
#       manifest-template: { message: "未判定：这份清单由模板填入，填入什么都有可能", remedy: "清单中不要使用模板，或在 Workflow 之外创建该对象。" }
#       manifest-unreadable: { message: "未判定：这份清单不是对象，或只是对象的一部分", remedy: "写出完整的对象，包括 apiVersion 和 kind。" }
#       manifest-elsewhere: { message: "未判定：这里创建的清单存放在别处", remedy: '把清单写在 manifest 字段中。' }
package paddlock.rules.delivery["known-kind"]

import data.paddlock.lib.result

# What cannot be seen is found before the rules are asked; each cause has its own words.
violations contains result.not_judged(part.why, part.path, part.args) if some part in input.unseen
