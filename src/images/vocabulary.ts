/**
 * The words of image tags that say nothing about the release of the product in the image, or that say that the tag
 * moves. All in lower case.
 */

/** First or last in a tag they mean: whatever was built last, with or without a commit beside them. */
export const ROLLING: ReadonlySet<string> = new Set(["latest", "nightly", "ci", "edge", "stable"]);

/** Branches and channels: first or last in a tag they move, unless something names the very build. */
export const MOVING: ReadonlySet<string> = new Set(
  "develop master main trunk mainline head tip canary snapshot current rolling unstable testing next experimental".split(
    " ",
  ),
);

/** Stages of a release: beside a version they are a flavour of it (`2.5.1-dev`), without one they move. */
export const STAGES: ReadonlySet<string> = new Set(
  "dev test prod production staging stage qa uat live release preview alpha beta rc lts".split(" "),
);

/**
 * What an image is built on or for. A number behind such a word (`cuda12.6`, `cuda-12.6`, `ubuntu20`, `py310`) is the
 * environment's, not the product's.
 */
export const ENVIRONMENT: ReadonlySet<string> = new Set(
  [
    "cuda cu cudnn trt tensorrt nccl sm compute gfx rocm hip miopen driver toolkit sdk",
    "cann hdk atb mindie ctr neuware cntoolkit cnnl dtk topsrider musa mudnn maca macart corex xre xpurt xdnn bkcl",
    "ubuntu debian deb alpine centos rhel el ubi fedora rocky rockylinux almalinux amazonlinux al openeuler oe kylin uos",
    "anolis alinux tlinux suse leap sles arch manylinux musllinux glibc musl uclibc busybox scratch distroless",
    "bookworm bullseye buster stretch trixie jammy focal noble bionic xenial",
    "windows win windowsservercore nanoserver ltsc linux darwin amd arm armv aarch ppc riscv loongarch loong mips",
    "py python cp pypy conda gcc clang llvm cmake java jdk jre openjdk node nodejs go golang php ruby perl",
    "openmpi ompi mpi mofed ofed ucx hpcx mkl mkldnn onednn openblas openvino fp bf int wint rtx gtx bi mr",
  ]
    .join(" ")
    .split(" "),
);

/** What computes. A number that is part of the word, or a model's three digits behind it, is the hardware's. */
export const DEVICES: ReadonlySet<string> = new Set(
  "gpu cpu npu xpu dcu mlu gcu ppu ipu tpu vgpu vxpu ascend kunlun nvidia iluvatar hygon cambricon metax enflame".split(
    " ",
  ),
);
