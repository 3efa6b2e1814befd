// Text that a store or a user wrote, made harmless to print: nothing in it can steer a terminal.

/** Controls, line separators, direction marks and lone halves of a pair. */
const UNSAFE = /[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * The text on one line, with what would act on a terminal written as `\xNN` or `\uNNNN`, cut to
 * `limit` characters with an ellipsis for the rest.
 */
export function escapeText(text: string, limit: number): string {
  // An escape is longer than what it stands for, so the cut before it bounds the work.
  const escaped = text.slice(0, limit + 1).replace(UNSAFE, escapeCharacter);
  if (escaped.length <= limit) return escaped;
  // A cut between the halves of a pair leaves one of them.
  return `${escaped.slice(0, Math.max(0, limit - 1)).replace(/\p{Cs}$/u, "")}…`;
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  const digits = code.toString(16);
  return code < 256 ? `\\x${digits.padStart(2, "0")}` : `\\u${digits.padStart(4, "0")}`;
}
