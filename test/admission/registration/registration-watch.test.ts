import { expect, test } from "vitest";
import { systemClock } from "../../../src/admission/certificates/clock.ts";
import { type RegistrationState, RegistrationWatch } from "../../../src/admission/registration/registration-watch.ts";
import type { JsonObject } from "../../../src/json/value.ts";
import { kindsInScopes } from "../../../src/judging/judged-kinds.ts";

test("a watch of the registration says what it found last, and each change once", async () => {
  const kinds = kindsInScopes(new Set(["workload"]), []);
  const settings = { mode: "enforce", namespaces: [], modeLabel: false, onUpdate: "new", kinds } as const;
  let answer: () => JsonObject | null = () => ({ webhooks: [] });
  const said: RegistrationState["state"][] = [];
  const watch = new RegistrationWatch({
    names: ["paddlock"],
    read: async () => answer(),
    settings: () => settings,
    clock: systemClock,
    intervalMs: 1,
    onChange: ({ state }) => said.push(state),
  });
  expect(watch.states).toEqual([{ name: "paddlock", state: "unknown", differences: [] }]);
  await watch.look();
  expect(watch.states).toMatchObject([
    { state: "differs", differences: [{ what: "absent" }, { what: "absent" }, { what: "absent" }] },
  ]);
  answer = () => null;
  await expect.poll(() => watch.states[0]?.state).toBe("absent");
  answer = () => {
    throw new Error("403 Forbidden");
  };
  await expect.poll(() => watch.states).toMatchObject([{ state: "unknown", reason: "403 Forbidden" }]);
  await watch.close();
  expect(said).toEqual(["differs", "absent", "unknown"]);
});
