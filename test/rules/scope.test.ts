import { describe, expect, it } from "vitest";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import type { RuleSetting } from "../../src/rules/metadata.ts";
import { inScope, scopeEntries, scopeIn } from "../../src/rules/scope.ts";

const rule = {
  scope: ["autoscaling/HorizontalPodAutoscaler", "paddle"],
  scopeBy: { paddle: "requireScaler" },
};
const setting = (more: Partial<RuleSetting>): RuleSetting => ({ level: "error", parameters: {}, ...more });

describe("scopeIn", () => {
  it("leaves out the entries whose parameter is off", () => {
    expect(scopeIn(rule, setting({ parameters: { requireScaler: false } }))).toEqual([
      "autoscaling/HorizontalPodAutoscaler",
    ]);
    expect(scopeIn(rule, setting({}))).toEqual(["autoscaling/HorizontalPodAutoscaler"]);
    expect(scopeIn(rule, setting({ parameters: { requireScaler: true } }))).toEqual(rule.scope);
  });

  it("leaves the scope of a configuration as it is but for these", () => {
    expect(scopeIn(rule, setting({ scope: "workload" }))).toEqual(["workload"]);
    expect(scopeIn(rule, setting({ scope: ["workload", "paddle"] }))).toEqual(["workload"]);
    expect(scopeIn({ scope: "object" }, setting({}))).toBe("object");
  });

  it("keeps an autoscaler's rule from workloads where no profile's parameter asks for them", () => {
    const { rules, profiles } = loadCatalogue();
    const workload = { group: "apps", kind: "Deployment", workload: { paddle: true, accelerated: false } };
    const asked = (profile: keyof typeof profiles): readonly string[] =>
      rules
        .filter(({ scopeBy }) => scopeBy !== undefined)
        .filter((each) => {
          const own = profiles[profile][each.id];
          return own !== undefined && inScope(workload, scopeIn(each, own)) !== null;
        })
        .map(({ id }) => id);
    expect(asked("recommended")).toEqual([]);
    expect(asked("strict")).toContain("hpa-target");
    for (const { scope, scopeBy } of rules) {
      for (const entry of Object.keys(scopeBy ?? {})) expect(scopeEntries(scope)).toContain(entry);
    }
  });
});
