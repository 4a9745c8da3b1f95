import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { registrationDifferences } from "../../../src/admission/registration/differences.ts";
import { registrationInFile } from "../../../src/admission/registration/registration-file.ts";
import type { EntrySettings } from "../../../src/admission/registration/webhook-entries.ts";
import type { AskedSettings } from "../../../src/admission/registration/webhook-rules.ts";
import { staticFiles } from "../../../src/admission/static-admission/static-files.ts";
import { admissionSettings, type WrittenAdmission } from "../../../src/config/admission.ts";
import type { JsonObject } from "../../../src/json/value.ts";
import { kindsInScopes } from "../../../src/judging/judged-kinds.ts";
import { workspace } from "../../config/workspace.ts";

const enforcing: WrittenAdmission = { mode: "enforce", modeLabel: true };

function settingsOf(written: WrittenAdmission): EntrySettings & AskedSettings {
  return { ...admissionSettings([written]), kinds: kindsInScopes(new Set(["object"]), []) };
}

function registration(written: WrittenAdmission, fail: boolean): JsonObject {
  return staticFiles({
    url: "https://127.0.0.1:8443/validate",
    authorities: "",
    settings: settingsOf(written),
    excluded: ["kube-system"],
    fail,
    directory: "/etc/kubernetes/paddlock",
  }).webhooks.object;
}

async function differences(text: string, written: WrittenAdmission): Promise<readonly string[] | null> {
  const file = join(workspace({ "a.yaml": text }), "a.yaml");
  const found = await registrationInFile(file);
  return found && registrationDifferences(found, settingsOf(written), settingsOf(written)).map(({ what }) => what);
}

test("what the command wrote agrees with the configuration that it was written from, and with no other", async () => {
  for (const fail of [false, true]) {
    const text = stringify(registration(enforcing, fail));
    expect(await differences(text, enforcing)).toEqual([]);
    expect(await differences(text, {})).not.toEqual([]);
  }
});

test("one entry alone that lets in what nobody judged is a difference; all of them are a choice", async () => {
  const text = stringify(registration(enforcing, true));
  expect(await differences(text.replace("Fail", "Ignore"), enforcing)).toEqual(["failurePolicy"]);
});

test("it is found among others, and in a list", async () => {
  const other = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration", webhooks: [] };
  const items = [other, registration(enforcing, true)];
  expect(await differences(items.map((each) => stringify(each)).join("---\n"), enforcing)).toEqual([]);
  expect(await differences(JSON.stringify({ apiVersion: "v1", kind: "List", items }), enforcing)).toEqual([]);
});

test("there is none in a file that is not there, is empty, or holds others", async () => {
  const mutating = stringify({ ...registration(enforcing, true), kind: "MutatingWebhookConfiguration" });
  for (const text of ["", "# nothing\n", "a: 1\n", "- 1\n", mutating])
    expect(await differences(text, enforcing)).toBeNull();
  expect(await registrationInFile(join(workspace({}), "none.yaml"))).toBeNull();
});

test("what cannot be read is said, and is not taken for none", async () => {
  await expect(differences("webhooks: [\n", enforcing)).rejects.toThrow("a.yaml: ");
  const folder = workspace({});
  mkdirSync(join(folder, "folder.yaml"));
  await expect(registrationInFile(join(folder, "folder.yaml"))).rejects.toThrow("EISDIR");
  writeFileSync(join(folder, "huge.yaml"), "#".repeat((4 << 20) + 1));
  await expect(registrationInFile(join(folder, "huge.yaml"))).rejects.toThrow("is larger than");
});
