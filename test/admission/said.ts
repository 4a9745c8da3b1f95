import { inEach, type Words } from "../../src/messages/language.ts";

/** The same words for everybody. */
export function said(text: string): Words<string> {
  return inEach(() => text);
}
