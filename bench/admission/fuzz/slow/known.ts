import type { Growth } from "./growth.ts";
import type { SlowCase } from "./slow-case.ts";

const container = ["spec", "containers", 0] as const;

function text(path: readonly (string | number)[], unit: string, end = ""): Growth {
  return { kind: "text", path, unit, end };
}

function items(path: readonly (string | number)[], distinct = true): Growth {
  return { kind: "items", path, distinct };
}

function create(...growths: readonly Growth[]): SlowCase {
  return { target: "create", base: "whole Pod", growths };
}

/** What was slow once, or is where it would be noticed first: tried before anything is made up. */
export const known: readonly SlowCase[] = [
  create(text([...container, "env", 0, "value"], "a/")),
  create(text([...container, "args", 1], "a/")),
  create(text([...container, "args", 1], "$(")),
  create(text([...container, "args", 1], "$(A", ")")),
  create(text([...container, "command", 2], "--model=s3://a ")),
  create(text([...container, "command", 2], "--model a/b ")),
  create(text([...container, "command", 2], "cd a\n")),
  create(text([...container, "command", 2], "wget http://a/model.tar -O /m;")),
  create(text([...container, "command", 2], "git clone http://a", `${"/".repeat(40)}b`)),
  create(text([...container, "command", 2], "A=$A$A;")),
  create(text([...container, "command", 2], "${A:-")),
  create(text([...container, "command", 2], "<<A ")),
  create(text([...container, "command", 2], ".tar?", "\n")),
  create(text([...container, "image"], "a/")),
  create(text([...container, "image"], "<a")),
  create(text([...container, "name"], " ")),
  create(text(["metadata", "annotations", "paddlock.dev/waive.pinned-image"], " until ")),
  create(items([...container, "env"])),
  create(items([...container, "args"])),
  create(items([...container, "ports"])),
  create(items([...container, "volumeMounts"])),
  create(items(["spec", "volumes"])),
  create(items(["spec", "volumes"], false), items([...container, "volumeMounts"], false)),
  create(items(["spec", "containers"])),
  create(items(["spec", "containers"]), items(["spec", "volumes"])),
  create(items(["spec", "initContainers"])),
  create(items([...container, "securityContext", "capabilities", "add"])),
  create({ kind: "keys", path: ["metadata", "annotations"], key: "paddlock.dev/waive.k" }),
  create({ kind: "keys", path: ["metadata", "labels"], key: "{{k}}" }),
  create({ kind: "keys", path: [...container, "resources", "limits"], key: "nvidia.com/gpu" }),
  create({ kind: "keys", path: ["spec", "volumes", 0], key: "k" }),
  { target: "update", base: "whole Deployment", growths: [items(["spec", "template", "spec", "containers"])] },
  { target: "create", base: "whole Workflow", growths: [items(["spec", "templates"]), items(["spec", "volumes"])] },
  {
    target: "create",
    base: "whole Workflow",
    growths: [items(["spec", "templates"]), items(["spec", "volumeClaimTemplates"])],
  },
  {
    target: "check",
    base: "whole PaddleJob",
    growths: [{ kind: "key", path: ["spec", "paddleReplicaSpecs"], unit: "a" }],
  },
];
