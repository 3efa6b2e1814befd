// A recording that stopped at a recovery without an answer, told as a power cut that keeps the whole disk.
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import { powerText } from "../faults/power-text.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { PowerLosses } from "../trial-record.ts";
import type { Workload } from "../workload.ts";
import { CrashMoments } from "./crash-moments.ts";
import { type Exploration, NO_STATES } from "./exploration.ts";
import type { Recording } from "./power-job.ts";
import { UNANSWERED } from "./watched-store.ts";

/** What the recording was made of. */
export interface StoppedRequest {
  readonly workload: Workload;
  readonly profile: DeviceProfile["name"];
}

/** One crash, at which nothing was found: no state but the one that stopped it was looked at. */
const ONE_CRASH: PowerLosses = {
  crashPoints: 1,
  strata: { recovery: 1 },
  acknowledgedRecords: 0,
  atRiskRecordsMax: 0,
  lostRecordsMax: 0,
  allowedRecords: 0,
  reachedAllowance: 0,
};

/**
 * The exploration that ends where the recording did; undefined for a recording that has an answer
 * everywhere. The disk that the recovery was given is one that a power cut there may leave: all of it.
 */
export function stoppedExploration(
  recording: Recording,
  request: StoppedRequest,
): Exploration | undefined {
  const { trace } = recording;
  const stopped = trace.events.findIndex(
    (event) => event.kind === "mark" && isUnanswered(event.happened),
  );
  if (stopped < 0) return undefined;
  const begun = beginning(trace, stopped);
  const past = eventsBefore(recording, begun, request);
  if (past === undefined) return undefined;
  return {
    states: NO_STATES,
    nested: NO_STATES,
    losses: ONE_CRASH,
    violation: {
      verdict: "violated",
      trace,
      step: { at: Math.max(0, begun - 1), choice: "newest" },
      disk: 0,
      outer: [],
      events: [...past, ...marksFrom(trace, begun, stopped)],
      violations: [],
    },
    findings: {},
    notApplicable: [],
    spent: { produceMs: 0, recoverMs: 0, judgeMs: 0 },
  };
}

/** The event that an open without an answer began with; a recovery is marked at its end alone. */
function beginning(trace: DiskTrace, stopped: number): number {
  const mark = trace.events[stopped];
  if (mark?.kind !== "mark" || mark.happened.kind !== "open-failed") return stopped;
  return trace.events.findLastIndex(
    (event, index) => index < stopped && event.kind === "mark" && event.happened.kind === "open",
  );
}

/** True for a recovery, or an open that is one, of which an earlier run had no answer. */
export function isUnanswered(event: HistoryEvent): boolean {
  if (event.kind === "open-failed") return event.code === UNANSWERED;
  if (event.kind !== "recovered") return false;
  return event.outcome.kind === "refused" && event.outcome.code === UNANSWERED;
}

/** All that happened before an event of the trace, and a power cut there. */
function eventsBefore(
  { prior, trace }: Recording,
  begun: number,
  { workload, profile }: StoppedRequest,
): readonly HistoryEvent[] | undefined {
  // Behind a power cut of the chain nothing has happened yet on the disk that it left.
  if (begun === 0) return prior;
  const before = { base: trace.base, events: trace.events.slice(0, begun) };
  const moments = new CrashMoments({ workload, prior, trace: before, fault: powerText(profile) });
  const moment = moments.at(begun - 1);
  return moment && moments.eventsThrough(moment);
}

function marksFrom(trace: DiskTrace, from: number, through: number): readonly HistoryEvent[] {
  return trace.events
    .slice(from, through + 1)
    .flatMap((event) => (event.kind === "mark" ? [event.happened] : []));
}
