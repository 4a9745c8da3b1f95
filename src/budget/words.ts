import type { Words } from "../messages/language.ts";

/** What there can be too much of, in the words for it. */
const bounded = {
  path: { en: "characters in a path", zh: "路径长度（字符）" },
  place: { en: "characters in the place of a model", zh: "模型位置的长度（字符）" },
  word: { en: "characters in a word of a command", zh: "命令中单个词的长度（字符）" },
  variable: { en: "characters in the value of a variable", zh: "环境变量值的长度（字符）" },
  expansion: { en: "characters that variables expand to", zh: "变量展开后的长度（字符）" },
  name: { en: "characters in a name", zh: "名称长度（字符）" },
  key: { en: "characters in a key", zh: "键的长度（字符）" },
  mount: { en: "volume mounts of a container", zh: "单个容器的卷挂载数" },
  model: { en: "models of a container", zh: "单个容器的模型数" },
  download: { en: "downloads of a container", zh: "单个容器的下载数" },
  text: { en: "characters in a text that holds a manifest or a patch", zh: "内嵌清单或补丁文本的长度（字符）" },
  shell: { en: "shells within shells", zh: "shell 嵌套层数" },
  default: { en: "defaults within defaults in a script", zh: "脚本中默认值的嵌套层数" },
  container: { en: "containers of a pod", zh: "单个 Pod 的容器数" },
  volume: { en: "volumes of a pod", zh: "单个 Pod 的卷数" },
  pod: { en: "pod templates of an object", zh: "单个对象的 Pod 模板数" },
  image: { en: "images of an object", zh: "单个对象的镜像数" },
  violation: { en: "violations of an object", zh: "单个对象的违规数" },
} as const;

export type Bounded = keyof typeof bounded;

type Limit = { readonly what: Bounded; readonly most: number } | null;

/** Why an object was not judged, to follow a colon: the limit that it is over, or null for the work that it takes. */
export const budgetWords: Words<(limit: Limit) => string> = {
  en: (limit) =>
    limit === null
      ? "it takes more work than any object should: make it smaller, or split it"
      : `it has more than ${limit.most.toLocaleString("en")} ${bounded[limit.what].en}`,
  zh: (limit) =>
    limit === null
      ? "所需的工作量超出了任何对象应有的范围：请缩小或拆分它"
      : `${bounded[limit.what].zh}超过 ${limit.most.toLocaleString("en")}`,
};
