// One scenario under one fault as reports tell it: its numbers as text, where its crashes fell, what broke.
import type { ScenarioResult, ViolationSummary } from "../harness/result.ts";
import type { Verdict } from "../harness/trial-record.ts";
import { escapeText } from "./escape-text.ts";

const SENTENCE_LIMIT = 400;
const COUNTED_LIMIT = 40;
const DEVICE_LIMIT = 24;
const REASON_LIMIT = 200;
/** Sentences of one explanation. */
const EXPLANATION_LINES = 12;

/** The numbers of a row, as they stand in a table. */
interface RowCells {
  readonly trials: string;
  /** Of a power cut: how many disks were recovered, and how often what they held was judged. */
  readonly crashes: string;
  readonly atRisk: string;
  /** `34/35`; `17/at risk` where the mode sets no number. */
  readonly lost: string;
  /** Trials, with the exact 95 % upper bound where there is one: `0 (<1.58 %)`. */
  readonly violations: string;
  /** Whether the mode was seen to lose what it may; `full`: crashes that lost exactly what is allowed. */
  readonly tight: string;
}

/** A line below a row: `in: append 129, idle 112`; the head may be empty. */
export interface RowDetail {
  readonly head: string;
  readonly items: readonly string[];
}

/** A broken promise, ready to be told. */
export interface ToldViolation {
  readonly guarantee: string;
  /** `trial 3, seed 2381930112`. */
  readonly where: string;
  readonly message: string;
  /** The sync that prevents it; `null` where none is known. */
  readonly prevention: string | null;
  /** The command that repeats it; `null` where no artifact was kept. */
  readonly replay: string | null;
  /** What was kept and what was lost, a sentence each; empty without a story. */
  readonly explanation: readonly string[];
}

/** What broke under a fault that only informs, or under which nothing is promised. */
export interface ToldFindings {
  readonly summary: string;
  readonly told: readonly ToldViolation[];
}

export interface ReportRow {
  readonly name: string;
  readonly fault: string;
  /** Both: `wal/batch (kill)`. */
  readonly heading: string;
  readonly verdict: Verdict;
  /** Why the verdict is not better. */
  readonly reasons: readonly string[];
  readonly cells: RowCells;
  readonly details: readonly RowDetail[];
  readonly violations: readonly ToldViolation[];
  /** `null` where there were none. */
  readonly findings: ToldFindings | null;
  /** `null` where it was not kept. */
  readonly durationMs: number | null;
}

export function reportRow(scenario: ScenarioResult): ReportRow {
  const name = sentence(scenario.name);
  const fault = sentence(scenario.fault);
  return {
    name,
    fault,
    heading: `${name} (${fault})`,
    verdict: scenario.verdict,
    reasons: scenario.reasons.map(sentence),
    cells: cells(scenario),
    details: details(scenario),
    violations: scenario.violations.map(tellViolation),
    findings: scenario.findingTrials > 0 ? tellFindings(scenario) : null,
    durationMs: scenario.durationMs ?? null,
  };
}

/** A text of any origin on one line, at most 400 characters. */
export function sentence(text: string): string {
  return escapeText(text, SENTENCE_LIMIT);
}

function cells(scenario: ScenarioResult): RowCells {
  const { trials, corruptions, allowedRecords, atRiskRecordsMax, lostRecordsMax } = scenario;
  // Damage at rest strikes a closed store: nothing is at risk then.
  const atRest = corruptions !== null;
  return {
    trials: String(trials),
    crashes: crashes(scenario),
    atRisk: atRest ? "-" : String(atRiskRecordsMax),
    lost: atRest ? "-" : `${lostRecordsMax}/${allowedRecords ?? "at risk"}`,
    violations: violations(scenario),
    tight: tightness(scenario),
  };
}

function crashes({ crashes: count, states }: ScenarioResult): string {
  return states === null ? String(count) : `${short(states.distinct)}/${short(states.judged)}`;
}

/** At most five characters: 98765, 1234k, 56M. */
function short(count: number): string {
  if (count < 100_000) return String(count);
  return count < 10_000_000 ? `${Math.floor(count / 1000)}k` : `${Math.floor(count / 1_000_000)}M`;
}

function violations({ violatingTrials, upperBound95 }: ScenarioResult): string {
  return upperBound95 === null
    ? String(violatingTrials)
    : `${violatingTrials} (<${percent(upperBound95)})`;
}

/** Rounded up, so that the bound that is printed is one, too. */
function percent(share: number): string {
  return `${(Math.ceil(share * 10_000) / 100).toFixed(2)} %`;
}

function tightness({ tight, reachedAllowance }: ScenarioResult): string {
  if (tight === null) return "-";
  if (!tight) return "no";
  return reachedAllowance > 0 ? `yes, ${reachedAllowance} full` : "yes";
}

/** Where crashes fell; of corruption, what the stores made of it. */
function details(scenario: ScenarioResult): readonly RowDetail[] {
  const { corruptions, strata, ioErrors, ioErrorAnswers = {}, profiles, approximate } = scenario;
  if (corruptions !== null) {
    const { noticed, harmless, lostSilently, lostOperationsMax } = corruptions;
    const most = lostSilently === 0 ? "" : ` (operations at once: ${lostOperationsMax})`;
    const silent = `lost silently ${lostSilently}${most}`;
    return [{ head: "damage", items: [`noticed ${noticed}`, `harmless ${harmless}`, silent] }];
  }
  const failed = { head: "failed", items: counted(ioErrors ?? {}) };
  const answered = { head: "then", items: counted(ioErrorAnswers) };
  const reasons = approximate.map((reason) => escapeText(reason, REASON_LIMIT)).join("; ");
  return [
    { head: "in", items: counted(strata) },
    ...(ioErrors === undefined ? [] : [failed, answered]),
    ...(profiles.length === 0 ? [] : [{ head: "", items: profiles.map(tellProfile) }]),
    ...(approximate.length === 0 ? [] : [{ head: "approximate", items: [reasons] }]),
  ];
}

function counted(counts: { readonly [name: string]: number }): readonly string[] {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const texts = sorted.map(([name, count]) => `${escapeText(name, COUNTED_LIMIT)} ${count}`);
  return texts.length === 0 ? ["nothing"] : texts;
}

/** Of a program: what the same recordings came to on either device. */
function tellProfile({ profile, verdict }: ScenarioResult["profiles"][number]): string {
  const device =
    profile === "posix" ? "portable (posix)" : `on ${escapeText(profile, DEVICE_LIMIT)}`;
  return `${device}: ${verdict}`;
}

function tellViolation(violation: ViolationSummary): ToldViolation {
  const { guarantee, message, trial, seed, prevention, replay, story } = violation;
  return {
    guarantee: sentence(guarantee),
    where: `trial ${trial}, seed ${seed}`,
    message: sentence(message),
    prevention: prevention === undefined ? null : sentence(prevention),
    replay: replay === null ? null : sentence(replay),
    explanation: (story?.explanation ?? []).slice(0, EXPLANATION_LINES).map(sentence),
  };
}

function tellFindings(scenario: ScenarioResult): ToldFindings {
  const { findings, findingTrials, findingCounts, trials, states, crashes: count } = scenario;
  const share = `${findingTrials} of ${trials} trials`;
  const counts = Object.entries(findingCounts).sort(([, a], [, b]) => b - a);
  const texts = counts.map(([guarantee, broken]) => `${sentence(guarantee)} ${broken}`);
  const summary =
    counts.length > 0
      ? `${share} did what a store should not; of ${states?.judged ?? count} verdicts: ${texts.join(", ")}.`
      : `${share} broke a promise on a device that need not be so harsh.`;
  return { summary, told: findings.map(tellViolation) };
}
