// The last line that a program printed: most say there why they ended.

/** How much of it is told, in characters. */
const SHOWN_LIMIT = 300;

/** The last line that is not empty; "" where there is none. */
export function lastWords(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  return (lines.findLast((line) => line !== "") ?? "").slice(0, SHOWN_LIMIT);
}
