import type { Words } from "./language.ts";

/** To follow what is not known: `; did you mean "…"?`, or nothing where nothing is near. */
export const didYouMean: Words<(near: string | undefined) => string> = {
  en: (near) => (near === undefined ? "" : `; did you mean "${near}"?`),
  zh: (near) => (near === undefined ? "" : `，是否想写 "${near}"？`),
};
