import type { Path } from "./value.ts";

/**
 * A path as reports write it: `spec.template.spec.containers[0].resources.limits["nvidia.com/gpu"]`. The path of the
 * object itself is empty.
 */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}
