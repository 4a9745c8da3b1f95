/** A reason of our own: the parser stopped at a `:`. */
export const MISPLACED_KEY = "misplaced key";

/** js-yaml's reasons that people meet, said plainly; any other is shown as it is. */
export const EN_SYNTAX: ReadonlyMap<string, string> = new Map([
  [
    MISPLACED_KEY,
    "no key can stand here: quote a text that holds `: `, or mind the indentation and the `:` of the line above",
  ],
  ["bad indentation of a mapping entry", "this key is not indented as its neighbours are"],
  ["bad indentation of a sequence entry", "this list item is not indented as its neighbours are"],
  ["deficient indentation", "this line must be indented deeper than what it continues"],
  [
    "end of the stream or a document separator is expected",
    "this does not belong to the document that ended before it",
  ],
  ["tab characters must not be used in indentation", "tabs must not be used for indentation"],
  ["expected ':' after a mapping key", "`:` is missing after a key"],
  [
    "a whitespace character is expected after the key-value separator within a block mapping",
    "a space is missing after `:`",
  ],
  ["missed comma between flow collection entries", "`,` is missing between the entries of `[…]` or `{…}`"],
  ["unexpected end of the stream within a flow collection", "`[` or `{` is not closed"],
  ["unexpected end of the stream within a single quoted scalar", "the quote `'` is not closed"],
  ["unexpected end of the stream within a double quoted scalar", 'the quote `"` is not closed'],
  ["unexpected end of the document within a single quoted scalar", "the quote `'` is not closed"],
  ["unexpected end of the document within a double quoted scalar", 'the quote `"` is not closed'],
  ["unknown escape sequence", "unknown escape in double quotes"],
  ["the stream contains non-printable characters", "this character may not stand in YAML"],
]);

export const ZH_SYNTAX: ReadonlyMap<string, string> = new Map([
  [MISPLACED_KEY, "此处不能有键：含 `: ` 的文本须加引号，或请检查缩进以及上一行是否缺少 `:`"],
  ["bad indentation of a mapping entry", "此键的缩进与相邻的键不一致"],
  ["bad indentation of a sequence entry", "此列表项的缩进与相邻的项不一致"],
  ["deficient indentation", "此行的缩进必须比它所接续的内容更深"],
  ["end of the stream or a document separator is expected", "此处的内容不属于前面已结束的文档"],
  ["tab characters must not be used in indentation", "不能用制表符缩进"],
  ["expected ':' after a mapping key", "键后缺少 `:`"],
  ["a whitespace character is expected after the key-value separator within a block mapping", "`:` 后缺少空格"],
  ["missed comma between flow collection entries", "`[…]` 或 `{…}` 的各项之间缺少 `,`"],
  ["unexpected end of the stream within a flow collection", "`[` 或 `{` 没有闭合"],
  ["unexpected end of the stream within a single quoted scalar", "引号 `'` 没有闭合"],
  ["unexpected end of the stream within a double quoted scalar", '引号 `"` 没有闭合'],
  ["unexpected end of the document within a single quoted scalar", "引号 `'` 没有闭合"],
  ["unexpected end of the document within a double quoted scalar", '引号 `"` 没有闭合'],
  ["unknown escape sequence", "双引号中有未知的转义"],
  ["the stream contains non-printable characters", "YAML 中不能有此字符"],
]);
