import { type Getter, servedKinds } from "../discovery.ts";

/** An API of the cluster that holds reports: that of OpenReports, or of the policy working group before it. */
export interface ReportApi {
  readonly name: "openreports" | "wgpolicy";
  readonly group: string;
  readonly version: string;
  /** For objects of a namespace. */
  readonly namespaced: ReportKind;
  /** For objects of none. */
  readonly cluster: ReportKind;
  /** Whether the report itself names its source, besides each result. */
  readonly hasSource: boolean;
}

export interface ReportKind {
  readonly kind: string;
  readonly plural: string;
}

/** In order of preference. Sources: https://openreports.io, https://github.com/kubernetes-sigs/wg-policy-prototypes */
export const REPORT_APIS: readonly ReportApi[] = [
  {
    name: "openreports",
    group: "openreports.io",
    version: "v1alpha1",
    namespaced: { kind: "Report", plural: "reports" },
    cluster: { kind: "ClusterReport", plural: "clusterreports" },
    hasSource: true,
  },
  {
    name: "wgpolicy",
    group: "wgpolicyk8s.io",
    version: "v1alpha2",
    namespaced: { kind: "PolicyReport", plural: "policyreports" },
    cluster: { kind: "ClusterPolicyReport", plural: "clusterpolicyreports" },
    hasSource: false,
  },
];

export function apiVersionOf({ group, version }: Pick<ReportApi, "group" | "version">): string {
  return `${group}/${version}`;
}

/**
 * The APIs for reports that a cluster serves.
 * @param groups all that it serves
 */
export async function servedReportApis(
  client: Getter,
  groups: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<readonly ReportApi[]> {
  const found: ReportApi[] = [];
  for (const api of REPORT_APIS) {
    if (!groups.has(api.group)) continue;
    const kinds = await servedKinds(client, api.group, { signal });
    if (kinds.some(({ version, kind }) => version === api.version && kind === api.namespaced.kind)) found.push(api);
  }
  return found;
}
