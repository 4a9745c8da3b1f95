import { describe, expect, it } from "vitest";
import { changeEntry, UnchangeableError } from "../../src/config/enforced-entry.ts";

const since = "2026-11-30T18:00:00Z";
const text = `# Ours.
extends: recommended
admission:
  mode: warn # for now
  namespaces:
    # The sandboxes.
    - { match: [ sandbox-* ], mode: audit }
    - match: team-a
      mode: enforce
`;

describe("the entry of a namespace", () => {
  it("comes first, and all else stays as it is", () => {
    const changed = changeEntry(text, "ml", { mode: "enforce", since });
    expect(changed.text).toBe(
      text.replace(
        "    # The sandboxes.\n",
        `    - { match: [ ml ], mode: enforce, since: ${since} }\n    # The sandboxes.\n`,
      ),
    );
    expect(changed.before).toBeNull();
    expect(changed.entries.map(({ match }) => match)).toEqual([["ml"], ["sandbox-*"], "team-a"]);
  });

  it("is changed where it stands", () => {
    const changed = changeEntry(text, "team-a", { mode: "enforce", since, until: "2027-01-31T00:00:00Z" });
    expect(changed.text).toBe(`${text}      since: ${since}\n      until: 2027-01-31T00:00:00Z\n`);
    expect(changed.before).toEqual({ match: "team-a", mode: "enforce" });
    expect(changeEntry(changed.text, "team-a", { mode: "warn" }).text).toBe(
      text.replace("      mode: enforce", "      mode: warn"),
    );
  });

  it("is taken away", () => {
    const changed = changeEntry(text, "team-a", null);
    expect(changed.text).toBe(text.replace("    - match: team-a\n      mode: enforce\n", ""));
    expect(changeEntry(changed.text, "team-a", null).text).toBe(changed.text);
  });

  it.each([
    "",
    "{}",
    "extends: strict\n",
    "admission:\n",
    "admission: { mode: warn }\n",
    "admission:\n  namespaces: []\n",
  ])("is put into %j", (before) => {
    const { entries, text: after } = changeEntry(before, "ml", { mode: "enforce", since });
    expect(entries).toEqual([{ match: ["ml"], mode: "enforce", since }]);
    expect(changeEntry(after, "ml", { mode: "enforce", since }).text).toBe(after);
  });

  it.each(["[]", "admission: 7", "admission: { namespaces: { a: b } }", "a: ["])("is not put into %j", (before) => {
    expect(() => changeEntry(before, "ml", { mode: "warn" })).toThrow(UnchangeableError);
  });
});
