import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ConfigurationError } from "../../src/config/configuration-error.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { valueAt } from "../../src/json/json.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { workspace } from "../config/workspace.ts";
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

  const entry = (more: object): object => ({
    admission: { namespaces: [{ match: ["a"], mode: "enforce", ...more }] },
  });
  const since = "2026-11-30T18:00:00Z";
  const place = "/config/admission/namespaces/0";

  test.each<[string, object, string]>([
    ["a profile that is none", { extends: "stict" }, "/config/extends"],
    ["a word for a time", entry({ since: "yesterday" }), `${place}/since`],
    ["a day for a time", entry({ since: "2026-11-30" }), `${place}/since`],
    ["a time of no day", entry({ since: "2026-13-30T18:00:00Z" }), `${place}/since`],
    ["a day that the year has not", entry({ since: "2026-02-29T18:00:00Z" }), `${place}/since`],
    ["a number for a time", entry({ since, until: 20270131 }), `${place}/until`],
    ["an end without a beginning", entry({ until: since }), place],
    [
      "an end at the beginning",
      entry({ since, until: "2026-11-30T20:00:00+02:00" }),
      "namespaces[0].until is not after",
    ],
    ["an end before the beginning", entry({ since, until: "2026-11-30T17:59:59.9Z" }), "until is not after since"],
    ["a beginning of no enforcement", entry({ mode: "warn", since }), "namespaces[0].since goes with mode: enforce"],
  ])("is refused with its place for %s, as the server refuses it", async (_, config, said) => {
    expect(() => render({ config })).toThrow(said);
    const cwd = workspace({ ".paddlock.yaml": JSON.stringify(config) });
    await expect(loadConfiguration({ cwd, catalogue: loadCatalogue(), language: "en" })).rejects.toThrow(
      ConfigurationError,
    );
  });

  test.each<[string, object]>([
    ["a profile", { extends: "strict" }],
    ["a file", { extends: "/etc/paddlock/base.yaml" }],
    ["a fraction and a zone", entry({ since: "2026-11-30T18:00:00.5+08:00", until: "2026-11-30T10:00:01Z" })],
  ])("is taken with %s", (_, config) => {
    expect(render({ config }).of("ConfigMap").length).toBeGreaterThan(0);
  });
});
