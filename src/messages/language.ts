/** The languages that people are spoken to in: to add one, add it here, and the compiler names each file that lacks it. */
export const LANGUAGES = ["en", "zh"] as const;

export type Language = (typeof LANGUAGES)[number];

/**
 * What is said, in each language. The type of the English words is that of all others, so that none lacks any:
 * `const en = {…}; const zh: typeof en = {…}; export const someWords: Words<typeof en> = { en, zh };`
 */
export type Words<T> = { readonly [language in Language]: T };

/** What is said before it is known to whom: plain data, which another thread can be handed. */
export function inEach(say: (language: Language) => string): Words<string> {
  return { en: say("en"), zh: say("zh") };
}
