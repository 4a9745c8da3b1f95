import { describe, expect, test } from "vitest";
import { fitsGlob } from "../../src/json/glob.ts";
import { quantityOf } from "../../src/resources/quantity.ts";
import { AcceleratorTable } from "../../src/workloads/accelerators.ts";

const table = new AcceleratorTable();

const DEVICES = {
  nvidia: ["nvidia.com/gpu", "nvidia.com/gpu.shared", "nvidia.com/mig-1g.10gb", "alpha.kubernetes.io/nvidia-gpu"],
  baidu: ["baidu.com/cgpu", "baidu.com/a100_80g_cgpu", "baidu.com/xpu", "kunlunxin.com/xpu", "kunlunxin.com/vxpu"],
  ascend: ["huawei.com/Ascend910", "huawei.com/Ascend910B4", "huawei.com/Ascend310P", "huawei.com/ascend-310"],
  hygon: ["hygon.com/dcu", "hygon.com/dcu-share", "hygon.com/dcunum"],
  cambricon: ["cambricon.com/mlu", "cambricon.com/vmlu", "cambricon.com/mlu370.smlu"],
  iluvatar: ["iluvatar.com/gpu", "iluvatar.ai/MR-V100-vgpu"],
  enflame: ["enflame.com/gcu", "enflame.com/shared-gcu", "enflame.com/drs-gcu"],
  metax: ["metax-tech.com/gpu", "metax-tech.com/sgpu"],
  habana: ["habana.ai/gaudi"],
  intel: ["gpu.intel.com/i915", "gpu.intel.com/xe"],
  mthreads: ["mthreads.com/gpu", "mthreads.com/vgpu"],
  birentech: ["birentech.com/gpu"],
  vastaitech: ["vastaitech.com/va"],
  aws: ["aws.amazon.com/neuron", "aws.amazon.com/neuroncore", "aws.amazon.com/neurondevice"],
  amd: ["amd.com/gpu"],
  google: ["google.com/tpu"],
};

const SHARES = {
  nvidia: ["nvidia.com/gpumem", "nvidia.com/gpumem-percentage", "nvidia.com/gpucores"],
  baidu: ["baidu.com/a100_80g_cgpu_core", "baidu.com/a100_80g_cgpu_memory", "kunlunxin.com/vxpu-memory"],
  ascend: ["huawei.com/Ascend910B3-memory", "huawei.com/Ascend910B3-core"],
  hygon: ["hygon.com/dcumem", "hygon.com/dcucores"],
  cambricon: ["cambricon.com/mlu370.smlu.vmemory", "cambricon.com/mlu370.smlu.vcore"],
  iluvatar: ["iluvatar.ai/MR-V100.vMem", "iluvatar.ai/MR-V100.vCore"],
  enflame: ["enflame.com/gcu-memory", "enflame.com/gcu-core"],
  metax: ["metax-tech.com/vcore", "metax-tech.com/vmemory"],
  mthreads: ["mthreads.com/sgpu-memory", "mthreads.com/sgpu-core"],
  amd: ["amd.com/gpumem", "amd.com/gpumem-percentage", "amd.com/gpucores"],
};

/** Shares of a card whose vendor their name does not tell, in percent or in pieces of memory. */
const PERCENTS = [
  ...["aliyun.com/gpu-mem", "aliyun.com/gpu-core", "aliyun.com/gpu-core.percentage"],
  ...["volcano.sh/gpu-mem.128Mi", "volcano.sh/gpu-core.percentage", "volcano.sh/gpu-memory"],
  ...["volcano.sh/vgpu-memory", "volcano.sh/vgpu-memory-percentage", "volcano.sh/vgpu-cores"],
  ...["tke.cloud.tencent.com/qgpu-core", "tke.cloud.tencent.com/qgpu-memory"],
];

function rows(table: { readonly [vendor: string]: readonly string[] }): [name: string, vendor: string][] {
  return Object.entries(table).flatMap(([vendor, names]) => names.map((name): [string, string] => [name, vendor]));
}

describe("the table of accelerators", () => {
  test.each(rows(DEVICES))("%s is a whole device of %s", (name, vendor) => {
    expect(table.classify(name)).toEqual({ name, vendor, device: true, companion: false });
  });

  test.each(rows(SHARES))("%s is a part of a device of %s", (name, vendor) => {
    expect(table.classify(name)).toEqual({ name, vendor, device: false, companion: false });
  });

  test.each(PERCENTS)("%s is a part of a device of no vendor", (name) => {
    expect(table.classify(name)).toEqual({ name, vendor: null, device: false, companion: false });
  });

  test("sharing says nothing of the vendor, and a network card accompanies", () => {
    expect(table.classify("volcano.sh/vgpu-number")).toMatchObject({ vendor: null, device: true, companion: false });
    expect(table.classify("aliyun.com/gpu-mem")).toMatchObject({ vendor: null, device: false, companion: false });
    expect(table.classify("rdma/hca")).toMatchObject({ vendor: null, companion: true });
  });

  test.each(["cpu", "memory", "nvidia.com", "example.com/gpu", "baidu.com/eip", "ephemeral-storage", "/", ""])(
    "%j is none",
    (name) => expect(table.classify(name)).toBeNull(),
  );

  test("rows of the user come first", () => {
    const extended = new AcceleratorTable([
      { names: ["example.com/npu-*"], vendor: "example", device: true },
      { names: ["nvidia.com/gpu"], vendor: "renamed", device: true },
      { names: ["*.example.org/npu"], vendor: "anywhere", device: false },
    ]);
    expect(extended.classify("west.example.org/npu")).toMatchObject({ vendor: "anywhere", device: false });
    expect(extended.classify("west.example.org/gpu")).toBeNull();
    expect(extended.classify("example.com/npu-2")).toMatchObject({ vendor: "example" });
    expect(extended.classify("nvidia.com/gpu")).toMatchObject({ vendor: "renamed" });
    expect(extended.classify("nvidia.com/gpu.shared")).toMatchObject({ vendor: "nvidia" });
  });

  test("requests and limits are looked through, each name once", () => {
    const one = quantityOf(1);
    const found = table.among({ "nvidia.com/gpu": one, "rdma/hca": one, cpu: one }, { "nvidia.com/gpu": one });
    expect(found.map(({ name }) => name)).toEqual(["nvidia.com/gpu", "rdma/hca"]);
  });
});

test("fitsGlob", () => {
  expect(fitsGlob("", "*")).toBe(true);
  expect(fitsGlob("abc", "a*c")).toBe(true);
  expect(fitsGlob("ac", "a*c")).toBe(true);
  expect(fitsGlob("a", "a*a")).toBe(false);
  expect(fitsGlob("abab", "a*b*b")).toBe(true);
  expect(fitsGlob("ab", "a*b*b")).toBe(false);
  expect(fitsGlob("x".repeat(50_000), `${"*x".repeat(50)}*y`)).toBe(false);
});
