import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modes, prepareModes } from "../../../src/admission/mode.ts";
import {
  type EntrySettings,
  objectsEntry,
  webhookEntries,
} from "../../../src/admission/registration/webhook-entries.ts";
import { compileGlobs } from "../../../src/config/glob-compiler.ts";
import { compileNamespaceGlobs, namespaceGlobFault } from "../../../src/config/namespace-globs.ts";
import { globs, namespaces, settings } from "./configurations.ts";
import { fitting } from "./fitting.ts";

const labels = fc
  .option(fc.constantFrom(...modes, "off", ""))
  .map((label): { readonly [name: string]: string } => (label === null ? {} : { "paddlock.dev/mode": label }));

describe("the entries of the webhook configuration", () => {
  test("leave each request to one of them, which fails closed just where the review enforces", () => {
    fc.assert(
      fc.property(settings, fc.option(namespaces), labels, (settings, namespace, labels) => {
        const mode = prepareModes(settings)(namespace, () => labels);
        const entries = webhookEntries(settings, ["kube-system"]);
        const asked = fitting(
          entries.filter(({ name }) => name !== objectsEntry),
          { namespace, labels },
        );
        expect(asked.map(({ failurePolicy }) => failurePolicy)).toEqual([mode === "enforce" ? "Fail" : "Ignore"]);
      }),
      { numRuns: 3000 },
    );
  });

  test("ask about kinds without pods in one that never fails closed, whatever is enforced", () => {
    fc.assert(
      fc.property(settings, fc.option(namespaces), labels, (settings, namespace, labels) => {
        const entries = webhookEntries(settings, ["kube-system"]).filter(({ name }) => name === objectsEntry);
        const asked = fitting(entries, { namespace, labels });
        expect(asked.map(({ failurePolicy }) => failurePolicy)).toEqual(["Ignore"]);
      }),
    );
  });

  test("ask about nothing in an excluded namespace", () => {
    fc.assert(
      fc.property(settings, labels, (settings, labels) => {
        const asked = fitting(webhookEntries(settings, ["kube-system", "a"]), { namespace: "a", labels });
        expect(asked).toEqual([]);
      }),
    );
  });

  test("choose by the namespace's name alone, in a selector, where names are listed", () => {
    const settings: EntrySettings = {
      mode: "warn",
      namespaces: [
        { match: ["ml", "parked"], mode: "enforce" },
        { match: ["parked", "old"], mode: "audit" },
        { match: ["old", "ocr"], mode: "enforce" },
      ],
      modeLabel: false,
    };
    const spared = { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system"] };
    const listed = ["ml", "parked", "ocr"];
    expect(webhookEntries(settings, ["kube-system"])).toEqual([
      {
        name: "validate.paddlock.dev",
        failurePolicy: "Fail",
        matchExpressions: [spared, { key: spared.key, operator: "In", values: listed }],
        condition: "has(request.namespace)",
      },
      {
        name: "advise.paddlock.dev",
        failurePolicy: "Ignore",
        matchExpressions: [spared, { key: spared.key, operator: "NotIn", values: listed }],
        condition: null,
      },
      { name: "objects.paddlock.dev", failurePolicy: "Ignore", matchExpressions: [spared], condition: null },
    ]);
  });

  test("say by a condition what a glob says, the first entry before the next", () => {
    const settings: EntrySettings = {
      mode: "warn",
      namespaces: [
        { match: ["ml-sandbox"], mode: "warn" },
        { match: ["ml-*", "!ml-old"], mode: "enforce" },
      ],
      modeLabel: false,
    };
    const asked =
      'request.namespace in ["ml-sandbox"]) ? NO : (request.namespace.matches("^(ml-.*)$")) && !(request.namespace in ["ml-old"]) ? YES : NO)';
    const pair = webhookEntries(settings, []).slice(0, 2);
    expect(pair.map(({ condition }) => condition)).toEqual([
      `has(request.namespace) && ((${asked.replaceAll("NO", "false").replaceAll("YES", "true")}`,
      `!has(request.namespace) || ((${asked.replaceAll("NO", "true").replaceAll("YES", "false")}`,
    ]);
  });
});

describe("globs over namespaces", () => {
  test("mean what globs mean elsewhere", () => {
    fc.assert(
      fc.property(fc.array(globs, { minLength: 1, maxLength: 3 }), namespaces, (globs, namespace) => {
        expect(compileNamespaceGlobs(globs)(namespace)).toBe(compileGlobs(globs)(namespace));
      }),
      { numRuns: 3000 },
    );
  });

  test.each(["ML-*", "a.b", "@(a|b)", "{a}", "{a,}", "{1..3}", "[]", "[!a]", "[z-a]", "a/b", 'a"b', "!", "a|b", "(a)"])(
    "are no more than the API server can evaluate: %s is refused",
    (glob) => {
      expect(namespaceGlobFault(glob)).not.toBeNull();
    },
  );

  test("are of every form that is generated here", () => {
    fc.assert(fc.property(globs, (glob) => namespaceGlobFault(glob) === null));
  });
});
