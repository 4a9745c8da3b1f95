import { objectList } from "./build-node.ts";
import type { Definitions, RootKind, SchemaCatalogue, SchemaNode } from "./schema-node.ts";

/**
 * Fields that the published schema leaves open and the API server asks for all the same (its validation code, not its
 * schema, refuses the object). Only those whose absence is refused in every case.
 */
const ALSO_REQUIRED: { readonly [definition: string]: readonly string[] } = {
  IoK8sApiCoreV1Container: ["image"],
  IoK8sApiCoreV1EphemeralContainer: ["image"],
  IoK8sApiCoreV1PodTemplateSpec: ["spec"],
  IoK8sApiCoreV1PodTemplate: ["template"],
  IoK8sApiCoreV1Pod: ["spec"],
  IoK8sApiCoreV1ReplicationController: ["spec"],
  IoK8sApiCoreV1ReplicationControllerSpec: ["template"],
  IoK8sApiCoreV1Service: ["spec"],
  IoK8sApiCoreV1PersistentVolume: ["spec"],
  IoK8sApiCoreV1PersistentVolumeClaim: ["spec"],
  IoK8sApiCoreV1PersistentVolumeClaimSpec: ["accessModes"],
  IoK8sApiAppsV1Deployment: ["spec"],
  IoK8sApiAppsV1StatefulSet: ["spec"],
  IoK8sApiAppsV1DaemonSet: ["spec"],
  IoK8sApiAppsV1ReplicaSet: ["spec"],
  IoK8sApiAppsV1ReplicaSetSpec: ["template"],
  IoK8sApiBatchV1Job: ["spec"],
  IoK8sApiBatchV1JobTemplateSpec: ["spec"],
  IoK8sApiAutoscalingV1CrossVersionObjectReference: ["kind"],
  IoK8sApiAutoscalingV2CrossVersionObjectReference: ["kind"],
  IoK8sApimachineryPkgApisMetaV1OwnerReference: ["apiVersion", "kind"],
};

/** Fields that the published schema asks for and the API server does not. */
const NOT_REQUIRED: { readonly [definition: string]: readonly string[] } = {
  IoK8sApiCoreV1ScaleIOVolumeSource: ["secretRef"],
  IoK8sApiAppsV1beta1StatefulSetSpec: ["serviceName"],
  IoK8sApiAppsV1beta2StatefulSetSpec: ["serviceName"],
};

/** Values that the schema leaves open and the API server's validation code fixes. */
const ALSO_ENUMERATED: { readonly [definition: string]: { readonly [property: string]: readonly string[] } } = {
  IoK8sApimachineryPkgApisMetaV1LabelSelectorRequirement: { operator: ["DoesNotExist", "Exists", "In", "NotIn"] },
  IoK8sApiCoreV1Container: { restartPolicy: ["Always", "Never", "OnFailure"] },
  IoK8sApiAutoscalingV2MetricSpec: { type: ["ContainerResource", "External", "Object", "Pods", "Resource"] },
  IoK8sApiAutoscalingV2MetricTarget: { type: ["AverageValue", "Utilization", "Value"] },
  IoK8sApiAutoscalingV2HPAScalingPolicy: { type: ["Percent", "Pods"] },
  IoK8sApiAutoscalingV2HPAScalingRules: { selectPolicy: ["Disabled", "Max", "Min"] },
  IoK8sApiRbacV1RoleRef: { kind: ["ClusterRole", "Role"] },
  IoK8sApiRbacV1Subject: { kind: ["Group", "ServiceAccount", "User"] },
  IoK8sApiCoreV1LimitRangeItem: { type: ["Container", "PersistentVolumeClaim", "Pod"] },
};

/** Lists of which the API server wants at least one item. */
const NOT_EMPTY: { readonly [definition: string]: readonly string[] } = {
  IoK8sApiCoreV1PodSpec: ["containers"],
  IoK8sApiCoreV1PersistentVolumeClaimSpec: ["accessModes"],
};

/** Kinds that are posted and answered, not stored: they need no name. */
const UNNAMED = /Review$|^(?:TokenRequest|Scale|Binding|Eviction|DeploymentRollback|ComponentStatus)$/;

/**
 * The catalogue as the API server reads manifests: what its validation code adds to the schema, the type itself left
 * to whoever looks the kind up, lists without their items (which are objects of their own), and nothing asked of a
 * status, which is ignored on the way in.
 */
export function strictCatalogue(catalogue: SchemaCatalogue): SchemaCatalogue {
  const definitions: Definitions = new Map(catalogue.definitions);
  for (const name of Object.keys({ ...ALSO_REQUIRED, ...NOT_REQUIRED, ...ALSO_ENUMERATED, ...NOT_EMPTY })) {
    if (!definitions.has(name)) throw new Error(`no definition ${name}`);
  }
  for (const [name, schema] of definitions) definitions.set(name, strict(name, schema));
  for (const root of catalogue.roots) definitions.set(root.definition, asRoot(root, definitions));
  // What kubectl makes of several objects; the API itself does not know it.
  definitions.set("List", objectList);
  const roots = [...catalogue.roots, { group: "", version: "v1", kind: "List", definition: "List" }];
  return { definitions, roots };
}

function strict(name: string, schema: SchemaNode): SchemaNode {
  if (schema.properties === undefined) return schema;
  const required = [...new Set([...(schema.required ?? []), ...(ALSO_REQUIRED[name] ?? [])])].filter(
    (field) => !NOT_REQUIRED[name]?.includes(field),
  );
  const properties = { ...schema.properties };
  for (const [property, values] of Object.entries(ALSO_ENUMERATED[name] ?? {})) {
    properties[property] = { ...given(properties, property, name), enum: values };
  }
  for (const property of NOT_EMPTY[name] ?? []) {
    properties[property] = { ...given(properties, property, name), minItems: 1 };
  }
  for (const property of required) given(properties, property, name);
  for (const [property, value] of Object.entries(properties)) {
    // An empty string counts as "not set" wherever the field may be left out.
    if (value.enum !== undefined && !required.includes(property) && !value.enum.includes("")) {
      properties[property] = { ...value, enum: ["", ...value.enum] };
    }
  }
  return { ...schema, properties, required: name.endsWith("Status") ? [] : required };
}

function asRoot(root: RootKind, definitions: Definitions): SchemaNode {
  const schema = definitions.get(root.definition);
  if (schema?.properties === undefined) throw new Error(`${root.definition} is no object`);
  const { items } = schema.properties;
  if (root.kind.endsWith("List") && items?.type === "array") return objectList;
  const isStored = schema.properties.metadata?.$ref?.endsWith("ObjectMeta") === true && !UNNAMED.test(root.kind);
  return {
    ...schema,
    required: (schema.required ?? []).filter((name) => name !== "apiVersion" && name !== "kind"),
    properties: {
      ...schema.properties,
      apiVersion: { type: "string" },
      kind: { type: "string" },
    },
    ...(isStored && { named: true }),
  };
}

function given(properties: { readonly [name: string]: SchemaNode }, property: string, name: string): SchemaNode {
  const schema = properties[property];
  if (schema === undefined) throw new Error(`${name} has no ${property}`);
  return schema;
}
