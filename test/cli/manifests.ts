/** A fixture's text with one passage replaced, which must be there. */
export function replaced(text: string, passage: string, by: string): string {
  if (!text.includes(passage)) throw new Error(`"${passage}" is not in the fixture`);
  return text.replace(passage, by);
}

/** A Pod of one container, whose image is `image`: for rules on images. */
export function pod(name: string, image: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
    - name: main
      image: ${image}
`;
}
