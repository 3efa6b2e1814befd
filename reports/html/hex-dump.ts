// Torn bytes in hexadecimal: what was written over what was left, line by line, with the differences marked.
import type { StoryBytes } from "../../harness/crash-story.ts";
import { html, type Markup } from "./markup.ts";

const LINE_BYTES = 16;
/** Equal lines between different ones that are still shown. */
const EQUAL_SHOWN = 2;
const NO_BYTE = "··";

/** One line of both contents; a byte that is not there is `undefined`. */
interface Line {
  readonly offset: number;
  readonly written: readonly (string | undefined)[];
  readonly left: readonly (string | undefined)[];
  readonly isEqual: boolean;
}

/** A stretch as a table that can be opened. */
export function renderHexDump(
  { file, offset, written, left, isCut }: StoryBytes,
  isOpen: boolean,
): Markup {
  const lines = linesOf({ offset, written: bytesOf(written), left: bytesOf(left) });
  const open = isOpen ? html` open` : undefined;
  const cut = isCut ? " It goes on beyond what is shown." : "";
  const caption = `${file} from offset ${hexNumber(offset)}: written above, left below.${cut}`;
  return html`<details class="bytes"${open}><summary><code>${file}</code> at ${hexNumber(offset)}: ${summaryOf({ written, left })}</summary>
<div class="scroll" role="group" tabindex="0" aria-label="${caption}">
<table class="hex"><caption>${caption}</caption>
<thead><tr><th scope="col">offset</th><th scope="col">content</th><th scope="col">bytes</th><th scope="col" class="ascii">as text</th></tr></thead>
<tbody>
${folded(lines).map(renderPart)}</tbody></table></div></details>
`;
}

function summaryOf({ written, left }: Pick<StoryBytes, "written" | "left">): string {
  if (left === "") return "nothing of it was left";
  if (written === "") return "nothing was written there";
  const [was, is] = [bytesOf(written), bytesOf(left)];
  const length = Math.max(was.length, is.length);
  const different = Array.from({ length }, (_, index) => index).filter(
    (index) => was[index] !== is[index],
  );
  return `${different.length} of ${length} bytes differ`;
}

function bytesOf(hex: string): readonly string[] {
  return hex.match(/../g) ?? [];
}

function linesOf({
  offset,
  written,
  left,
}: Pick<Line, "offset"> & {
  readonly [C in "written" | "left"]: readonly string[];
}): readonly Line[] {
  const count = Math.ceil(Math.max(written.length, left.length) / LINE_BYTES);
  return Array.from({ length: count }, (_, line) => {
    const from = line * LINE_BYTES;
    const end = Math.min(from + LINE_BYTES, Math.max(written.length, left.length));
    const places = Array.from({ length: end - from }, (_each, index) => from + index);
    const was = places.map((place) => written[place]);
    const is = places.map((place) => left[place]);
    const isEqual = was.every((byte, index) => byte === is[index]);
    return { offset: offset + from, written: was, left: is, isEqual };
  });
}

/** Runs of equal lines as their number, where they are long. */
function folded(lines: readonly Line[]): readonly (Line | number)[] {
  const parts: (Line | number)[] = [];
  let equal: Line[] = [];
  const fold = (): void => {
    if (equal.length > EQUAL_SHOWN) parts.push(equal.length);
    else parts.push(...equal);
    equal = [];
  };
  for (const line of lines) {
    if (line.isEqual) equal.push(line);
    else {
      fold();
      parts.push(line);
    }
  }
  fold();
  return parts;
}

function renderPart(part: Line | number): Markup {
  if (typeof part === "number") {
    return html`<tr class="folded"><td colspan="4">${part} equal lines</td></tr>\n`;
  }
  const { offset, written, left, isEqual } = part;
  if (isEqual) return renderLine(offset, "both", { own: written, other: written });
  return html`${renderLine(offset, "written", { own: written, other: left })}${renderLine(offset, "left", { own: left, other: written })}`;
}

interface Pair {
  readonly own: readonly (string | undefined)[];
  readonly other: readonly (string | undefined)[];
}

function renderLine(offset: number, which: string, pair: Pair): Markup {
  const bytes = marked(pair, (byte) => `${byte ?? NO_BYTE} `);
  const text = marked(pair, asciiOf);
  return html`<tr class="${which}"><th scope="row">${hexNumber(offset)}</th><td class="which">${which}</td><td class="digits">${bytes}</td><td class="ascii">${text}</td></tr>\n`;
}

/** Neighbours that differ share a mark. */
function marked({ own, other }: Pair, textOf: (byte: string | undefined) => string): Markup {
  const runs: { text: string; readonly differs: boolean }[] = [];
  for (const [index, byte] of own.entries()) {
    const differs = byte !== other[index];
    const run = runs.at(-1);
    if (run?.differs === differs) run.text += textOf(byte);
    else runs.push({ text: textOf(byte), differs });
  }
  return html`${runs.map(({ text, differs }) => (differs ? html`<mark>${text}</mark>` : html`${text}`))}`;
}

function asciiOf(byte: string | undefined): string {
  const code = byte === undefined ? 0 : Number.parseInt(byte, 16);
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : ".";
}

function hexNumber(value: number): string {
  return `0x${value.toString(16)}`;
}
