import fc from "fast-check";
import { expect, it } from "vitest";
import { readReview } from "../../../src/admission/admission-review.ts";
import { requestIdentity } from "../../../src/admission/server/request-identity.ts";
import { reviewBody } from "./reviews.ts";

const bytesOf = (text: string): Uint8Array => Buffer.from(text);

it("finds what reading the whole finds", () => {
  const body = bytesOf(reviewBody({ uid: "u", namespace: "ml", padding: 1000 }));
  // What is asked for is told by path, which matters to whoever looks for the parent of what is scaled alone.
  const { resource: _resource, ...whole } = readReview(body);
  expect(requestIdentity(body)).toEqual({ ...whole, object: null, oldObject: null });
});

it("finds it in any JSON, wherever it stands and whatever surrounds it", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.json(),
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.nat(4),
      (uid, noise, more, indent) => {
        const review = {
          noise: JSON.parse(noise),
          ...more,
          request: { object: { uid: "no", request: { uid: "no" } }, ...more, uid, dryRun: true },
          last: [],
        };
        const found = requestIdentity(bytesOf(JSON.stringify(review, null, indent)));
        expect(found).toMatchObject({ uid, dryRun: true });
      },
    ),
  );
});

it.each([
  ["nothing", ""],
  ["a list", "[]"],
  ["a review without uid", '{"request":{"name":"a"}}'],
  ["an empty uid", '{"request":{"uid":""}}'],
  ["a uid that is no text", '{"request":{"uid":7}}'],
  ["a uid elsewhere", '{"uid":"a","object":{"request":{"uid":"b"}}}'],
  ["a text without end", '{"request":{"uid":"a'],
  ["brackets alone", "{".repeat(1000)],
])("finds none in %s", (_, text) => {
  expect(requestIdentity(bytesOf(text))).toBeNull();
});

it("keeps what it found before the text goes wrong", () => {
  expect(requestIdentity(bytesOf('{"request":{"uid":"a","operation":"CREATE","object":{"x":[1,2'))).toMatchObject({
    uid: "a",
    operation: "CREATE",
  });
});

it("never throws and always ends", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom('{"request":{', '"uid":', '"a"', "{", "}", "[", "]", ",", ":", '"', "\\", "1", "nul", " "),
        { maxLength: 40 },
      ),
      (pieces) => {
        const found = requestIdentity(bytesOf(pieces.join("")));
        expect(found === null || typeof found.uid === "string").toBe(true);
      },
    ),
  );
});
