// JSON that a terminal shows as it stands: text of a subject stays data, and is cut to a length.

/** Longest text of a subject that a result carries, in UTF-16 units; the artifact has it in full. */
const TEXT_LIMIT = 1000;

/** Characters that JSON leaves as they are and a terminal or an editor would act on. */
// biome-ignore format: one class of characters, kept on one line.
const UNSAFE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** JSON text of a value, indented by `indent` spaces, with nothing in it but plain characters. */
export function safeJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The text, cut where it is longer than a result carries. */
export function cutText(text: string): string {
  return text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)}... (cut)` : text;
}
