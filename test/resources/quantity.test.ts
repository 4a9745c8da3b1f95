import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalQuantity, quantityOf } from "../../src/resources/quantity.ts";

// Values as Kubernetes' own tests of its quantities have them.
const EQUAL: readonly (readonly [text: string, value: string])[] = [
  ["0", "0"],
  ["0n", "0"],
  ["0Ki", "0"],
  ["-0", "0"],
  ["1", "1"],
  ["+1", "1"],
  ["007", "7"],
  ["1Ki", "1024"],
  ["8Ki", "8192"],
  ["7Mi", "7340032"],
  ["6Gi", "6442450944"],
  ["5Ti", "5497558138880"],
  ["4Pi", "4503599627370496"],
  ["3Ei", "3458764513820540928"],
  ["5n", "0.000000005"],
  ["4u", "0.000004"],
  ["3m", "0.003"],
  ["8k", "8000"],
  ["7M", "7000000"],
  ["6G", "6000000000"],
  ["5T", "5000000000000"],
  ["2P", "2000000000000000"],
  ["1E", "1000000000000000000"],
  ["12E", "12000000000000000000"],
  ["1E-3", "0.001"],
  ["1e3", "1000"],
  ["1E6", "1000000"],
  ["1.3E+6", "1300000"],
  ["1.40e9", "1400000000"],
  ["0.5e-1", "0.05"],
  ["100.035k", "100035"],
  ["0.0005k", "0.5"],
  ["0.00500", "0.005"],
  ["9.01", "9.01"],
  ["6.987654321G", "6987654321"],
  ["2.5P", "2500000000000000"],
  ["3.001n", "0.000000004"],
  ["1.1E-9", "0.000000002"],
  ["0.0000000001", "0.000000001"],
  ["0.9n", "0.000000001"],
  ["0.00000012345", "0.000000124"],
  ["-0.9n", "-0.000000001"],
  ["9Ei", "9223372036854775807"],
  ["-9Ei", "-9223372036854775807"],
  ["9223372036854775807Ki", "9223372036854775807"],
  ["100.035Ki", "102435.84"],
  ["0.5Mi", "524288"],
  ["0.05Gi", "53687091.2"],
  ["0.025Ti", "27487790694.4"],
  ["0.000000000001Ki", "0.000000002"],
  [".001", "0.001"],
  [".0001k", "0.1"],
  ["1.", "1"],
  ["1.G", "1000000000"],
  ["1e-2147483647", "0.000000001"],
];

const NO_QUANTITIES = [
  "",
  "1.1.M",
  "1+1.0M",
  "0.1mi",
  "0.1am",
  "aoeu",
  ".5i",
  "1i",
  "-3.01i",
  "-3.01e-",
  "1e4294967297",
  " 1",
  "1 ",
  ".",
  "+",
  "m",
  "1KB",
  "1gi",
  "8GB",
  "0x10",
  "1_000",
  "Infinity",
  "１",
  `1${"0".repeat(500)}`,
];

describe("canonicalQuantity", () => {
  test.each(EQUAL)("%s is %s", (text, value) => expect(canonicalQuantity(text)).toBe(value));
  test.each(NO_QUANTITIES)("%j is no quantity", (text) => expect(canonicalQuantity(text)).toBeNull());

  test("great exponents stay small and still compare", () => {
    expect(canonicalQuantity("1e2147483647")).toBe("1e2147483647");
    expect(canonicalQuantity(`1${"0".repeat(60)}`)).toBe(canonicalQuantity("1e60"));
    expect(canonicalQuantity("10e59")).toBe(canonicalQuantity("1e60"));
  });

  test("a number equals itself with any decimal suffix", () => {
    const suffixes = [
      ["n", -9],
      ["u", -6],
      ["m", -3],
      ["k", 3],
      ["M", 6],
      ["G", 9],
      ["T", 12],
      ["P", 15],
      ["E", 18],
    ] as const;
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.constantFrom(...suffixes),
        (number, [suffix, power]) => {
          const value = canonicalQuantity(`${number}${suffix}`);
          expect(value).not.toBeNull();
          expect(canonicalQuantity(`${number}e${power}`)).toBe(value);
          expect(canonicalQuantity(`${number}.000${suffix}`)).toBe(value);
        },
      ),
    );
  });

  test("binary suffixes are powers of 1024, exactly", () => {
    const suffixes = ["Ki", "Mi", "Gi", "Ti"];
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 20n }), fc.nat(3), (number, power) => {
        expect(canonicalQuantity(`${number}${suffixes[power]}`)).toBe(String(number * 1024n ** BigInt(power + 1)));
      }),
    );
  });

  test("the canonical form is a quantity and its own canonical form", () => {
    const digits = fc.stringMatching(/^[0-9]{1,25}$/);
    const suffix = fc.constantFrom("", "n", "u", "m", "k", "M", "E", "Ki", "Gi", "Ei", "e5", "E-12", "e+3");
    fc.assert(
      fc.property(
        fc.constantFrom("", "-", "+"),
        digits,
        fc.option(digits, { nil: null }),
        suffix,
        (sign, whole, part, end) => {
          const value = canonicalQuantity(`${sign}${whole}${part === null ? "" : `.${part}`}${end}`);
          expect(value).toMatch(/^(0|-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?(e[0-9]+)?)$/);
          expect(canonicalQuantity(value ?? "")).toBe(value);
        },
      ),
    );
  });

  test("any text is judged without an exception", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(["string", "object"]).toContain(typeof canonicalQuantity(text));
      }),
    );
  });
});

describe("quantityOf", () => {
  test("numbers count as their text", () => {
    expect(quantityOf(1)).toEqual({ raw: "1", value: "1", template: false });
    expect(quantityOf(0.5)).toEqual({ raw: "0.5", value: "0.5", template: false });
    expect(quantityOf(1e21)).toEqual({ raw: "1e+21", value: "1000000000000000000000", template: false });
  });

  test("templates and wrong types have no value", () => {
    expect(quantityOf("{{ .Values.gpus }}")).toEqual({ raw: "{{ .Values.gpus }}", value: null, template: true });
    expect(quantityOf(true)).toEqual({ raw: "true", value: null, template: false });
    expect(quantityOf({ a: 1 })).toEqual({ raw: '{"a":1}', value: null, template: false });
    expect(quantityOf("true").value).toBeNull();
  });
});
