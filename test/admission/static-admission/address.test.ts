import { describe, expect, it } from "vitest";
import { hookAddress } from "../../../src/admission/static-admission/address.ts";
import { StaticAdmissionError } from "../../../src/admission/static-admission/static-admission-error.ts";
import { staticAdmissionWords } from "../../../src/admission/static-admission/words.ts";

const words = staticAdmissionWords.en;
const read = (url: string): ReturnType<typeof hookAddress> => hookAddress(url, words);

describe("the address of a webhook in a file", () => {
  it.each([
    ["https://127.0.0.1:8443", { url: "https://127.0.0.1:8443/validate", host: "127.0.0.1", loopback: true }],
    ["https://127.0.0.1:8443/", { url: "https://127.0.0.1:8443/validate", host: "127.0.0.1", loopback: true }],
    ["https://127.0.0.1:8443/validate", { url: "https://127.0.0.1:8443/validate", host: "127.0.0.1", loopback: true }],
    ["https://[::1]:8443", { url: "https://[::1]:8443/validate", host: "::1", loopback: true }],
    ["https://localhost", { url: "https://localhost/validate", host: "localhost", loopback: true }],
    ["https://10.1.2.3", { url: "https://10.1.2.3/validate", host: "10.1.2.3", loopback: false }],
    [
      "https://Paddlock.example.com:443",
      { url: "https://paddlock.example.com/validate", host: "paddlock.example.com", loopback: false },
    ],
    ["https://svc.example.com", { url: "https://svc.example.com/validate", host: "svc.example.com", loopback: false }],
  ])("%s", (written, expected) => {
    expect(read(written)).toEqual(expected);
  });

  it.each([
    ["http://127.0.0.1:8443", words.notHttps("http://127.0.0.1:8443")],
    ["127.0.0.1:8443", words.notHttps("127.0.0.1:8443")],
    ["https:127.0.0.1:8443", words.notHttps("https:127.0.0.1:8443")],
    ["https:///validate", words.notHttps("https:///validate")],
    ["", words.notHttps("")],
    ["https://127.0.0.1:0", words.notHttps("https://127.0.0.1:0")],
    ["https://127.0.0.1:8443/validate/", words.otherPath("/validate/", "/validate")],
    ["https://me:secret@127.0.0.1", words.userInUrl],
    ["https://127.0.0.1?a=b", words.queryInUrl("https://127.0.0.1?a=b")],
    ["https://127.0.0.1/?", words.queryInUrl("https://127.0.0.1/?")],
    ["https://127.0.0.1#a", words.queryInUrl("https://127.0.0.1#a")],
    ["https://paddlock.paddlock-system.svc", words.serviceName("paddlock.paddlock-system.svc")],
    ["https://paddlock.paddlock-system.svc.", words.serviceName("paddlock.paddlock-system.svc")],
    ["https://a.b.svc.cluster.local:8443", words.serviceName("a.b.svc.cluster.local")],
    ["https://0.0.0.0:8443", words.anyAddress("0.0.0.0")],
    ["https://[::]:8443", words.anyAddress("::")],
    ["https://127.0.0.1/mutate", words.otherPath("/mutate", "/validate")],
  ])("refuses %s", (written, message) => {
    expect(() => read(written)).toThrow(new StaticAdmissionError(message));
  });
});
