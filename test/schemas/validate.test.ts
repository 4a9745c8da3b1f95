import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { check, lines } from "./check-object.ts";

/** A Deployment whose one container has the given fields too. */
function deployment(container: JsonObject = {}, spec: JsonObject = {}, podSpec: JsonObject = {}): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "ocr", creationTimestamp: null },
    spec: {
      selector: { matchLabels: { app: "ocr" } },
      template: {
        metadata: { labels: { app: "ocr" } },
        spec: { containers: [{ name: "ocr", image: "registry.example.com/ocr:1.0.0", ...container }], ...podSpec },
      },
      ...spec,
    },
    status: {},
  };
}

const container = "spec.template.spec.containers.0";

describe("values that Kubernetes takes", () => {
  test.each<[string, JsonObject]>([
    ["nothing but what is asked for", deployment()],
    [
      "null for what may be left out",
      deployment({ resources: null, env: null, imagePullPolicy: null }, { replicas: null }),
    ],
    ["an empty string for a value that has a default", deployment({ imagePullPolicy: "" })],
    [
      "quantities as numbers and texts",
      deployment({ resources: { limits: { cpu: 0.5, memory: "1.5Gi", a: "1e3", b: " 2 ", c: "+.5", d: "3E" } } }),
    ],
    [
      "a port by number or name",
      deployment({ livenessProbe: { httpGet: { port: "http" } }, readinessProbe: { httpGet: { port: 80 } } }),
    ],
    [
      "a percentage or a number",
      deployment({}, { strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } } }),
    ],
    ["null in a list of texts", deployment({ args: ["a", null] })],
    [
      "any labels and annotations",
      { ...deployment(), metadata: { name: "ocr", labels: { "a/b": "c" }, annotations: { x: "{}" } } },
    ],
    [
      "an owner's fields",
      { ...deployment(), metadata: { name: "a", managedFields: [{ fieldsV1: { "f:spec": { "f:x": {} } } }] } },
    ],
  ])("%s", (_name, object) => {
    expect(check(object)).toEqual([]);
  });
});

describe("values that it does not", () => {
  test.each<[JsonObject, string]>([
    [
      deployment({ imagePullPolcy: "Always" }),
      `misspelled-field ${container}.imagePullPolcy {"field":"imagePullPolcy","suggestion":"imagePullPolicy"}`,
    ],
    [deployment({ Image: "x" }), `misspelled-field ${container}.Image {"field":"Image","suggestion":"image"}`],
    [
      deployment({ image_pull_policy: "Always" }),
      `misspelled-field ${container}.image_pull_policy {"field":"image_pull_policy","suggestion":"imagePullPolicy"}`,
    ],
    [deployment({ nonsense: 1 }), `unknown-field ${container}.nonsense {"field":"nonsense"}`],
    [
      deployment({ runAsNonRoot: true }),
      `misplaced-field ${container}.runAsNonRoot {"field":"runAsNonRoot","place":"spec.template.spec.containers[0].securityContext"}`,
    ],
    [
      deployment({ nodeSelector: {} }),
      `misplaced-field ${container}.nodeSelector {"field":"nodeSelector","place":"spec.template.spec"}`,
    ],
    [
      deployment({}, { containers: [] }),
      `misplaced-field spec.containers {"field":"containers","place":"spec.template.spec"}`,
    ],
    [deployment({ image: null }), `missing-field ${container}.image {"field":"image"}`],
    [deployment({ env: [{ value: "x" }] }), `missing-field ${container}.env.0.name {"field":"name"}`],
    [
      deployment({ env: [{ name: "A", value: 1 }] }),
      `unquoted ${container}.env.0.value {"expected":"string","actual":"integer"}`,
    ],
    [deployment({ env: "A=1" }), `type ${container}.env {"expected":"array","actual":"string"}`],
    [deployment({ ports: [80] }), `type ${container}.ports.0 {"expected":"object","actual":"integer"}`],
    [deployment({ ports: [null] }), `null-item ${container}.ports.0 {}`],
    [
      deployment({ ports: [{ containerPort: 80, protocol: "tcp" }] }),
      `misspelled-value ${container}.ports.0.protocol {"value":"tcp","allowed":["SCTP","TCP","UDP"],"suggestion":"TCP"}`,
    ],
    [
      deployment({ imagePullPolicy: "Sometimes" }),
      `enum ${container}.imagePullPolicy {"value":"Sometimes","allowed":["Always","IfNotPresent","Never"]}`,
    ],
    [
      deployment({ resources: { limits: { cpu: "4 cores" } } }),
      `quantity ${container}.resources.limits.cpu {"value":"4 cores"}`,
    ],
    [
      deployment({ resources: { limits: { "a/b~c": true } } }),
      `type ${container}.resources.limits.a/b~c {"expected":"quantity","actual":"boolean"}`,
    ],
    [
      deployment({ livenessProbe: { httpGet: { port: 1.5 } } }),
      `type ${container}.livenessProbe.httpGet.port {"expected":"integer or string","actual":"number"}`,
    ],
    [
      deployment({ livenessProbe: { httpGet: { port: 2 ** 31 } } }),
      `range ${container}.livenessProbe.httpGet.port {"limit":2147483647,"value":2147483648}`,
    ],
    [deployment({}, { replicas: "3" }), `quoted spec.replicas {"expected":"integer","actual":"string"}`],
    [deployment({}, { replicas: "three" }), `type spec.replicas {"expected":"integer","actual":"string"}`],
    [deployment({}, { replicas: 2.5 }), `type spec.replicas {"expected":"integer","actual":"number"}`],
    [deployment({}, { replicas: -(2 ** 31) - 1 }), `range spec.replicas {"limit":-2147483648,"value":-2147483649}`],
    [deployment({}, { paused: "true" }), `quoted spec.paused {"expected":"boolean","actual":"string"}`],
    [deployment({}, { selector: null }), `missing-field spec.selector {"field":"selector"}`],
    [deployment({}, {}, { containers: [] }), `empty-list spec.template.spec.containers {"field":"containers"}`],
    [deployment({}, {}, { containers: null }), `missing-field spec.template.spec.containers {"field":"containers"}`],
    [
      { ...deployment(), metadata: { name: "a", creationTimestamp: "2026-02-30" } },
      "date-time metadata.creationTimestamp {}",
    ],
    [{ ...deployment(), metadata: { labels: {} } }, "unnamed metadata.name {}"],
    [
      { ...deployment(), metadata: { nmae: "ocr" } },
      `misspelled-field metadata.nmae {"field":"nmae","suggestion":"name"}`,
    ],
    [{ ...deployment(), metadata: "ocr" }, `type metadata {"expected":"object","actual":"string"}`],
    [{ ...deployment(), metadata: ["ocr"] }, `type metadata {"expected":"object","actual":"array"}`],
    [{ ...deployment(), metadata: { name: 0 } }, `unquoted metadata.name {"expected":"string","actual":"integer"}`],
    [{ ...deployment(), metadata: { name: "", generateName: null } }, "unnamed metadata.name {}"],
    [{ ...deployment(), metadata: null }, "unnamed metadata.name {}"],
    [{ ...deployment(), metadata: undefined }, "unnamed metadata.name {}"],
    [{ ...deployment(), spec: 1 }, `type spec {"expected":"object","actual":"integer"}`],
    [{ ...deployment(), spec: null }, `missing-field spec {"field":"spec"}`],
    [{ apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, data: { a: "?" } }, "base64 data.a {}"],
  ])("%#", (object, expected) => {
    expect(lines(check(object))).toEqual([expected]);
  });

  test("a secret's value is not repeated", () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "a" },
      stringData: { pin: 314159 },
      data: { pin: "pin:314159" },
    };
    expect(check(secret)).toHaveLength(2);
    expect(JSON.stringify(check(secret))).not.toContain("314159");
  });

  test("every error of an object is found, each once", () => {
    const object = deployment({ imgae: "x", image: undefined, ports: "80", env: [{ name: 1 }] }, { replicas: [] });
    expect(lines(check(object)).sort()).toEqual(
      [
        `misspelled-field ${container}.imgae {"field":"imgae","suggestion":"image"}`,
        `type ${container}.ports {"expected":"array","actual":"string"}`,
        `type spec.replicas {"expected":"integer","actual":"array"}`,
        `unquoted ${container}.env.0.name {"expected":"string","actual":"integer"}`,
      ].sort(),
    );
  });

  test("long values are read once", () => {
    // A pattern that goes back and forth would not end in the time that a test has.
    const long = `${"1".repeat(1_000_000)}?`;
    const object = {
      ...deployment({ resources: { limits: { cpu: long } } }),
      metadata: { name: "a", creationTimestamp: long },
    };
    expect(
      check(object)
        .map(({ problem }) => problem)
        .sort(),
    ).toEqual(["date-time", "quantity"]);
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, data: { a: long } };
    expect(lines(check(secret))).toEqual(["base64 data.a {}"]);
  });

  test("a hundred errors are enough", () => {
    const fields = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index): [string, JsonValue] => [`field${index}`, index]),
    );
    const errors = check(deployment(fields));
    expect(errors).toHaveLength(100);
    expect(errors.at(-1)).toEqual({ problem: "more", path: ["kind"], args: { count: 4901 } });
  });
});

describe("templates", () => {
  test.each<[JsonObject, string, string]>([
    [deployment({}, { replicas: "{{ .Values.replicas }}" }), "spec.replicas", "{{ .Values.replicas }}"],
    [deployment({ imagePullPolicy: "${POLICY}" }), `${container}.imagePullPolicy`, "${POLICY}"],
    [
      deployment({ resources: "{{ toYaml .Values.resources }}" }),
      `${container}.resources`,
      "{{ toYaml .Values.resources }}",
    ],
    [deployment({ resources: { limits: { cpu: "$(CPU)" } } }), `${container}.resources.limits.cpu`, "$(CPU)"],
    [deployment({ '{{- include "a" . }}': null }), `${container}.{{- include "a" . }}`, '{{- include "a" . }}'],
  ])("are not judged: %#", (object, path, value) => {
    expect(lines(check(object))).toEqual([`template ${path} ${JSON.stringify({ value })}`]);
  });

  test("are texts like others where a text is asked for", () => {
    expect(check(deployment({ image: "{{ .Values.image }}", command: ["{{ .Values.command }}"] }))).toEqual([]);
  });

  test("a key that is one may stand for what is missing", () => {
    const object = deployment({ image: undefined, "{{ toYaml .Values.image }}": null });
    expect(check(object).map(({ problem }) => problem)).toEqual(["template"]);
  });
});
