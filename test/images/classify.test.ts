import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classifyImage, type PinClass } from "../../src/images/classify.ts";
import { classifyTag } from "../../src/images/tag.ts";

const DIGEST = `sha256:${"0a".repeat(32)}`;

/** References by class, with the numbers of the version where there is one. */
const REFERENCES: { readonly [name in PinClass]: readonly (readonly [reference: string, components?: number])[] } = {
  invalid: [["nginx:"], ["Nginx:1.27.3"], ["app@sha256:0a"], [""], [" app:1.2.3"], [`app:${"1".repeat(129)}`]],
  template: [
    ["{{ .Values.image }}"],
    ["registry.example.com/app:{{ .Values.tag }}"],
    ["app:$" + "{TAG}"],
    ["$(IMAGE)"],
    ["app:$TAG"],
    ["<your-image>"],
    ["app:#{tag}#"],
    ["app:__TAG__"],
    ["__REGISTRY__/app:1.2.3"],
  ],
  untagged: [["paddlepaddle/edl-example"], ["registry:5000/app"], ["registry.example.com/cuda-12.6/app"]],
  digest: [
    [`registry.example.com/paddle/paddleocr-vl@${DIGEST}`],
    [`app:latest@${DIGEST}`],
    [`app:3.2.0@${DIGEST}`, 3],
    [`app@sha512:${"0a".repeat(64)}`],
  ],
  floating: [
    ["paddlepaddle/paddle:latest"],
    ["paddlepaddle/paddle:latest-dev"],
    ["paddlepaddle/paddle:latest-gpu-cuda10.1-cudnn7"],
    ["registry.example.com/paddle/paddleocr-vl:latest-nvidia-gpu-offline"],
    ["paddlecloud/paddleocr:2.6-gpu-cuda11.2-cudnn8-latest"],
    ["app:1.2.3-latest"],
    ["app:v1__B__-latest"],
    ["app:Latest"],
    ["app:2.6.latest"],
    ["app:ci"],
    ["app:stable"],
    ["app:nightly"],
    ["app:nightly-gpu-cuda12.6"],
    ["app:edge-alpine"],
    ["app:develop"],
    ["app:develop-gpu-cuda11.2"],
    ["app:main"],
    ["app:master-py310"],
    ["app:head"],
    ["app:1.2.3-SNAPSHOT"],
    ["app:canary"],
    ["app:current"],
    ["app:dev"],
    ["app:dev-cuda12.6"],
    ["app:gpu-dev"],
    ["app:test"],
    ["app:prod"],
    ["app:production-gpu"],
    ["app:staging"],
    ["app:lts-jdk17"],
  ],
  partial: [
    ["redis:7", 1],
    ["app:v1", 1],
    ["bitnami/etcd:3-debian-10", 1],
    ["app:3-alpine3.19", 1],
    ["postgres:16.3", 2],
    ["postgres:16.3-alpine", 2],
    ["app:2.4", 2],
    ["app:v2.6-gpu", 2],
    ["app:2.5-dev", 2],
    ["registry.example.com/paddle/hps:paddlex3.5-gpu", 2],
    ["registry.example.com/paddle/paddleocr-vl:paddleocr3.4-iluvatar-gpu-offline", 2],
    ["app:paddlex3.3-paddlepaddle3.2.0-cpu", 2],
    ["app:llm-serving-cuda124-cudnn9-v2.3", 2],
    ["app:cuda-12.6-cudnn-9-2.3", 2],
    ["app:24.05-py3", 2],
    ["app:2.6-rc1", 2],
    ["app:qwen2.5-7b-instruct", 2],
    ["app:1.2.x", 2],
    ["app:0.0.0", 3],
    ["app:0.0.0-xpu-21.10", 3],
    ["app:resnet50", 1],
  ],
  opaque: [
    ["app:cann800-ubuntu20-npu-910b-base-aarch64-gcc84"],
    ["app:cann80RC2-ubuntu20-npu-base-aarch64-gcc84"],
    ["app:cann8.0.rc1-ubuntu22.04-py3.10"],
    ["app:ubuntu20-x86_64-gcc84-py310"],
    ["app:kylinv10-x86_64-gcc82-py310"],
    ["app:ctr2.15.0-ubuntu20-gcc84-py310"],
    ["app:dtk24.04.1-ubuntu20.04-py310"],
    ["app:rocm6.2.4-py3.11"],
    ["app:musa3.1.0-py310"],
    ["app:corex4.2.0-py310"],
    ["app:cuda12.6.3-cudnn9-devel-ubuntu22.04"],
    ["app:gpu-h100"],
    ["app:npu-310-base"],
    ["app:v100-gpu"],
    ["app:k8s-pipeline-demo"],
    ["app:security"],
    ["app:elastic"],
    ["app:replace"],
    ["app:lac-http"],
    ["app:llama-7b"],
    ["app:gpu"],
    ["app:bookworm"],
    ["app:deadbeef"],
    ["app:bitnami-r9"],
  ],
  version: [
    ["paddlepaddle/paddle:2.4.0rc0-gpu-cuda11.2-cudnn8.1-trt8.0", 3],
    ["app:2.5.1", 3],
    ["app:v3.5.9-amd64", 3],
    ["paddlepaddle/paddle:3.2.0-gpu-cuda12.6-cudnn9.5", 3],
    ["paddlepaddle/paddle:3.0.0b1-gpu-cuda11.8-cudnn8.6-trt8.5", 3],
    ["registry.example.com/paddle/paddlex:paddlex3.3.11-paddlepaddle3.2.0-cpu", 3],
    ["registry.example.com/paddle/fastdeploy-cuda-12.6:2.3.0", 3],
    ["app:0.9.0-cuda11.2-cudnn8-devel", 3],
    ["app:0.9.0-cuda11.2-cudnn8-dev", 3],
    ["app:cuda-12.6-2.3.0", 3],
    ["app:ubuntu22.04-py310-v2.3.0", 3],
    ["app:xpu-2.3.0", 3],
    ["app:resnet50-2.4.1", 3],
    ["app:release-1.4.2", 3],
    ["app:1.4.2-prod", 3],
    ["app:v0.6.3.post1", 3],
    ["app:2.0.0-beta.2", 3],
    ["app:1.25.3.1-alpine", 4],
    ["bitnami/redis:7.2.4-debian-12-r9", 3],
    ["app:20240131", 1],
    ["app:2024-01-31", 1],
    ["app:2024-01-31T15-30", 1],
    ["app:20240131-1530", 1],
    ["minio/minio:RELEASE.2024-01-31T20-20-33Z", 1],
    ["app:12345", 1],
    ["app:build-12345", 1],
    ["app:b12345", 1],
    ["app:2.6-gpu-20240131", 2],
    ["app:main-20240131", 1],
    ["app:0.0.0-dev20240131", 3],
  ],
  commit: [
    ["paddlecloud/paddleocr:2.5-gpu-cuda10.2-cudnn7-efbb0a"],
    ["app:68a05839"],
    [`app:${"0a".repeat(20)}`],
    ["app:develop-gpu-cuda10.2-cudnn7-6b1d1a"],
    ["app:main-68a0583"],
    ["app:sha-1234567"],
    ["app:main-sha-68a0583"],
    ["app:git-68a0583"],
    ["app:0.0.0-68a0583"],
    ["app:v1.2-14-g68a0583"],
  ],
};

describe("classifyImage", () => {
  test.each(
    Object.entries(REFERENCES).flatMap(([name, references]) =>
      references.map(([reference, components = 0]) => [reference, name, components] as const),
    ),
  )("%s is %s", (reference, name, components) => {
    expect(classifyImage(reference)).toMatchObject({ class: name, components });
  });

  test("takes the reference apart, and keeps what is written", () => {
    expect(classifyImage(`registry:5000/team/app:2.3@${DIGEST}`)).toEqual({
      class: "digest",
      repository: "registry:5000/team/app",
      tag: "2.3",
      digest: DIGEST,
      components: 2,
    });
  });

  test("says what is wrong with a reference that is none", () => {
    expect(classifyImage("nginx:")).toEqual({
      class: "invalid",
      problem: "empty-tag",
      repository: null,
      tag: null,
      digest: null,
      components: 0,
    });
  });

  test("remembers no more than it needs, and answers the same afterwards", () => {
    for (let index = 0; index < 10_000; index++) classifyImage(`app:1.2.${index}`);
    expect(classifyImage("app:1.2.7")).toMatchObject({ class: "version", components: 3 });
  });
});

describe("classifyTag", () => {
  const number = fc.integer({ min: 1, max: 9999 });
  const environment = fc.constantFrom(
    "gpu",
    "cuda12.6",
    "cudnn9.5",
    "py310",
    "ubuntu22.04",
    "aarch64",
    "offline",
    "devel",
  );
  const flavours = fc.array(environment, { maxLength: 4 });
  const product = fc.constantFrom("", "v", "paddlex", "fastdeploy-v");

  test("finds a version whatever it was built for", () => {
    fc.assert(
      fc.property(product, fc.array(number, { minLength: 1, maxLength: 4 }), flavours, (product, numbers, flavours) => {
        const tag = [`${product}${numbers.join(".")}`, ...flavours].join("-");
        const pinned = numbers.length > 2;
        expect(classifyTag(tag)).toEqual({ class: pinned ? "version" : "partial", components: numbers.length });
      }),
    );
  });

  test("takes no environment for a version", () => {
    fc.assert(
      fc.property(fc.array(environment, { minLength: 1, maxLength: 6 }), (flavours) => {
        expect(classifyTag(flavours.join("-"))).toEqual({ class: "opaque", components: 0 });
      }),
    );
  });

  test("lets nothing that follows latest pin it", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9.-]{0,40}$/), (suffix) => {
        expect(classifyTag(`latest-${suffix}`).class).toBe("floating");
      }),
    );
  });
});
