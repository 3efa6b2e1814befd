// The explanation of a violation as one line: which sync prevents it, on which device it shows.
import type { ExplainReply } from "./explain-job.ts";

/** `an fdatasync of a.wal before the acknowledgement of append 0`; undefined where none is known. */
export function explanationLine(reply: ExplainReply | undefined): string | undefined {
  if (reply?.kind !== "explained") return undefined;
  const { explanation, mildest } = reply;
  const { remedy } = explanation;
  if (remedy === undefined) return undefined;
  const device = mildest === undefined ? "" : ` (mildest device that shows it: ${mildest})`;
  return `${remedy.text}${device}`;
}
