import { describe, expect, test } from "vitest";
import { hasPaddleSign, isMarkedPaddle, isPaddleImage, launchesTraining } from "../../src/workloads/paddle.ts";

describe("images", () => {
  test.each([
    "paddlepaddle/paddle:3.2.0",
    "ccr.example.com/paddlex/hps:latest-gpu",
    "ccr.example.com/paddlepaddle/fastdeploy-cuda-12.6:2.3.0",
    "registry:5000/team/paddle-ocr",
    "kserve-paddleserver:replace",
    "PaddlePaddle/Paddle",
    "localhost/fastdeploy@sha256:abc",
  ])("%s is Paddle", (image) => expect(isPaddleImage(image)).toBe(true));

  test.each(["nginx", "registry.paddle.example.com/app:1.0", "paddle.local:5000/app", "app:paddle", "app@paddle"])(
    "%s is not",
    (image) => expect(isPaddleImage(image)).toBe(false),
  );

  test.each([
    "registry.example.com/paddleflow-public/paddle-operator:v0.4",
    "paddleflow/paddle-job-controller",
    "paddle/controller-manager:v1",
  ])("%s manages Paddle, and nothing makes it Paddle", (image) => {
    expect(hasPaddleSign({ command: ["paddlex"], env: [{ name: "PADDLE_X", value: "1" }] }, image)).toBe(false);
  });
});

describe("commands", () => {
  const sign = (raw: Parameters<typeof hasPaddleSign>[0]): boolean => hasPaddleSign(raw, "python:3.11.9");
  test.each([
    [{ command: ["paddlex", "--serve"] }],
    [{ args: ["paddleocr", "ocr"] }],
    [{ command: ["/usr/local/bin/paddle_serving_server"] }],
    [{ command: ["python", "-m", "fastdeploy.entrypoints.openai.api_server"] }],
    [{ args: ["-m", "paddle.distributed.launch"] }],
    [{ command: ["bash", "-c", "cd /srv && nohup python3 -mpaddle_serving_server.serve &"] }],
    [{ command: ["$(SERVER)"], env: [{ name: "SERVER", value: "hps_server" }] }],
    [{ env: [{ name: "FD_MODEL_CACHE", value: "/models" }] }],
    [{ env: [{ name: "PADDLE_TRAINER_ID", valueFrom: {} }] }],
  ])("%j says Paddle", (raw) => expect(sign(raw)).toBe(true));

  test.each([
    [{ command: ["python", "paddle_client.py"] }],
    [{ command: ["echo", "paddlex"] }],
    [{ command: ["bash", "-c", "echo 'paddlex'"] }],
    [{ env: [{ name: "MY_PADDLE_X", value: "1" }, "PADDLE_X", { name: 5 }] }],
    [{ command: "paddlex", args: { a: 1 }, env: "PADDLE_X" }],
  ])("%j does not", (raw) => expect(sign(raw)).toBe(false));
});

test("the mark counts when it says true", () => {
  expect(isMarkedPaddle({ "paddlock.dev/paddle": "true" })).toBe(true);
  expect(isMarkedPaddle({ "paddlock.dev/paddle": true })).toBe(true);
  expect(isMarkedPaddle({ "paddlock.dev/paddle": "false" })).toBe(false);
  expect(isMarkedPaddle({})).toBe(false);
});

test("the launcher for distributed training is known", () => {
  expect(launchesTraining({ command: ["bash", "-c", "python -m paddle.distributed.launch train.py"] })).toBe(true);
  expect(launchesTraining({ command: ["fleetrun", "train.py"] })).toBe(true);
  expect(launchesTraining({ command: ["python", "-m", "paddlenlp.cli"] })).toBe(false);
});
