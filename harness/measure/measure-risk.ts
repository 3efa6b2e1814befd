// What a crash would lose at each moment of a recorded run: under a kill, and under a power cut.
import { profiles } from "../disk/profile.ts";
import type { RiskWindowMeasurement } from "../measurement.ts";
import { AppendRecoverer } from "./append-recoverer.ts";
import { type AppendWindow, appendWindow } from "./append-window.ts";
import type { PaceJob, PaceReply, RiskJob, RiskReply } from "./measure-job.ts";
import { riskOverTime, type TimedLevel } from "./risk-over-time.ts";
import type { TimedTrace } from "./storage-tape.ts";
import { type TapedLife, tapeLife } from "./taped-life.ts";

/** Other disks than the barest that are recovered, under each fault: fewer where each holds much. */
const SAMPLED = { least: 16, most: 100, bytes: 32 * 2 ** 20 };

/**
 * Records the appends on a real disk with the times of all events, and works out what the worst crash would
 * lose at each of them. `none` and `flush` of a log are ramps: how far they rise is how long one looks.
 * @throws what the store throws
 */
export async function measureRisk(job: RiskJob, life: TapedLife): Promise<RiskReply> {
  const timed = await tapeLife(job, life);
  const { seed, recordBytes, appends } = job;
  const affordable = Math.floor(SAMPLED.bytes / (appends * recordBytes));
  const statesMax = Math.max(SAMPLED.least, Math.min(SAMPLED.most, affordable));
  const recorded = { recoverer: recovererOf(job, life), trace: timed.trace };
  const kill = await appendWindow(recorded, profiles.kill, { seed, statesMax });
  const power = await appendWindow(recorded, profiles.posix, { seed, statesMax });
  return {
    kind: "risk",
    kill: overTime(kill, wholeRun(kill, timed), recordBytes),
    power: overTime(power, wholeRun(power, timed), recordBytes),
  };
}

/** Records the appends as a writer makes them that is killed soon. @throws what the store throws */
export async function measurePace(job: PaceJob, life: TapedLife): Promise<PaceReply> {
  const timed = await tapeLife(job, life);
  const recorded = { recoverer: recovererOf(job, life), trace: timed.trace };
  const kill = await appendWindow(recorded, profiles.kill, { seed: job.seed, statesMax: 0 });
  return {
    kind: "pace",
    kill: overTime(kill, middleHalf(kill, timed), job.recordBytes),
    killAfterAnswers: kill.answers.map(
      (at) => kill.levels.findLast((level) => level.at <= at)?.records ?? 0,
    ),
  };
}

function recovererOf(job: RiskJob | PaceJob, { subject }: TapedLife): AppendRecoverer {
  const store = { subject, options: job.options };
  return new AppendRecoverer(store, { seed: job.seed, bytes: job.recordBytes });
}

/** A part of a run, in the clock's milliseconds. */
interface RunPart extends TimedTrace {
  readonly startMs: number;
  readonly endMs: number;
}

/** From the first append's call to the last one's answer. */
function wholeRun({ answers }: AppendWindow, timed: TimedTrace): RunPart {
  const asked = timed.trace.events.findIndex(
    (event) => event.kind === "mark" && event.happened.kind === "invoked",
  );
  return { ...timed, startMs: timeOf(timed, asked), endMs: timeOf(timed, answers.at(-1)) };
}

/**
 * The middle half of the time from the first answer to the last: behind the first code that runs, and behind the
 * moment at which a supervisor hears of the first answer; before the end, so that few kills come too late.
 */
function middleHalf({ answers }: AppendWindow, timed: TimedTrace): RunPart {
  const firstMs = timeOf(timed, answers[0]);
  const quarterMs = (timeOf(timed, answers.at(-1)) - firstMs) / 4;
  return { ...timed, startMs: firstMs + quarterMs, endMs: firstMs + 3 * quarterMs };
}

function timeOf({ atMs }: TimedTrace, event: number | undefined): number {
  return atMs[event ?? -1] ?? 0;
}

function overTime(window: AppendWindow, part: RunPart, recordBytes: number): RiskWindowMeasurement {
  const levels = window.levels.map(
    ({ at, records, firstLost }): TimedLevel => ({
      atMs: timeOf(part, at),
      records,
      oldestAtMs: firstLost === undefined ? undefined : timeOf(part, window.answers[firstLost]),
    }),
  );
  return riskOverTime(levels, {
    startMs: part.startMs,
    endMs: part.endMs,
    recordBytes,
    exact: window.exact,
    appends: window.answers.length,
  });
}
