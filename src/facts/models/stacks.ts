import type { Command } from "../../shell/command.ts";

/** A family of model servers, and where it looks for models when nobody tells it. */
export interface Stack {
  readonly name: string;
  /** In order of preference; `.` is the working directory. */
  readonly directories: readonly string[];
  /** It fetches into these directories what it does not find there. */
  readonly fetches: boolean;
  /** Known, rather than one of them all. */
  readonly certain: boolean;
}

const KSERVE: Stack = { name: "KServe", directories: ["/mnt/models"], fetches: false, certain: true };
const SERVING: Stack = { name: "Paddle Serving", directories: ["."], fetches: false, certain: true };
const FASTDEPLOY: Stack = { name: "FastDeploy", directories: ["~"], fetches: true, certain: true };
const PADDLENLP: Stack = { name: "PaddleNLP", directories: ["/models", "~/.paddlenlp"], fetches: true, certain: true };
const HPS: Stack = {
  name: "PaddleX HPS",
  directories: ["~/.paddlex/official_models", "/app"],
  fetches: true,
  certain: true,
};
const PADDLEX: Stack = {
  name: "PaddleX",
  directories: ["~/.paddlex/official_models", "~/.paddleocr"],
  fetches: true,
  certain: true,
};
const ANY: Stack = {
  name: "Paddle",
  directories: ["~/.paddlex/official_models", "~/.paddleocr", "~/.paddlenlp", "~/.paddlehub", "/models"],
  fetches: true,
  certain: false,
};

const SIGNS: readonly (readonly [RegExp, Stack])[] = [
  [/fastdeploy/, FASTDEPLOY],
  [/paddlenlp|llm-serving|paddle_nlp/, PADDLENLP],
  [/(?:^|[/:-])hps(?:$|[:@-])/, HPS],
  [/paddle[-_]?x|paddle[-_]?ocr|(?:^|[/-])ocr/, PADDLEX],
  [/paddle[-_]serving|(?:^|\/)serving[:@]|-serving(?:$|[:@])|(?:^|\/)serving$/, SERVING],
];

/** Which stack a container runs, by its programs first and its image then. */
export function stackOf(image: string, commands: readonly Command[], kserve: boolean, kind: string): Stack {
  if (kserve) return KSERVE;
  for (const { words, program } of commands) {
    const at = words.indexOf("-m");
    const module = at >= 0 ? (words[at + 1] ?? "") : program;
    for (const [sign, stack] of SIGNS) if (sign.test(module)) return stack;
  }
  const reference = image.toLowerCase();
  for (const [sign, stack] of SIGNS) if (sign.test(reference)) return stack;
  return kind === "PaddleService" ? SERVING : ANY;
}

/** An image whose tag says that the models are in it. */
export function isOffline(image: string): boolean {
  return /-offline(?:$|[-@])/.test(image);
}
