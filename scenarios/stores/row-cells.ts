// Cells of the tables on docs/stores.md: what one row of a result came to.
import type { ScenarioResult } from "../../harness/result.ts";
import type { Verdict } from "../../harness/trial-record.ts";

/** A verdict that speaks against a store, or says nothing of it, stands out. */
export function verdictText(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "-";
  return verdict === "held" || verdict === "measured" ? verdict : `**${verdict}**`;
}

/** What no recording was made of has no verdict on a profile. */
export function profileText(row: ScenarioResult | undefined, name: string): string {
  if (row === undefined || isInconclusive(row)) return verdictText(row?.verdict);
  return verdictText(row.profiles.find(({ profile }) => profile === name)?.verdict);
}

/** The most that one crash lost, and the most that one found at risk. */
export function lossText(row: ScenarioResult | undefined): string {
  if (row === undefined || isInconclusive(row)) return "-";
  return `${row.lostRecordsMax} of ${row.atRiskRecordsMax}`;
}

/** Whether a proof is missing. */
export function isInconclusive({ verdict }: ScenarioResult): boolean {
  return verdict === "inconclusive";
}
