// From a row's counts to its verdict, with a sentence for each thing that speaks against "held".
import { unstruckCalls } from "../faults/io-error-text.ts";
import type { ScenarioResult, TwinResult } from "../result.ts";
import type { Stratum, Verdict } from "../trial-record.ts";
import type { ScenarioCounts } from "./trial-tally.ts";

/** What a row must have shown before it may be called held. */
export interface Evidence {
  readonly counts: ScenarioCounts;
  readonly requiredStrata: readonly Stratum[];
  /** Fewest crashes that must have struck. */
  readonly minimumCrashes: number;
  /** Fewest independent random kills, where a bound on the share that convicts was asked for. */
  readonly minimumKills?: number;
  readonly twin: TwinResult | null;
  /** True where nothing is promised of what survives: then nothing is held, and no twin is asked. */
  readonly measures: boolean;
  /** A few of the reasons of inconclusive trials. */
  readonly problems: readonly string[];
  /** Of an I/O error: the calls that the store made at all, where they were counted. */
  readonly callsMade?: readonly string[];
  /** True while the row runs, and where the campaign was stopped before the row had its share. */
  readonly unfinished: boolean;
}

const NOTHING_PROMISED =
  "The store does not promise that anything survives this fault, so what it did is told and nothing is held.";

/**
 * Violated where a promise broke, inconclusive where a proof is missing, measured where there was no
 * promise to break, else held.
 */
export function concludeScenario(evidence: Evidence): ScenarioResult {
  const { counts, twin } = evidence;
  const broken = brokenPromises(counts);
  // A row that convicts may stop early, so what it has not shown says nothing against it.
  const missing = broken.length > 0 ? [] : missingProofs(evidence);
  const proved = missing.length === 0;
  const best: Verdict = evidence.measures ? "measured" : "held";
  const verdict: Verdict = broken.length > 0 ? "violated" : proved ? best : "inconclusive";
  const reasons = [...broken, ...missing, ...(verdict === "measured" ? [NOTHING_PROMISED] : [])];
  return { ...counts, verdict, reasons, twin };
}

function brokenPromises(counts: ScenarioCounts): string[] {
  if (counts.violatingTrials === 0) return [];
  return [`${counts.violatingTrials} of ${counts.trials} trials broke a promise.`];
}

function missingProofs(evidence: Evidence): string[] {
  const { counts, twin, problems } = evidence;
  const reasons: string[] = [];
  if (evidence.unfinished) reasons.push("The campaign ended before this scenario did.");
  reasons.push(...missingCrashes(evidence));
  if (twin === null) {
    if (!evidence.measures) reasons.push("The convicting twin was not run.");
  } else if (!twin.convicted) {
    reasons.push(
      `The convicting twin (${twin.description}) was not convicted in ${twin.trials} trials.`,
    );
  }
  if (counts.inconclusiveTrials > 0) {
    reasons.push(`${counts.inconclusiveTrials} trials were inconclusive: ${problems.join("; ")}.`);
  }
  return reasons;
}

/** What more trials can mend: too few crashes, places that none fell in, calls that never failed. */
export function missingCrashes(evidence: Evidence): string[] {
  const { counts } = evidence;
  const reasons: string[] = [];
  if (counts.crashes < evidence.minimumCrashes) {
    reasons.push(
      `${counts.crashes} crashes struck; at least ${evidence.minimumCrashes} are needed.`,
    );
  }
  const kills = evidence.minimumKills ?? 0;
  if (counts.randomKills < kills) {
    reasons.push(`${counts.randomKills} independent kills struck; the bound asks for ${kills}.`);
  }
  const unstruck = unstruckCalls(counts.fault, counts.ioErrors ?? {}, evidence.callsMade);
  if (unstruck.length > 0) reasons.push(`No call failed of: ${unstruck.join(", ")}.`);
  const empty = evidence.requiredStrata.filter((stratum) => (counts.strata[stratum] ?? 0) === 0);
  if (empty.length > 0) reasons.push(`No crash fell in: ${empty.join(", ")}.`);
  return reasons;
}
