import type { Words } from "../messages/language.ts";

const en = {
  kinds: {
    "not-found": "not found",
    unauthorized: "the registry does not accept the credentials, or asks for some",
    forbidden: "the registry forbids access",
    "digest-mismatch": "the content is not what its digest says",
    refused: "the registry cannot be reached",
    timeout: "the registry did not answer in time",
    "rate-limited": "the registry limits the rate of requests",
    server: "the registry failed",
    "too-large": "the answer is too large",
    "too-many": "there are too many of them",
    "not-allowed": "this host may not be contacted",
    protocol: "the answer is not that of a registry",
  },
  failure: (place: string, what: string, detail: string | undefined) =>
    `${place}: ${what}${detail === undefined ? "" : ` (${detail})`}`,
};

const zh: typeof en = {
  kinds: {
    "not-found": "不存在",
    unauthorized: "镜像仓库不接受所用凭据，或要求提供凭据",
    forbidden: "镜像仓库拒绝访问",
    "digest-mismatch": "内容与其摘要不符",
    refused: "无法连接镜像仓库",
    timeout: "镜像仓库未及时响应",
    "rate-limited": "镜像仓库限制了请求速率",
    server: "镜像仓库出错",
    "too-large": "响应过大",
    "too-many": "数量过多",
    "not-allowed": "不允许访问该主机",
    protocol: "响应不符合镜像仓库协议",
  },
  failure: (place, what, detail) => `${place}：${what}${detail === undefined ? "" : `（${detail}）`}`,
};

export const registryWords: Words<typeof en> = { en, zh };
