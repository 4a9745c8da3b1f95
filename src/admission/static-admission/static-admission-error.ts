/** Files for the API server's start cannot be made of what was given. The message is for people, in their language. */
export class StaticAdmissionError extends Error {
  override name = "StaticAdmissionError";
}
