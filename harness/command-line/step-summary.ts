// The summary of a step of GitHub Actions: Markdown that is added to the file that GitHub names.
import { appendFileSync, statSync } from "node:fs";

/** What GitHub takes for one step (its manual, "Workflow commands"); of a larger summary it shows nothing. */
const LIMIT_BYTES = 1024 * 1024;
const CUT =
  "\n\nThe rest was cut: GitHub shows at most 1 MiB for a step. summary.md in the report has all of it.\n";

/** Why it could not be added, or `undefined`: a summary is an extra and changes no verdict. */
export function appendStepSummary(path: string, markdown: string): string | undefined {
  try {
    const used = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const start = used === 0 ? "" : "\n";
    appendFileSync(path, cutBlocks(`${start}${markdown}`, LIMIT_BYTES - used));
    return undefined;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return `The step's summary was not written to ${path} (${reason}).`;
  }
}

/** The blocks that fit, so that none stays open; nothing where there is no room to say that more was cut. */
function cutBlocks(markdown: string, limitBytes: number): string {
  const bytes = Buffer.from(markdown);
  if (bytes.length <= limitBytes) return markdown;
  const room = limitBytes - Buffer.byteLength(CUT);
  if (room < 0) return "";
  const end = bytes.subarray(0, room).lastIndexOf("\n\n");
  return bytes.subarray(0, Math.max(0, end)).toString("utf8") + CUT;
}
