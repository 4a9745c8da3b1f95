import { describe, expect, it } from "vitest";
import type { RelationOptions } from "../../src/relations/terms/options.ts";
import { asked, deployment, file, hpa, setOfFiles, unlearntSet } from "./files.ts";

const names = ["rivals", "replicasOwner", "scalers", "target"];

function ask(files: ReturnType<typeof file>[], kind: string, name: string, relation: string, options = {}) {
  return asked(setOfFiles(files, names, options), files, kind, name, relation);
}

const scaledObject = (name: string, spec: string): string => `---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: ${name}, namespace: ml }
spec: ${spec}
`;

describe("a scaler's target", () => {
  it("is found wherever it stands, with what rules ask of it", () => {
    const files = [file("a/hpa.yaml", hpa("ocr", "ocr", "ml")), file("b/server.yaml", deployment("ocr", "ml"))];
    const set = setOfFiles(files, names);
    const [scaler] = files[0]?.objects ?? [];
    if (scaler === undefined) throw new Error("no scaler");
    expect(set.related(scaler, files[0] as (typeof files)[0], ["target"])).toEqual({
      target: {
        state: "known",
        why: null,
        suggestion: null,
        objects: [
          {
            apiVersion: "apps/v1",
            group: "apps",
            kind: "Deployment",
            namespace: "ml",
            name: "ocr",
            file: "b/server.yaml",
            line: 5,
            column: 9,
            replicas: 3,
            serving: true,
            paddle: false,
            accelerated: true,
            containers: [
              {
                name: "server",
                role: "container",
                pod: "template",
                requests: { cpu: "1" },
                limits: { "nvidia.com/gpu": "1" },
              },
            ],
            pods: [{ name: "template", requests: {}, limits: {} }],
          },
        ],
      },
    });
  });

  const guess = (files: ReturnType<typeof file>[]) => {
    const [asking] = files;
    const [scaler] = asking?.objects ?? [];
    if (asking === undefined || scaler === undefined) throw new Error("no scaler");
    return setOfFiles(files, names).related(scaler, asking, ["target"])?.target;
  };

  it.each([
    ["a letter is missing", "ocr-servin", "ml", "ocr-serving"],
    ["nothing is like it", "gateway", "ml", null],
    ["it is of another namespace", "ocr-servin", "other", null],
  ])("is guessed where %s", (_, name, namespace, suggestion) => {
    const files = [file("a.yaml", hpa("ocr", name, namespace)), file("b.yaml", deployment("ocr-serving", "ml"))];
    expect(guess(files)).toMatchObject({ objects: [], suggestion });
  });

  it("is not guessed among more than anybody would read", () => {
    const many = Array.from({ length: 201 }, (_, index) => file(`${index}.yaml`, deployment(`ocr-${index}`, "ml")));
    const files = [file("a.yaml", hpa("ocr", "ocr-7x", "ml")), ...many];
    expect(guess(files)).toMatchObject({ state: "known", suggestion: null });
    const fewer = [file("a.yaml", hpa("ocr", "ocr-7x", "ml")), ...many.slice(1)];
    expect(guess(fewer)).toMatchObject({ suggestion: "ocr-7" });
  });

  it.each<[string, string | undefined, string | undefined, string | null, number, Partial<RelationOptions>]>([
    ["of its namespace", "ml", "ml", null, 1, {}],
    ["of another", "ml", "other", "not-in-set", 0, {}],
    ["that names none, where it names the usual one", "default", undefined, null, 1, {}],
    ["that names none, where it names another", "ml", undefined, "namespace-option", 0, {}],
    ["that names one, where it names none", undefined, "ml", "namespace-option", 0, {}],
    [
      "where the option says which is meant",
      undefined,
      "ml",
      null,
      1,
      { namespaceGiven: true, defaultNamespace: "ml" },
    ],
    ["where the option says another", undefined, "ml", "not-in-set", 0, { namespaceGiven: true }],
  ])("%s", (_, own, there, why, found, options) => {
    const files = [file("a.yaml", hpa("ocr", "ocr", own)), file("b.yaml", deployment("ocr", there))];
    const { why: said, objects } = ask(files, "HorizontalPodAutoscaler", "ocr", "target", options) ?? { objects: [] };
    expect([said, objects?.length]).toEqual([why, found]);
  });

  it.each([
    [undefined, undefined],
    ["default", undefined],
    [undefined, "default"],
  ])("without a namespace on either side is near, or nobody can say: %s, %s", (own, there) => {
    const where = (scaler: string, target: string) => {
      const files = [file(scaler, hpa("ocr", "ocr", own)), file(target, deployment("ocr", there))];
      return ask(files, "HorizontalPodAutoscaler", "ocr", "target")?.why;
    };
    expect(where("a/x.yaml", "a/y.yaml")).toBeNull();
    expect(where("a/x.yaml", "a/b/c/y.yaml")).toBeNull();
    expect(where("a/b/c/x.yaml", "a/y.yaml")).toBeNull();
    expect(where("x.yaml", "a/y.yaml")).toBeNull();
    expect(where("a/x.yaml", "b/y.yaml")).toBe("namespace-option");
    expect(where("a/x.yaml", "ab/y.yaml")).toBe("namespace-option");
    expect(where("chart:a/x.yaml", "chart:b/y.yaml")).toBeNull();
    expect(where("chart:a/x.yaml", "other:a/y.yaml")).toBe("not-in-set");
    expect(where("chart:a/x.yaml", "b/y.yaml")).toBe("namespace-option");
  });

  it("is not there, though others of its kind are", () => {
    const files = [
      file("a.yaml", hpa("ocr", "ocr", "ml")),
      file("b.yaml", deployment("asr", "ml") + deployment("tts", "ml") + deployment("x", "y")),
    ];
    expect(ask(files, "HorizontalPodAutoscaler", "ocr", "target")).toEqual({ why: null, objects: [] });
  });

  const crowdOf = (namespace?: string) =>
    Array.from({ length: 11 }, (_, index) => deployment(`model-${index}`, namespace)).join("");
  const crowd = crowdOf();
  const few = deployment("asr") + deployment("tts");

  it.each<[string, string | undefined, string, string, string, boolean]>([
    ["beside few others", undefined, "a/x.yaml", "a/y.yaml", few, true],
    ["beside few others of the usual namespace", "default", "a/x.yaml", "a/y.yaml", few, true],
    ["above few others", undefined, "a/x.yaml", "a/b/y.yaml", few, true],
    ["below few others", undefined, "a/b/x.yaml", "a/y.yaml", few, true],
    ["far from few others", undefined, "a/x.yaml", "b/y.yaml", few, false],
    ["far from few others, in the usual namespace", "default", "a/x.yaml", "b/y.yaml", few, false],
    ["beside many others", undefined, "a/x.yaml", "a/y.yaml", crowd, false],
    ["with many others in one file", undefined, "a/x.yaml", "a/x.yaml", crowd, true],
    ["with many others in one rendering", undefined, "chart:x.yaml", "chart:y.yaml", crowd, true],
    ["with many others of another rendering", undefined, "one:x.yaml", "two:y.yaml", crowd, false],
    [
      "beside many, one of which is called nearly so",
      undefined,
      "a/x.yaml",
      "a/y.yaml",
      crowd + deployment("orc"),
      true,
    ],
    ["beside many that are counted on", undefined, "a/x.yaml", "a/y.yaml", crowd + deployment("ocr1"), false],
    ["among many of a namespace that both write", "ml", "a/x.yaml", "b/y.yaml", crowdOf("ml"), true],
    ["beside none", undefined, "a/x.yaml", "a/y.yaml", deployment("asr", "other"), false],
  ])("that is not there is missed for sure, or kept elsewhere: %s", (_, namespace, scaler, targets, text, isSure) => {
    const own = hpa("ocr", "ocr", namespace);
    const files = scaler === targets ? [file(scaler, own + text)] : [file(scaler, own), file(targets, text)];
    const { why, objects } = ask(files, "HorizontalPodAutoscaler", "ocr", "target") ?? {};
    expect([why, objects]).toEqual([isSure ? null : "not-in-set", []]);
  });

  it("of another rendering is none", () => {
    const files = [file("one:a.yaml", hpa("ocr", "ocr", "ml")), file("two:b.yaml", deployment("ocr", "ml"))];
    expect(ask(files, "HorizontalPodAutoscaler", "ocr", "target")).toEqual({ why: "not-in-set", objects: [] });
  });

  it("is the nearest of those that are called alike", () => {
    const files = ["dev", "prod"].flatMap((folder) => [
      file(`${folder}/hpa.yaml`, hpa(`ocr-${folder}`, "ocr", "ml")),
      file(`${folder}/app/server.yaml`, deployment("ocr", "ml")),
    ]);
    expect(ask(files, "HorizontalPodAutoscaler", "ocr-prod", "target")?.objects).toEqual([
      "prod/app/server.yaml:5 Deployment/ocr",
    ]);
  });

  it.each([
    ["a template", hpa("x", `"{{ name }}"`, "ml"), "template"],
    ["of a kind that is not known", hpa("x", "ocr", "ml", "App", "example.com/v1"), "kind"],
    ["named nowhere", hpa("x", `""`, "ml"), "reference"],
    ["in the group that old files name", hpa("x", "ocr", "ml", "Deployment", "extensions/v1beta1"), null],
    ["in no group of its kind", hpa("x", "ocr", "ml", "Deployment", "v1"), "kind"],
  ])("%s", (_, text, why) => {
    const files = [file("a.yaml", text), file("b.yaml", deployment("ocr", "ml"))];
    expect(ask(files, "HorizontalPodAutoscaler", "x", "target")?.why).toBe(why);
  });

  it("is nowhere where the cluster has no such object, and unknown where it may not be read", () => {
    const files = [file("", hpa("ocr", "ocr", "ml"))];
    const inCluster = { cluster: true, namespaceGiven: true, defaultNamespace: "ml" };
    expect(ask(files, "HorizontalPodAutoscaler", "ocr", "target", inCluster)?.why).toBeNull();
    const unknown = { ...inCluster, unknownRoles: ["workload"] };
    expect(ask(files, "HorizontalPodAutoscaler", "ocr", "target", unknown)?.why).toBe("no-cluster");
  });

  it("of a ScaledObject is a Deployment, unless it says otherwise", () => {
    const files = [
      file("a.yaml", scaledObject("one", "{ scaleTargetRef: { name: ocr } }")),
      file("b.yaml", scaledObject("two", "{ scaleTargetRef: { kind: StatefulSet, name: ocr } }")),
      file("c.yaml", deployment("ocr", "ml") + deployment("ocr", "ml", "StatefulSet")),
    ];
    expect(ask(files, "ScaledObject", "one", "target")?.objects).toEqual(["c.yaml:5 Deployment/ocr"]);
    expect(ask(files, "ScaledObject", "two", "target")?.objects).toEqual(["c.yaml:18 StatefulSet/ocr"]);
  });
});

describe("the scalers of one target", () => {
  const two = (first: string, second: string) => [
    file(first, hpa("one", "ocr", "ml")),
    file(second, scaledObject("two", "{ scaleTargetRef: { name: ocr } }")),
  ];

  it("are rivals, whether the target is there or not", () => {
    const files = two("a/one.yaml", "a/two.yaml");
    expect(ask(files, "HorizontalPodAutoscaler", "one", "rivals")).toEqual({
      why: null,
      objects: ["a/two.yaml:4 ScaledObject/two"],
    });
    expect(ask(files, "ScaledObject", "two", "rivals")?.objects).toEqual(["a/one.yaml:4 HorizontalPodAutoscaler/one"]);
  });

  it("that stand far from each other are rivals where there is one such target, and not where each cluster has its own", () => {
    const far = two("a/one.yaml", "b/two.yaml");
    expect(ask(far, "HorizontalPodAutoscaler", "one", "rivals")?.objects).toEqual([]);
    const shared = [...far, file("c/server.yaml", deployment("ocr", "ml"))];
    expect(ask(shared, "HorizontalPodAutoscaler", "one", "rivals")?.objects).toHaveLength(1);
    const own = [...far, ...["a", "b"].map((each) => file(`${each}/server.yaml`, deployment("ocr", "ml")))];
    expect(ask(own, "HorizontalPodAutoscaler", "one", "rivals")?.objects).toEqual([]);
  });

  it("are not all named where they are many, for each of them names as many", () => {
    const many = Array.from({ length: 1000 }, (_, index) => hpa(`h${index}`, "ocr", "ml")).join("");
    const files = [file("a.yaml", many)];
    const set = setOfFiles(files, names);
    for (const name of ["h0", "h999"]) {
      const { why, objects } = asked(set, files, "HorizontalPodAutoscaler", name, "rivals") ?? {
        why: null,
        objects: [],
      };
      expect([why, objects.length > 0, objects.length < 7]).toEqual(["too-many", true, true]);
    }
  });

  it("are not the same one in two environments, nor what another scaler made, nor a canary", () => {
    const owned = hpa("keda-hpa-two", "ocr", "ml").replace(
      "namespace: ml",
      "namespace: ml, ownerReferences: [{ apiVersion: keda.sh/v1alpha1, kind: ScaledObject, name: two, uid: u, controller: true }]",
    );
    const canary = `---
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: ocr, namespace: ml }
spec: { targetRef: { apiVersion: apps/v1, kind: Deployment, name: ocr } }
`;
    const again = file("a/b/one.yaml", hpa("one", "ocr", "ml"));
    const files = [file("a/one.yaml", hpa("one", "ocr", "ml")), again, file("a/x.yaml", owned + canary)];
    expect(ask(files, "HorizontalPodAutoscaler", "one", "rivals")?.objects).toEqual([]);
    expect(ask(files, "HorizontalPodAutoscaler", "keda-hpa-two", "rivals")).toBeNull();
  });

  it("are known at the target, too", () => {
    const files = [...two("a.yaml", "b.yaml"), file("c.yaml", deployment("ocr", "ml") + deployment("asr", "ml"))];
    expect(ask(files, "Deployment", "ocr", "scalers")?.objects).toEqual([
      "a.yaml:4 HorizontalPodAutoscaler/one",
      "b.yaml:4 ScaledObject/two",
    ]);
    expect(ask(files, "Deployment", "asr", "scalers")).toEqual({ why: null, objects: [] });
    expect(ask(files, "Deployment", "asr", "target")).toBeNull();
  });
});

describe("who leaves the replicas to a scaler", () => {
  const application = (ignored: string, options = "[]"): string => `---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ml, namespace: argocd }
spec: { ignoreDifferences: [${ignored}], syncPolicy: { syncOptions: ${options} } }
`;
  it.each<[string, boolean]>([
    ["{ group: apps, kind: Deployment, jsonPointers: [/spec/replicas] }", true],
    ["{ group: apps, kind: Deployment, name: ocr, namespace: ml, jqPathExpressions: [.spec.replicas] }", true],
    ['{ group: "*", kind: "*", managedFieldsManagers: [kube-controller-manager] }', true],
    ["{ group: apps, kind: Deployment, name: asr, jsonPointers: [/spec/replicas] }", false],
    ["{ group: apps, kind: Deployment, namespace: other, jsonPointers: [/spec/replicas] }", false],
    ["{ group: apps, kind: StatefulSet, jsonPointers: [/spec/replicas] }", false],
    ["{ group: apps, kind: Deployment, jsonPointers: [/spec/template] }", false],
  ])("%s", (ignored, found) => {
    const files = [file("apps/a.yaml", application(ignored)), file("b.yaml", hpa("ocr", "ocr", "ml"))];
    const said = ask(files, "HorizontalPodAutoscaler", "ocr", "replicasOwner");
    expect(said).toMatchObject(
      found ? { why: null, objects: ["apps/a.yaml:4 Application/ml"] } : { why: "not-in-set" },
    );
  });
});

describe("a question that nobody has answered yet", () => {
  const scaler = file("a/hpa.yaml", hpa("ocr", "ocr", "ml"));
  const server = file("b/server.yaml", deployment("ocr", "ml"));

  it("waits for the workloads of other files, and not for those of its own", () => {
    const own = file("a/all.yaml", hpa("ocr", "ocr", "ml") + deployment("ocr", "ml"));
    const set = unlearntSet([scaler, own, server], names);
    expect([set.hasOpenQuestion("a/hpa.yaml"), set.hasOpenQuestion("a/all.yaml")]).toEqual([true, true]);
    for (const object of own.objects) set.learn(object, own);
    expect([set.hasOpenQuestion("a/hpa.yaml"), set.hasOpenQuestion("a/all.yaml")]).toEqual([true, false]);
    expect(set.hasOpenQuestion("b/server.yaml")).toBe(false);
  });

  it("is asked of nobody where no rule asks", () => {
    const set = unlearntSet([scaler, server], []);
    for (const object of server.objects) set.learn(object, server);
    expect(set.hasOpenQuestion("a/hpa.yaml")).toBe(false);
    expect(set.learnt().workloads.entries).toEqual([]);
  });

  it("keeps only the workloads that it is about", () => {
    const others = file("c/others.yaml", deployment("asr", "ml") + deployment("ocr", "other"));
    const set = unlearntSet([scaler, server, others], names);
    for (const each of [server, others]) for (const object of each.objects) set.learn(object, each);
    expect(set.learnt().workloads.entries.map(({ file }) => file)).toEqual(["b/server.yaml"]);
  });

  it("is answered by what all threads learnt, in whatever order", () => {
    const files = [
      scaler,
      server,
      file("d/far.yaml", hpa("far", "ocr", "ml")),
      file("e/asr.yaml", deployment("asr", "ml")),
    ];
    const shares = [files.slice(0, 2), files.slice(2)];
    const sets = shares.map((share) => {
      const set = unlearntSet(files, names);
      for (const each of share) for (const object of each.objects) set.learn(object, each);
      return set;
    });
    const learnt = structuredClone(sets.map((set) => set.learnt()));
    sets[0]?.merge(learnt);
    sets[1]?.merge([...learnt].reverse());
    const one = setOfFiles(files, names);
    for (const set of sets) {
      for (const name of ["ocr", "far"]) {
        for (const relation of ["target", "rivals"]) {
          expect(asked(set, files, "HorizontalPodAutoscaler", name, relation)).toEqual(
            asked(one, files, "HorizontalPodAutoscaler", name, relation),
          );
        }
      }
    }
    expect(asked(one, files, "HorizontalPodAutoscaler", "ocr", "target")?.why).toBeNull();
  });
});
