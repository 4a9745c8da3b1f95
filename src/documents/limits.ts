/**
 * What one file may ask of the process. Each limit lies well above what the API server itself takes (3 MiB a request)
 * and low enough that the worst text within it is read in about a second.
 */

/** Bytes, or UTF-16 units of a text that is already decoded. */
export const MAX_FILE_SIZE: number = 32 * 1024 * 1024;

/** Collections inside each other, also through aliases; the API server itself stops at 10,000 and no manifest passes 40. */
export const MAX_DEPTH = 200;

/** Values that aliases repeat, in one file; go-yaml allows about 400,000 for the largest of documents. */
export const MAX_ALIASED_VALUES = 400_000;

/** Values of one document, judged by its indicators before it is parsed: each costs about 120 bytes while it is read. */
export const MAX_VALUES = 1_500_000;

/** Notifications of one kind in one file; what comes after is summed up in one more. */
export const MAX_NOTIFICATIONS = 100;

/** Broken documents of one file that are looked at one by one. */
export const MAX_BROKEN_DOCUMENTS = 1_000;

/** Documents of one file. */
export const MAX_DOCUMENTS = 150_000;

/** From this many units on the events of a file are not kept for positions: they are made again where one is asked for. */
export const KEEP_EVENTS_BELOW: number = 512 * 1024;
