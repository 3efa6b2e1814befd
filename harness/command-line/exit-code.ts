// The exit code that a result stands for.
import type { CampaignResult } from "../result.ts";

/** Exit codes of all commands. */
export const EXIT = {
  held: 0,
  measured: 0,
  violated: 1,
  weaker: 1,
  usage: 2,
  inconclusive: 3,
  unclear: 3,
  internal: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** `mustRun` is true where faults were named, or all were required: then one not run is no pass. */
export function exitCode(
  result: Pick<CampaignResult, "verdict" | "interrupted" | "notRun">,
  mustRun: boolean,
): ExitCode {
  if (result.interrupted) return EXIT.interrupted;
  if (EXIT[result.verdict] === EXIT.held && mustRun && result.notRun.length > 0)
    return EXIT.inconclusive;
  return EXIT[result.verdict];
}
