/** The languages that people are spoken to in. */
export type Language = "en" | "zh";

/**
 * What is said, in each language. The type of the English words is that of all others, so that none lacks any:
 * `const en = {…}; const zh: typeof en = {…}; export const someWords: Words<typeof en> = { en, zh };`
 */
export type Words<T> = { readonly [language in Language]: T };
