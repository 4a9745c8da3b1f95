import type { KindRow } from "../pods/kind-row.ts";
import { nestedReading } from "../pods/nested-objects.ts";

/** Kinds that carry whole objects of others, which their controllers create. */
export const WRAPPER_ROWS: readonly KindRow[] = [
  // Source: project-codeflare/appwrapper, api/v1beta2/appwrapper_types.go; the second place is that of the versions before.
  wrapperRow(["workload.codeflare.dev", "mcad.ibm.com"], "AppWrapper", [
    "spec.components[].template",
    "spec.resources.GenericItems[].generictemplate",
  ]),
  // Source: open-cluster-management-io/api, work/v1/types.go
  wrapperRow(["work.open-cluster-management.io"], "ManifestWork", ["spec.workload.manifests[]"]),
  // Source: karmada-io/karmada, work_types.go of work.karmada.io/v1alpha1
  wrapperRow(["work.karmada.io"], "Work", ["spec.workload.manifests[]"]),
  // Source: crossplane-contrib/provider-kubernetes, apis/object
  wrapperRow(["kubernetes.crossplane.io", "kubernetes.m.crossplane.io"], "Object", ["spec.forProvider.manifest"]),
  // Source: openshift/api, template/v1/types.go; its parameters stand as `${NAME}`.
  { ...wrapperRow(["template.openshift.io", ""], "Template", ["objects[]"]), expands: true },
];

function wrapperRow(groups: readonly string[], kind: string, patterns: readonly string[]): KindRow {
  return {
    groups,
    kind,
    nature: "batch",
    reading: (resource, nesting, readNested) => nestedReading(resource, patterns, readNested, nesting),
  };
}
