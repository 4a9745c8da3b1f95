import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import type { ModelSource } from "../../src/contract/input.generated.ts";
import { type ModelContainer, modelSourcesOf } from "../../src/facts/models/sources.ts";
import { isObject, listOf, objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";

interface Options {
  readonly serving?: boolean;
  readonly container?: number;
  readonly init?: number;
  readonly claimTemplates?: readonly string[];
  readonly kind?: string;
  readonly role?: string;
  readonly pod?: string;
  readonly group?: string;
  readonly object?: JsonObject;
}

function yaml(text: string): JsonObject {
  const value = load(text);
  if (!isObject(value as JsonObject)) throw new Error("not a mapping");
  return value as JsonObject;
}

/** The sources of one container of a pod spec that is given as YAML. */
function sources(spec: string, options: Options = {}): readonly ModelSource[] {
  const raw = yaml(spec);
  const list = options.init === undefined ? "containers" : "initContainers";
  const index = options.init ?? options.container ?? 0;
  const container = objectOf(listOf(raw[list])[index]);
  const model: ModelContainer = {
    raw: container,
    path: ["spec", list, index],
    role: options.role ?? (options.init === undefined ? "container" : "initContainer"),
    imageFact: typeof container.image === "string" ? imageFact(container.image) : null,
  };
  return modelSourcesOf(
    {
      group: options.group ?? "apps",
      identity: { apiVersion: "apps/v1", kind: options.kind ?? "Deployment", namespace: null, name: "ocr" },
      object: options.object ?? {},
    },
    {
      raw,
      path: ["spec"],
      name: options.pod ?? "template",
      serving: options.serving ?? true,
      claimTemplates: [...(options.claimTemplates ?? [])],
    },
    model,
  );
}

function imageFact(reference: string): NonNullable<ModelContainer["imageFact"]> {
  return {
    path: [],
    reference,
    class: "version",
    repository: null,
    tag: null,
    digest: null,
    components: 3,
    pullPolicy: null,
  };
}

/** The parts that most tests are about. */
function brief(found: readonly ModelSource[]): unknown[][] {
  return found.map(({ kind, how, evidence, at, download }) => [kind, how, evidence, at, download]);
}

const CLAIM = "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]";
const MOUNT = "volumeMounts: [{name: v, mountPath: /srv/data}]";

describe("what names the model path", () => {
  test("the seed: a mount that says model", () => {
    expect(
      sources(`
containers:
  - name: ocr-engine
    image: registry.example.com/paddle-ocr:v2.6-gpu
    volumeMounts: [{name: model-storage, mountPath: /models}]
volumes: [{name: model-storage, persistentVolumeClaim: {claimName: pvc-model-store}}]`),
    ).toEqual([
      {
        kind: "claim",
        how: "mount",
        evidence: "/models",
        at: "/models",
        path: ["spec", "containers", 0, "volumeMounts", 0],
        mountPath: ["spec", "containers", 0, "volumeMounts", 0],
        volume: "model-storage",
        volumePath: ["spec", "volumes", 0, "persistentVolumeClaim", "claimName"],
        claim: "pvc-model-store",
        readOnly: false,
        download: false,
      },
    ]);
  });

  test.each([
    ["--model_dir=/srv/data/det", "--model_dir"],
    ["--model-dir=/srv/data/det", "--model-dir"],
    ["--det_model_dir=/srv/data/det", "--det_model_dir"],
    ["--text_detection_model_dir=/srv/data/det", "--text_detection_model_dir"],
    ["--model=/srv/data/../data/det/", "--model"],
    ["--model-repository=/srv/data/det", "--model-repository"],
  ])("the flag %s", (flag, evidence) => {
    expect(brief(sources(`containers: [{name: a, args: ["${flag}"], ${MOUNT}}]\n${CLAIM}`))).toEqual([
      ["claim", "flag", evidence, "/srv/data/det", false],
    ]);
  });

  test("a flag and its value as two words, in command and args", () => {
    const found = sources(`
containers:
  - name: a
    command: [python, -m, fastdeploy.entrypoints.openai.api_server, --model]
    args: [/srv/data/ernie, --port, "8180"]
    ${MOUNT}
${CLAIM}`);
    expect(brief(found)).toEqual([["claim", "flag", "--model", "/srv/data/ernie", false]]);
    expect(found[0]?.path).toEqual(["spec", "containers", 0, "args", 0]);
  });

  test("Kubernetes' own references, from literal variables", () => {
    const spec = `
containers:
  - name: a
    env: [{name: ROOT, value: /srv}, {name: WHERE, value: $(ROOT)/data}]
    args: ["--model_dir=$(WHERE)/det"]
    ${MOUNT}
${CLAIM}`;
    expect(brief(sources(spec))).toEqual([["claim", "flag", "--model_dir", "/srv/data/det", false]]);
  });

  test("a reference that is escaped, or whose variable comes from elsewhere, is not judged", () => {
    const args = (arg: string): string =>
      `containers: [{name: a, env: [{name: WHERE, valueFrom: {configMapKeyRef: {}}}], args: ["${arg}"], ${MOUNT}}]\n${CLAIM}`;
    expect(brief(sources(args("--model_dir=$(WHERE)")))[0]).toEqual([
      "template",
      "flag",
      "--model_dir",
      "$(WHERE)",
      false,
    ]);
    expect(brief(sources(args("--model_dir=$$(WHERE)")))[0]?.at(0)).toBe("template");
    expect(brief(sources(args("--model_dir={{ .Values.dir }}")))[0]?.at(0)).toBe("template");
  });

  test("what is written out before an unknown part may settle it", () => {
    const spec = `containers: [{name: a, args: ["--model_dir=/srv/data/\${NAME}"], ${MOUNT}}]\n${CLAIM}`;
    expect(brief(sources(spec))).toEqual([["claim", "flag", "--model_dir", "/srv/data/${NAME}", false]]);
    const outside = `containers: [{name: a, args: ["--model_dir=/srv/\${NAME}"], ${MOUNT}}]\n${CLAIM}`;
    expect(brief(sources(outside))[0]?.at(0)).toBe("template");
  });

  test("scripts of a shell: quotes, operators, line continuations, cd, variables", () => {
    const spec = String.raw`
containers:
  - name: a
    env: [{name: ROOT, value: /srv/data}]
    command: [/bin/bash, -lc]
    args:
      - |
        set -ex; export NAME='det v2'
        ulimit -c 0 && cd "$ROOT" && \
          exec python -m paddle_serving_server.serve --model "./$NAME" \
          --port 9292 | tee /dev/stderr
    ${MOUNT}
${CLAIM}`;
    expect(brief(sources(spec))).toEqual([["claim", "flag", "--model", "/srv/data/det v2", false]]);
  });

  test("a variable that names the model", () => {
    const found = sources(`containers: [{name: a, env: [{name: MODEL_DIR, value: /srv/data/x}], ${MOUNT}}]\n${CLAIM}`);
    expect(brief(found)).toEqual([["claim", "env", "MODEL_DIR", "/srv/data/x", false]]);
    expect(found[0]?.path).toEqual(["spec", "containers", 0, "env", 0, "value"]);
  });

  test("a flag or variable comes before a mount that merely looks like models", () => {
    const spec = `
containers:
  - name: a
    args: [--model_dir, /srv/data]
    volumeMounts: [{name: v, mountPath: /srv/data}, {name: models, mountPath: /models}]
volumes: [{name: v, hostPath: {path: /x}}, {name: models, persistentVolumeClaim: {claimName: c}}]`;
    expect(brief(sources(spec))).toEqual([["hostPath", "flag", "--model_dir", "/srv/data", false]]);
  });

  test.each([
    ["HOME", "/home/paddle", "/home/paddle/.paddlex"],
    ["PADDLE_PDX_CACHE_HOME", "/cache", "/cache"],
  ])("the cache of the stack: %s", (name, value, mountPath) => {
    const found = sources(`
containers:
  - name: a
    image: ccr/paddlex/paddlex:paddlex3.3.11-paddlepaddle3.2.0-cpu
    env: [{name: ${name}, value: ${value}}]
    volumeMounts: [{name: v, mountPath: ${mountPath}}]
${CLAIM}`);
    expect(found).toMatchObject([{ kind: "claim", claim: "c", download: true }]);
  });

  test("the stack's default without any mount", () => {
    const of = (image: string): unknown => brief(sources(`containers: [{name: a, image: "${image}"}]`))[0];
    expect(of("ccr/paddlex/paddlex:3.0.0")).toEqual([
      "none",
      "default",
      "PaddleX",
      "/root/.paddlex/official_models",
      false,
    ]);
    expect(of("ccr/paddlepaddle/paddlenlp:llm-serving-v2.3")).toEqual([
      "none",
      "default",
      "PaddleNLP",
      "/models",
      false,
    ]);
    expect(of("ccr/paddlepaddle/serving:0.9.0")).toEqual(["none", "default", "Paddle Serving", null, false]);
    expect(of("ccr/paddlepaddle/paddleocr-vl:3.4.0-nvidia-gpu-offline")?.toString()).toContain("offline");
  });

  test("a container that trains: the paths that it names, and no others", () => {
    const spec = (args: string): string => `
containers:
  - name: a
    args: [${args}]
    volumeMounts: [{name: model-cache, mountPath: /models}, {name: v, mountPath: /ckpt}]
volumes: [{name: model-cache, emptyDir: {}}, {name: v, hostPath: {path: /tmp}}]`;
    expect(sources(spec("--log_dir, /models/log"), { serving: false })).toEqual([]);
    expect(brief(sources(spec("--save_dir, /ckpt/x"), { serving: false }))).toEqual([
      ["hostPath", "flag", "--save_dir", "/ckpt/x", false],
    ]);
    expect(brief(sources(spec("-o, Global.save_model_dir=/ckpt/x"), { serving: false }))).toEqual([
      ["hostPath", "flag", "Global.save_model_dir", "/ckpt/x", false],
    ]);
    expect(sources(spec("--model_name_or_path, meta-llama/Llama-2-7b"), { serving: false })).toEqual([]);
  });

  test("a serving container's results are no models", () => {
    const spec = `
containers: [{name: a, args: [--output_dir, /out], volumeMounts: [{name: o, mountPath: /out}, {name: v, mountPath: /models}]}]
volumes: [{name: o, emptyDir: {}}, {name: v, persistentVolumeClaim: {claimName: c}}]`;
    expect(brief(sources(spec))).toEqual([["claim", "mount", "/models", "/models", false]]);
  });
});

describe("what lies behind the path", () => {
  test.each([
    ["persistentVolumeClaim: {claimName: c}", "claim"],
    ["persistentVolumeClaim: {claimName: '{{ .Values.claim }}'}", "template"],
    ["hostPath: {path: /data}", "hostPath"],
    ["emptyDir: {}", "emptyDir"],
    ["emptyDir: {medium: Memory}", "memory"],
    ["csi: {driver: x}", "csi"],
    ["nfs: {server: s, path: /}", "nfs"],
    ["ephemeral: {volumeClaimTemplate: {}}", "ephemeral"],
    ["image: {reference: 'r/x:1'}", "image"],
    ["configMap: {name: x}", "other"],
    ["glusterfs: {path: x}", "other"],
  ])("%s", (volume, kind) => {
    const spec = `containers: [{name: a, args: [--model_dir=/srv/data/x], ${MOUNT}}]\nvolumes: [{name: v, ${volume}}]`;
    expect(sources(spec)[0]?.kind).toBe(kind);
  });

  test("a volume without a source is an emptyDir", () => {
    const spec = `containers: [{name: a, args: [--model_dir=/srv/data/x], ${MOUNT}}]\nvolumes: [{name: v}]`;
    expect(sources(spec)[0]?.kind).toBe("emptyDir");
  });

  test("a template of a claim wins over a volume of its name", () => {
    const spec = `containers: [{name: a, args: [--model_dir=/srv/data/x], ${MOUNT}}]\nvolumes: [{name: v, emptyDir: {}}]`;
    expect(sources(spec, { claimTemplates: ["v"] })[0]).toMatchObject({
      kind: "claimTemplate",
      volumePath: ["spec", "volumeClaimTemplates", 0],
    });
  });

  test("the longest mount by whole components, however they are ordered", () => {
    const spec = (path: string): string => `
containers:
  - name: a
    args: [--model_dir=${path}]
    volumeMounts: [{name: deep, mountPath: /srv/data/hot/}, {name: root, mountPath: /srv/data}, {name: near, mountPath: /srv/data/ho}]
volumes: [{name: deep, emptyDir: {}}, {name: root, nfs: {}}, {name: near, hostPath: {path: /}}]`;
    expect(sources(spec("/srv/data/hot/x"))[0]?.volume).toBe("deep");
    expect(sources(spec("/srv/data/hotel"))[0]?.volume).toBe("root");
    expect(sources(spec("/srv/data2"))[0]?.kind).toBe("none");
  });

  test("read-only by the mount or by the claim", () => {
    const spec = (mount: string, claim: string): string => `
containers: [{name: a, volumeMounts: [{name: v, mountPath: /models${mount}}]}]
volumes: [{name: v, persistentVolumeClaim: {claimName: c${claim}}}]`;
    expect(sources(spec("", ""))[0]?.readOnly).toBe(false);
    expect(sources(spec(", readOnly: true", ""))[0]?.readOnly).toBe(true);
    expect(sources(spec("", ", readOnly: true"))[0]?.readOnly).toBe(true);
  });

  test("a relative path, where only the image knows the working directory", () => {
    const spec = (path: string): string => `
containers: [{name: a, args: [--model_dir=${path}], volumeMounts: [{name: v, mountPath: /app/models}]}]
volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]`;
    expect(sources(spec("./models/det"))[0]?.kind).toBe("claim");
    expect(sources(spec("inference/det"))[0]?.kind).toBe("none");
  });

  test("devices, drivers and files of a ConfigMap are no models", () => {
    const spec = `
containers:
  - name: a
    image: x/paddlex:3.0.0
    volumeMounts: [{name: model-dev, mountPath: /dev/infiniband}, {name: model-config, mountPath: /etc/model.yaml}, {name: model-shm, mountPath: /dev/shm}]
volumes: [{name: model-dev, hostPath: {path: /dev/infiniband}}, {name: model-config, configMap: {name: x}}, {name: model-shm, emptyDir: {medium: Memory}}]`;
    expect(brief(sources(spec))).toEqual([["none", "default", "PaddleX", "/root/.paddlex/official_models", false]]);
  });
});

describe("what KServe and operators bring", () => {
  const kserve = { group: "serving.kserve.io", kind: "InferenceService" };
  test.each([
    ["pvc://models/paddle/resnet", "claim"],
    ["oci://registry.example.com/resnet:1.0.0", "oci"],
    ["s3://bucket/resnet", "s3"],
    ["gs://bucket/resnet", "gs"],
    ["hf://PaddlePaddle/PP-OCRv5", "hf"],
    ["https://example.com/resnet.tar.gz", "https"],
    ["http://example.com/resnet.tar.gz", "https"],
    ["hdfs://x/y", "other"],
    ["{{ .Values.uri }}", "template"],
  ])("storageUri %s", (uri, kind) => {
    const found = sources(`containers: [{name: model, storageUri: "${uri}"}]`, kserve);
    expect(found).toMatchObject([{ kind, at: uri, path: ["spec", "containers", 0, "storageUri"] }]);
  });

  test("a claim is mounted read-only unless its owner asks otherwise", () => {
    const pod = 'containers: [{name: model, storageUri: "pvc://models/x"}]';
    expect(sources(pod, kserve)[0]).toMatchObject({ claim: "models", readOnly: true });
    const object = { metadata: { annotations: { "storage.kserve.io/readonly": "false" } } };
    expect(sources(pod, { ...kserve, object })[0]).toMatchObject({ claim: "models", readOnly: false });
  });

  test("storageUris and storage", () => {
    expect(
      brief(sources('containers: [{name: model, storageUris: [{uri: "oci://r/x:1"}, "hf://a/b"]}]', kserve)),
    ).toEqual([
      ["oci", "field", "storageUris", "oci://r/x:1", false],
      ["hf", "field", "storageUris", "hf://a/b", true],
    ]);
    const storage = "containers: [{name: model, storage: {key: minio, path: x, parameters: {type: s3}}}]";
    expect(brief(sources(storage, kserve))).toEqual([["s3", "field", "storage", "x", true]]);
  });

  test("a runtime's /mnt/models is lent by the InferenceServices that use it", () => {
    const runtime = { group: "serving.kserve.io", kind: "ClusterServingRuntime" };
    const spec = "containers: [{name: kserve-container, args: ['--model_name={{.Name}}', --model_dir=/mnt/models]}]";
    expect(brief(sources(spec, runtime))).toEqual([["inferenceService", "flag", "--model_dir", "/mnt/models", false]]);
    expect(sources(spec, kserve)[0]?.kind).toBe("none");
  });
});

describe("what is fetched at start", () => {
  const pod = (script: string, extra = ""): string => `
initContainers:
  - name: fetch
    command: [sh, -c]
    args: [${JSON.stringify(script)}]
    ${extra}
    volumeMounts: [{name: v, mountPath: /models}, {name: tmp, mountPath: /scratch}]
volumes: [{name: v, persistentVolumeClaim: {claimName: c}}, {name: tmp, emptyDir: {}}]`;
  const fetched = (script: string, extra = ""): unknown[] =>
    sources(pod(script, extra), { init: 0 }).map(({ kind, evidence, at }) => [kind, evidence, at]);

  test.each([
    ["wget https://h/det_infer.tar -P /models", "claim", "wget", "/models"],
    [
      "wget -qO /models/det.tar https://h/det.tar && tar xf /models/det.tar -C /scratch",
      "emptyDir",
      "wget",
      "/scratch",
    ],
    ["wget -P /scratch https://h/det.tar; tar -xf /scratch/det.tar --directory=/models", "claim", "wget", "/models"],
    ["cd /models && wget https://h/det.tar && tar xf det.tar && rm det.tar", "claim", "wget", "/models"],
    ["wget https://h/det.tar && tar xf det.tar", "none", "wget", null],
    ["curl -fsSL https://h/det.tar | tar -xz -C /scratch", "emptyDir", "curl", "/scratch"],
    ["curl -sSLo /scratch/det.tar https://h/det.tar", "emptyDir", "curl", "/scratch"],
    ["cd /scratch; curl -LO https://h/model.tar", "emptyDir", "curl", "/scratch"],
    ["curl -L https://h/model.tar > /models/model.tar", "claim", "curl", "/models"],
    ["[ -d /models/det ] || { mkdir -p /models; wget -P /models $MODEL_URL; }", "claim", "wget", "/models"],
    ["git clone https://h/PaddleOCR.git /scratch/ocr", "emptyDir", "git clone", "/scratch/ocr"],
    ["cd /models && git clone --depth 1 https://h/o/PaddleOCR", "claim", "git clone", "/models/PaddleOCR"],
    ["git lfs install; git clone https://h/o/m", "none", "git clone", null],
    ["python3 -m paddle_serving_app.package --get_model ocr_rec", "none", "--get_model", null],
    ["hub install ch_pp-ocrv3", "none", "hub install", "/root/.paddlehub"],
    [
      "huggingface-cli download PaddlePaddle/PP-OCRv5 --local-dir /models/v5",
      "claim",
      "huggingface-cli download",
      "/models/v5",
    ],
    [
      "pip install modelscope && modelscope download --model PaddlePaddle/x --local_dir /scratch/x",
      "emptyDir",
      "modelscope download",
      "/scratch/x",
    ],
    ["bcecmd bos cp -r bos:/bucket/models /models --yes", "claim", "bcecmd cp", "/models"],
    ["aws s3 sync s3://bucket/m /scratch/m --region x", "emptyDir", "aws sync", "/scratch/m"],
    ["wget https://h/det.tar && tar xf det.tar && mv det /models/", "claim", "wget", "/models"],
    [
      'python -c \'from huggingface_hub import snapshot_download; snapshot_download("a/b", local_dir="/models/b")\'',
      "claim",
      "snapshot_download",
      "/models/b",
    ],
    ["bash -c 'wget -P /scratch https://h/det.tar'", "emptyDir", "wget", "/scratch"],
    ["D=/scratch; wget -P $D https://h/det.tar", "emptyDir", "wget", "/scratch"],
    ["wget -P ${D:-/scratch} https://h/det.tar", "emptyDir", "wget", "/scratch"],
  ])("%s", (script, kind, evidence, at) => {
    expect(fetched(script)).toEqual([[kind, evidence, at]]);
  });

  test.each([
    "until curl -sf http://db:5432/health; do sleep 1; done",
    "curl -s -o /dev/null http://redis:6379/models",
    "wget --spider https://h/det.tar",
    "aws s3 cp /models/x s3://bucket/x",
    "echo 'wget https://h/det.tar'",
    "# wget https://h/det.tar",
    "cat <<EOF >/tmp/x\nwget https://h/det.tar\nEOF\n",
    "wget -q https://h/ca.crt -O /etc/ssl/ca.crt",
  ])("is none: %s", (script) => {
    expect(fetched(script)).toEqual([]);
  });

  test("a destination nobody here knows", () => {
    expect(fetched("wget -P $DEST https://h/det.tar")).toEqual([["template", "wget", null]]);
  });

  test("the working directory of the manifest", () => {
    expect(fetched("wget https://h/det.tar", "workingDir: /models/x")).toEqual([["claim", "wget", "/models/x"]]);
  });

  test("a repository in --model: to FD_MODEL_CACHE, else home", () => {
    const spec = (env: string): string => `
containers:
  - name: fd
    command: [python, -m, fastdeploy.entrypoints.openai.api_server, --model, baidu/ERNIE-4.5-0.3B-Paddle]
    env: [${env}]
    volumeMounts: [{name: v, mountPath: /cache}]
${CLAIM}`;
    expect(brief(sources(spec("{name: FD_MODEL_CACHE, value: /cache}")))).toEqual([
      ["claim", "download", "--model baidu/ERNIE-4.5-0.3B-Paddle", "/cache", true],
    ]);
    expect(brief(sources(spec("")))).toEqual([
      ["none", "download", "--model baidu/ERNIE-4.5-0.3B-Paddle", "/root", true],
    ]);
  });

  test("a path on a mount is no repository, nor is Paddle Serving's relative path", () => {
    const spec = `containers: [{name: a, workingDir: /srv/data, args: [--model, hub/ernie], ${MOUNT}}]\n${CLAIM}`;
    expect(brief(sources(spec))).toEqual([["claim", "flag", "--model", "/srv/data/hub/ernie", false]]);
    const serving = "containers: [{name: a, command: [python, -m, paddle_serving_server.serve, --model, uci/housing]}]";
    expect(brief(sources(serving))).toEqual([["none", "flag", "--model", "uci/housing", false]]);
  });

  test("PaddleNLP's model_name and PaddleX's model source", () => {
    const nlp = (env: string): unknown =>
      brief(
        sources(`containers: [{name: a, image: "x/paddlenlp:llm-serving-v2.3", env: [${env}], ${MOUNT}}]\n${CLAIM}`),
      );
    expect(nlp("{name: model_name, value: Qwen/Qwen2}")).toEqual([["none", "download", "model_name", "/models", true]]);
    expect(nlp("{name: model_name, value: Qwen/Qwen2}, {name: MODEL_DIR, value: /srv/data}")).toEqual([
      ["claim", "download", "model_name", "/srv/data", true],
    ]);
    expect(
      brief(
        sources(
          'containers: [{name: a, image: "x/paddlex:3.0.0", env: [{name: PADDLE_PDX_MODEL_SOURCE, value: BOS}]}]',
        ),
      ),
    ).toEqual([["none", "download", "PADDLE_PDX_MODEL_SOURCE", "/root/.paddlex", true]]);
  });

  test("a server that fetches its model into nowhere is said once", () => {
    const script =
      "wget https://h/m.tar.gz && tar xzf m.tar.gz && python3 -m paddle_serving_server.serve --model serving_server --port 9292";
    const found = sources(`containers: [{name: default, command: [/bin/bash, -c], args: ["${script}"]}]`);
    expect(brief(found)).toEqual([["none", "download", "wget", null, true]]);
  });
});
