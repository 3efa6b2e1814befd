// What a campaign can be told, and what it does where it is told nothing.
import { availableParallelism } from "node:os";
import { type Clock, systemClock } from "../clock.ts";
import { readInstallation } from "../installation.ts";
import type { CampaignResult } from "../result.ts";
import type { Scenario } from "../scenario.ts";
import { shellWord } from "../shell-word.ts";
import { CampaignError } from "./campaign-error.ts";
import type { CampaignEvent } from "./campaign-event.ts";
import type { ReportFile } from "./report-directory.ts";
import { trialsForBound } from "./stop-rule.ts";

export interface CampaignOptions {
  readonly scenarios: readonly Scenario[];
  /** 32 bits; all trials are drawn from it. */
  readonly seed: number;
  /** Trials for each scenario and fault; without it the time limit alone ends them. */
  readonly trials?: number | undefined;
  /**
   * For all scenarios together, in milliseconds. Without it, and without a number of trials, 42 s, and a row
   * that then lacks crashes may take as long again: a busy machine makes a gate slower, and not inconclusive.
   */
  readonly timeLimitMs?: number | undefined;
  /**
   * Ends a row of random kills once it has enough of them for this exact 95 % upper bound on the share that
   * breaks a promise; a row whose time is over before is inconclusive. Between 0 and 1.
   */
  readonly bound?: number | undefined;
  /** Trials at once; default is one more than there are cores, so that none waits idle. */
  readonly concurrency?: number | undefined;
  /** Faults as text, in place of the scenarios' own. */
  readonly faults?: readonly string[];
  /** The report's directory; default `ackproof-report`. */
  readonly out?: string;
  /** The command that repeats the campaign, for the report. */
  readonly command?: string;
  /** The command that replays an artifact, for the report; its path is given. */
  readonly replayCommand?: (artifact: string) => string;
  /** Renders the result at the end, also of an interrupted campaign; without it there is result.json alone. */
  readonly reportFiles?: (result: CampaignResult) => readonly ReportFile[];
  /** Ends the campaign early: what there is gets saved as an interrupted result. */
  readonly signal?: AbortSignal;
  /** Told of each event, in order; the campaign waits for it. */
  readonly onEvent?: (event: CampaignEvent) => void | Promise<void>;
  readonly clock?: Clock;
}

/** The options with nothing left open. */
export interface CampaignSettings {
  readonly scenarios: readonly Scenario[];
  readonly seed: number;
  readonly trials: number;
  readonly timeLimitMs: number;
  /** True where a row that lacks crashes at the end of its share may take as long again. */
  readonly allowsOvertime: boolean;
  /** Random kills that a row has to have, and that end it; `null` where no bound was asked for. */
  readonly killsForBound: number | null;
  readonly concurrency: number;
  readonly faults: readonly string[];
  /** Fewest crashes a row needs to be called held. */
  readonly minimumCrashes: number;
  readonly out: string;
  readonly command: string;
  readonly replayCommand: (artifact: string) => string;
  readonly reportFiles: (result: CampaignResult) => readonly ReportFile[];
  readonly signal: AbortSignal;
  readonly onEvent: (event: CampaignEvent) => void | Promise<void>;
  readonly clock: Clock;
  readonly version: string;
  readonly childFile: string;
}

const GATE_TIME_MS = 42_000;
/** Where time ends a row, fewer crashes than this say too little; a number of trials is a choice. */
const MINIMUM_CRASHES = 60;
const MOST_AT_ONCE = 64;

/** @throws CampaignError `bad-option` or `nothing-to-run` */
export function settleOptions(options: CampaignOptions): CampaignSettings {
  const { scenarios, trials, timeLimitMs, concurrency = availableParallelism() + 1 } = options;
  if (scenarios.length === 0) throw new CampaignError("nothing-to-run", "No scenario was given.");
  if (trials !== undefined) requireWhole("trials", trials, Number.MAX_SAFE_INTEGER);
  requireWhole("concurrency", concurrency, MOST_AT_ONCE);
  const { version, childFile } = readInstallation();
  return {
    scenarios,
    seed: options.seed >>> 0,
    trials: trials ?? Infinity,
    timeLimitMs: timeLimitMs ?? (trials === undefined ? GATE_TIME_MS : Infinity),
    allowsOvertime: trials === undefined && timeLimitMs === undefined,
    killsForBound: killsForBound(options.bound),
    concurrency,
    faults: options.faults ?? [],
    minimumCrashes: trials === undefined ? MINIMUM_CRASHES : 1,
    out: options.out ?? "ackproof-report",
    command: options.command ?? "runCampaign()",
    replayCommand:
      options.replayCommand ?? ((artifact) => `npx ackproof replay ${shellWord(artifact)}`),
    reportFiles: options.reportFiles ?? (() => []),
    signal: options.signal ?? new AbortController().signal,
    onEvent: options.onEvent ?? (() => undefined),
    clock: options.clock ?? systemClock,
    version,
    childFile,
  };
}

function killsForBound(bound: number | undefined): number | null {
  if (bound === undefined) return null;
  if (bound > 0 && bound < 1) return trialsForBound(bound);
  throw new CampaignError("bad-option", `bound: found ${bound}, expected a share between 0 and 1.`);
}

function requireWhole(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new CampaignError(
    "bad-option",
    `${name}: found ${value}, expected a whole number from 1 to ${most}.`,
  );
}
