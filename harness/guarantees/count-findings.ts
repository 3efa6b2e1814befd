// Findings of judged crashes, counted by the guarantee that they broke.
import type { FindingCounts } from "../trial-record.ts";
import type { Violation } from "./guarantee.ts";

/** One crash with these violations: each guarantee counts once. */
export function countFindings(violations: readonly Violation[]): FindingCounts {
  return Object.fromEntries(violations.map(({ guarantee }) => [guarantee, 1]));
}

/** The sums of both. */
export function addFindings(one: FindingCounts, other: FindingCounts): FindingCounts {
  const sums: { [guarantee: string]: number } = { ...one };
  for (const [guarantee, count] of Object.entries(other)) {
    sums[guarantee] = (sums[guarantee] ?? 0) + count;
  }
  return sums;
}
