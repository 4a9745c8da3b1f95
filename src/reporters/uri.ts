/** `/` and what a path segment may hold as it is. Source: RFC 3986, section 3.3. */
function encodePath(path: string): string {
  return path
    .toWellFormed()
    .split("/")
    .map((segment) => encodeURIComponent(segment).replace(/%(?:40|24|26|2B|2C|3D)/g, decodeURIComponent))
    .join("/");
}

/**
 * The URI of a file of the report.
 * @returns `relative` true: to be read from the root of the sources; false: a `file:` URI, or the name of a stream
 */
export function fileUri(file: string): { readonly uri: string; readonly relative: boolean } {
  if (/^[A-Za-z]:[/\\]/.test(file)) {
    const path = file.replaceAll("\\", "/");
    return { uri: `file:///${path.slice(0, 2)}${encodePath(path.slice(2))}`, relative: false };
  }
  if (file.startsWith("//")) return { uri: `file:${encodePath(file)}`, relative: false };
  if (file.startsWith("/")) return { uri: `file://${encodePath(file)}`, relative: false };
  return { uri: encodePath(file), relative: !file.startsWith("<") };
}
