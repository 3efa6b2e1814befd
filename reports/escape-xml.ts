// Text made fit for XML 1.0, between tags and in attributes.

/** What an element or an attribute's value may not hold as it stands. */
const MARKUP: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** All but the characters of production 2 (`Char`) of XML 1.0, which no reference may name either. */
const NO_CHARACTER = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** The text as a parser gives it back, save for what XML cannot hold: that is written as `\uNNNN`. */
export function escapeXml(text: string): string {
  return text
    .replace(NO_CHARACTER, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    })
    .replace(/[&<>"]/g, (character) => MARKUP[character] ?? character);
}
