/**
 * What is possible at all, so that nobody honest meets it. What is longer is not judged by its beginning: judging ends,
 * and the answer is that of `onError`.
 */

/** `PATH_MAX` of Linux: no call of a program takes a longer path. */
export const longestPath = 4_096;
/** `MAX_ARG_STRLEN` of Linux: a program with a longer word or variable cannot be started. */
export const longestWord = 131_072;
/** Names of objects are DNS subdomains, those of containers and volumes labels of these. */
export const longestName = 253;
/** More than presigned addresses of object stores need. */
export const longestUri = 8_192;
