// The explanation of a power cut's violation, asked of a worker within its limits.
import type { DiskTrace } from "../disk/disk-trace.ts";
import { crashFault } from "../faults/parse-fault.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import type { HistoryEvent } from "../history/history.ts";
import { meantProfile } from "../power/meant-profile.ts";
import { gaveNoAnswer } from "../power/repeat-crash.ts";
import { explainProgram } from "../recorded/explain-program.ts";
import type { Scenario } from "../scenario.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { TrialRecord } from "../trial-record.ts";
import type { Workload } from "../workload.ts";
import { cutsPower } from "./cuts-power.ts";
import type { ExplainReply } from "./explain-job.ts";

/** A violation of a recorded trial. */
export interface ViolationToExplain {
  readonly record: TrialRecord;
  readonly workload: Workload;
  readonly promise: StorePromise;
  /** Its history; what came after the last power cut is not looked at. */
  readonly events: readonly HistoryEvent[];
  readonly trace: DiskTrace | undefined;
}

/**
 * Explains it, with the subject of this scenario. A store that hangs or dies, or values that do not
 * fit each other, are the reason why there is no explanation; none at all where no power was cut.
 */
export async function explainViolation(
  { record, workload, promise, events, trace }: ViolationToExplain,
  { subject, usesStoragePort }: Pick<Scenario, "subject" | "usesStoragePort">,
  supervisor: Supervisor,
): Promise<ExplainReply | undefined> {
  const crash = record.power?.crash;
  const fault = crashFault(record.fault);
  if (crash === undefined || fault === undefined || trace === undefined) return undefined;
  if (events.some(gaveNoAnswer)) {
    const reason = "its recovery gives no answer, so the disks beside this one are not tried";
    return { kind: "unexplained", reason };
  }
  const profile = meantProfile(fault, promise, usesStoragePort);
  const prior = eventsBefore(trace, crash.at, events);
  if (prior === undefined) {
    return { kind: "unexplained", reason: "the history does not fit the recording" };
  }
  const options = { ...subject.options, ...workload.options, mode: record.mode };
  const facts = { subject, options, workload, promise, profile: profile.name, prior, trace, crash };
  const job = { kind: "explain", ...facts } as const;
  if (!usesStoragePort) return explainProgram(job, supervisor);
  const { end } = await supervisor.explain(job);
  switch (end.kind) {
    case "answered":
      return end.reply;
    case "hung":
      return { kind: "unexplained", reason: `it would take more than ${end.limitMs} ms` };
    case "died":
      return { kind: "unexplained", reason: `the worker ${end.message}` };
  }
}

/** The last power cut comes after the trace's own marks, and those after what is asked for. */
function eventsBefore(
  trace: DiskTrace,
  at: number,
  events: readonly HistoryEvent[],
): readonly HistoryEvent[] | undefined {
  const marks = trace.events.filter((event, index) => event.kind === "mark" && index <= at).length;
  const end = events.findLastIndex(cutsPower) - marks;
  return end < 0 ? undefined : events.slice(0, end);
}
