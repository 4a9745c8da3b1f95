import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { valueAt } from "../../src/resources/json.ts";
import { helm, render } from "./render.ts";

describe.skipIf(helm === null)("the configuration", () => {
  test("is told no time where helm has no cluster to look at", () => {
    const namespaces = [
      { match: ["a"], mode: "enforce" },
      { match: ["b"], mode: "enforce", since: "2026-11-30T18:00:00Z", until: "2026-12-30T18:00:00Z" },
      { match: "c", mode: "warn" },
    ];
    const config = { extends: "recommended", admission: { mode: "warn", namespaces } };
    const [map] = render({ config })
      .of("ConfigMap")
      .filter((each) => valueAt(each, ["data", "paddlock.yaml"]) !== undefined);
    expect(parse(String(valueAt(map, ["data", "paddlock.yaml"])))).toEqual(config);
  });
});
