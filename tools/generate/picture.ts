const cell = { width: 8.4, height: 19 };
const margin = 18;
const colours: { readonly [code: string]: string } = {
  "31": "#ff7b72",
  "32": "#7ee787",
  "33": "#e3b341",
  "34": "#79c0ff",
};

interface Style {
  readonly colour: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

const plain: Style = { colour: "#e6edf3", bold: false, dim: false };

/** Draws the lines of a terminal, with their colours, as an SVG. */
export function terminalPicture(lines: readonly string[], columns: number): string {
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = lines.length * cell.height + 2 * margin + 14;
  const rows = lines.map((line, index) => {
    const y = margin + 26 + index * cell.height;
    return `<text x="${margin}" y="${y}" xml:space="preserve">${spans(line)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="paddlock check fixtures/seed">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'Noto Sans Mono CJK SC',monospace" font-size="14" fill="${plain.colour}">
${rows.join("\n")}
</g>
</svg>
`;
}

/** One line with its escape sequences as spans. */
function spans(line: string): string {
  let style = plain;
  let out = "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
    if (codes !== undefined) style = codes.split(";").reduce(styled, style);
    else if (part !== "") out += `<tspan${attributes(style)}>${escaped(part)}</tspan>`;
  }
  return out;
}

/** What a code of SGR makes of a style. Source: ECMA-48, 8.3.117. */
function styled(style: Style, code: string): Style {
  if (code === "" || code === "0") return plain;
  if (code === "1") return { ...style, bold: true };
  if (code === "2") return { ...style, dim: true };
  if (code === "22") return { ...style, bold: false, dim: false };
  if (code === "39") return { ...style, colour: plain.colour };
  return { ...style, colour: colours[code] ?? style.colour };
}

function attributes({ colour, bold, dim }: Style): string {
  const fill = colour === plain.colour ? "" : ` fill="${colour}"`;
  return `${fill}${bold ? ' font-weight="700"' : ""}${dim ? ' opacity="0.6"' : ""}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
