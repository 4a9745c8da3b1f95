import { BoundedMemo } from "../budget/bounded-memo.ts";
import type { Accelerator, Quantity } from "../contract/input.generated.ts";
import { fitsGlob } from "../json/glob.ts";

/** A row of the table of accelerator resources. The first row whose pattern fits a resource name describes it. */
export interface AcceleratorRow {
  /** Names of extended resources, as globs: `*` stands for any characters but `/`. */
  readonly names: readonly string[];
  /** Null where the resource says nothing of the vendor. */
  readonly vendor: string | null;
  /** Counts whole devices, not memory or cores of one. */
  readonly device: boolean;
  /** True where the resource does not make its container accelerated: a network card. */
  readonly companion?: true;
}

/** Memory and cores come before the devices of the same vendor, for a vendor's device pattern is broad. */
const TABLE: readonly AcceleratorRow[] = [
  { names: ["nvidia.com/gpumem*", "nvidia.com/gpucores", "nvidia.com/priority"], vendor: "nvidia", device: false },
  {
    names: ["nvidia.com/hostdev*", "nvidia.com/*rdma*", "nvidia.com/*nic*"],
    vendor: null,
    device: true,
    companion: true,
  },
  { names: ["nvidia.com/*", "alpha.kubernetes.io/nvidia-gpu"], vendor: "nvidia", device: true },
  {
    names: [
      "baidu.com/cgpu_*core*",
      "baidu.com/cgpu_*memory*",
      "baidu.com/*_cgpu_core",
      "baidu.com/*_cgpu_memory",
      "kunlunxin.com/*-memory",
    ],
    vendor: "baidu",
    device: false,
  },
  {
    names: ["baidu.com/cgpu*", "baidu.com/*_cgpu", "baidu.com/xpu", "kunlunxin.com/*"],
    vendor: "baidu",
    device: true,
  },
  { names: ["huawei.com/Ascend*-memory", "huawei.com/Ascend*-core"], vendor: "ascend", device: false },
  { names: ["huawei.com/Ascend*", "huawei.com/ascend*", "huawei.com/npu*"], vendor: "ascend", device: true },
  { names: ["hygon.com/dcumem", "hygon.com/dcucores"], vendor: "hygon", device: false },
  { names: ["hygon.com/*"], vendor: "hygon", device: true },
  { names: ["cambricon.com/*memory", "cambricon.com/*vcore"], vendor: "cambricon", device: false },
  { names: ["cambricon.com/*"], vendor: "cambricon", device: true },
  { names: ["iluvatar.ai/*.vMem", "iluvatar.ai/*.vCore"], vendor: "iluvatar", device: false },
  { names: ["iluvatar.com/*", "iluvatar.ai/*"], vendor: "iluvatar", device: true },
  { names: ["enflame.com/gcu-memory", "enflame.com/gcu-core"], vendor: "enflame", device: false },
  { names: ["enflame.com/*"], vendor: "enflame", device: true },
  { names: ["metax-tech.com/vcore", "metax-tech.com/vmemory"], vendor: "metax", device: false },
  { names: ["metax-tech.com/*"], vendor: "metax", device: true },
  { names: ["amd.com/gpumem*", "amd.com/gpucores"], vendor: "amd", device: false },
  { names: ["amd.com/gpu"], vendor: "amd", device: true },
  { names: ["habana.ai/*"], vendor: "habana", device: true },
  {
    names: ["gpu.intel.com/memory*", "gpu.intel.com/millicores", "gpu.intel.com/tiles"],
    vendor: "intel",
    device: false,
  },
  { names: ["gpu.intel.com/i915", "gpu.intel.com/xe"], vendor: "intel", device: true },
  { names: ["mthreads.com/*-memory", "mthreads.com/*-core"], vendor: "mthreads", device: false },
  { names: ["mthreads.com/*"], vendor: "mthreads", device: true },
  { names: ["birentech.com/*"], vendor: "birentech", device: true },
  { names: ["vastaitech.com/*"], vendor: "vastaitech", device: true },
  { names: ["aws.amazon.com/neuron*"], vendor: "aws", device: true },
  { names: ["google.com/tpu", "cloud-tpus.google.com/*"], vendor: "google", device: true },
  // Percents of a card, or pieces of its memory: a hundred of qgpu-core are one card.
  { names: ["aliyun.com/gpu-mem", "aliyun.com/gpu-core*"], vendor: null, device: false },
  { names: ["tke.cloud.tencent.com/qgpu-core", "tke.cloud.tencent.com/qgpu-memory"], vendor: null, device: false },
  {
    names: ["volcano.sh/vgpu-memory*", "volcano.sh/vgpu-cores", "volcano.sh/gpu-mem*", "volcano.sh/gpu-core*"],
    vendor: null,
    device: false,
  },
  { names: ["volcano.sh/vgpu-number", "volcano.sh/gpu-number"], vendor: null, device: true },
  { names: ["rdma/*"], vendor: null, device: true, companion: true },
];

/** A prefix that is a DNS subdomain, a slash, and a name of 63 characters. */
const longestResource = 317;

export interface ClassifiedAccelerator extends Accelerator {
  readonly companion: boolean;
}

/** Tells which extended resources are accelerators, by the table and the rows that users add before it. */
export class AcceleratorTable {
  readonly #byDomain = new Map<string, { readonly pattern: string; readonly row: AcceleratorRow }[]>();
  /** Those of a user whose domain is a pattern itself; they come before all others. */
  readonly #anyDomain: { readonly pattern: string; readonly row: AcceleratorRow }[] = [];
  readonly #known = new BoundedMemo<ClassifiedAccelerator | null>(1 << 20, longestResource);

  constructor(extra: readonly AcceleratorRow[] = []) {
    for (const row of [...extra, ...TABLE]) {
      for (const name of row.names) {
        const slash = name.indexOf("/");
        const domain = name.slice(0, slash);
        if (domain.includes("*")) {
          this.#anyDomain.push({ pattern: name, row });
          continue;
        }
        const patterns = this.#byDomain.get(domain) ?? [];
        patterns.push({ pattern: name.slice(slash + 1), row });
        this.#byDomain.set(domain, patterns);
      }
    }
  }

  /** What the resource of that name is, or null for one that is no accelerator. */
  classify(name: string): ClassifiedAccelerator | null {
    const slash = name.indexOf("/");
    if (slash < 0) return null;
    const patterns = this.#byDomain.get(name.slice(0, slash)) ?? [];
    if (patterns.length + this.#anyDomain.length === 0) return null;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const rest = name.slice(slash + 1);
    const row =
      this.#anyDomain.find(({ pattern }) => fitsGlob(name, pattern))?.row ??
      patterns.find(({ pattern }) => fitsGlob(rest, pattern))?.row;
    const accelerator =
      row === undefined ? null : { name, vendor: row.vendor, device: row.device, companion: row.companion ?? false };
    this.#known.set(name, accelerator);
    return accelerator;
  }

  /** The accelerators among a container's requests and limits, each once. */
  among(requests: Quantities, limits: Quantities): ClassifiedAccelerator[] {
    const found: ClassifiedAccelerator[] = [];
    for (const name in limits) {
      const accelerator = this.classify(name);
      if (accelerator !== null) found.push(accelerator);
    }
    for (const name in requests) {
      if (Object.hasOwn(limits, name)) continue;
      const accelerator = this.classify(name);
      if (accelerator !== null) found.push(accelerator);
    }
    return found;
  }
}

type Quantities = { readonly [name: string]: Quantity };
