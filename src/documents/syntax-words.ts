/** A reason of our own: the parser stopped at a `:`. */
export const MISPLACED_KEY = "misplaced key";

/** js-yaml's reasons that people meet, said plainly; in English any other is shown as it is. */
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

const ZH_SYNTAX: ReadonlyMap<string, string> = new Map([
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
  ["expected valid JSON character", "YAML 中不能有此字符"],
  ["expected hexadecimal character", "转义中应为十六进制数字"],
  ["expected the node content, but found", "此处应为一个值，却是"],
  ["can not read a block mapping entry; a multiline key may not be an implicit key", "键不能跨行"],
  ["can not read a document", "此处无法读作 YAML 文档"],
  ["a line break is expected", "此处应换行"],
  ["directives end mark is expected", "指令之后缺少 `---`"],
  ["directive name must not be less than one character in length", "`%` 之后缺少指令名"],
  ["duplication of %YAML directive", "`%YAML` 指令重复"],
  ["YAML directive accepts exactly one argument", "`%YAML` 指令只接受一个参数"],
  ["ill-formed argument of the YAML directive", "`%YAML` 指令的版本号格式不正确"],
  ["unacceptable YAML version of the document", "不支持文档声明的 YAML 版本"],
  ["TAG directive accepts exactly two arguments", "`%TAG` 指令需要两个参数"],
  ["ill-formed tag handle (first argument) of the TAG directive", "`%TAG` 指令的第一个参数（标签句柄）格式不正确"],
  ["ill-formed tag prefix (second argument) of the TAG directive", "`%TAG` 指令的第二个参数（标签前缀）格式不正确"],
  ["there is a previously declared suffix for", "标签句柄重复声明："],
  ["undeclared tag handle", "标签句柄未声明："],
  ["tag name cannot contain such characters", "标签名含有不允许的字符："],
  ["named tag handle cannot contain such characters", "标签句柄含有不允许的字符"],
  ["tag suffix cannot contain exclamation marks", "标签后缀不能含有 `!`"],
  ["tag suffix cannot contain flow indicator characters", "标签后缀不能含有 `[`、`]`、`{`、`}` 或 `,`"],
  ["unexpected end of the stream within a verbatim tag", "标签的 `<` 没有闭合"],
  ["duplication of a tag property", "一个值不能有两个标签"],
  ["duplication of an anchor property", "一个值不能有两个锚点"],
  ["alias node should not have any properties", "别名不能带有锚点或标签"],
  ["name of an alias node must contain at least one character", "`*` 之后缺少锚点名"],
  ["name of an anchor node must contain at least one character", "`&` 之后缺少锚点名"],
  ["bad explicit indentation width of a block scalar; it cannot be less than one", "块文本的缩进宽度不能小于 1"],
  ["repeat of a chomping mode identifier", "块文本的换行标记（`+`、`-`）重复"],
  ["repeat of an indentation width identifier", "块文本的缩进宽度重复"],
]);

/** In Chinese: by the reason, or by what it begins with where it ends with a text of the file. */
export function chineseSyntax(reason: string): string {
  const [, general = "", found = ""] = /^(.*?)(?:: | ["'])(.+?)["']?$/.exec(reason) ?? [];
  const words = ZH_SYNTAX.get(general);
  return ZH_SYNTAX.get(reason) ?? (words === undefined ? `YAML 语法错误：“${reason}”` : `${words} \`${found}\``);
}
