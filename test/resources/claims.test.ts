import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/json/value.ts";
import { entries, object, pod, setOf, setOfEntries } from "./relation-builders.ts";

const claim = (namespace?: string, accessModes: string[] = ["ReadOnlyMany"]): JsonObject =>
  object("v1", "PersistentVolumeClaim", "models", { accessModes }, namespace);

describe("claims", () => {
  it.each<[string, string | undefined, string | null, "yes" | "no" | "unknown", "yes" | "no" | "unknown"]>([
    ["of the same namespace", "ml", "ml", "yes", "yes"],
    ["that both name none", undefined, null, "yes", "yes"],
    ["of default, where none is named", "default", null, "yes", "yes"],
    ["of none, where default is named", "", "default", "yes", "yes"],
    ["of another namespace", "ml", "other", "unknown", "no"],
    ["of a namespace, where none is named", "ml", null, "unknown", "unknown"],
    ["of none, where another is named", undefined, "ml", "unknown", "unknown"],
    ["where the pod's namespace is a template", "ml", `\${NS}`, "unknown", "unknown"],
  ])("%s", (_, there, namespace, without, withCluster) => {
    const query = pod({}, { namespace, claimNames: ["models"] });
    const modes = without === "yes" ? ["ReadOnlyMany"] : [];
    expect(setOf([claim(there)]).claims(query)).toEqual({ models: { found: without, accessModes: modes } });
    expect(setOf([claim(there)], { cluster: true }).claims(query)).toEqual({
      models: { found: withCluster, accessModes: modes },
    });
  });

  it("are no where the option says which namespace is meant", () => {
    const set = setOf([claim("other")], { cluster: true, namespaceGiven: true });
    expect(set.claims(pod({}, { namespace: null, claimNames: ["models"] })).models?.found).toBe("no");
  });

  it("answer for every name that is asked, whatever it is called", () => {
    const set = setOf([claim("ml", ["ReadWriteOnce", "ReadOnlyMany"])], { cluster: true });
    const claims = set.claims(pod({}, { claimNames: ["models", "cache", "{{ claim }}", "__proto__"] }));
    expect(Object.entries(claims)).toEqual([
      ["models", { found: "yes", accessModes: ["ReadWriteOnce", "ReadOnlyMany"] }],
      ["cache", { found: "no", accessModes: [] }],
      ["{{ claim }}", { found: "unknown", accessModes: [] }],
      ["__proto__", { found: "no", accessModes: [] }],
    ]);
    expect(set.claims(pod({}))).toEqual({});
  });

  it("are looked for in the own rendering and in plain files, and by plain files in renderings", () => {
    const set = setOfEntries([...entries([claim("ml")], "chart")]);
    const found = (rendering: string): string | undefined =>
      set.claims(pod({}, { rendering, claimNames: ["models"] })).models?.found;
    expect([found("chart"), found(""), found("other")]).toEqual(["yes", "yes", "unknown"]);
    expect(setOf([claim("ml")]).claims(pod({}, { rendering: "chart", claimNames: ["models"] })).models?.found).toBe(
      "yes",
    );
  });
});
