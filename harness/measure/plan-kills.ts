// What is to be known before a setting's writers are killed: how long they run, and the law of what they lose.
import { join } from "node:path";
import type { MeasuredSetting } from "../measurement.ts";
import type { KillSeriesRequest } from "./kill-series.ts";
import { answerLaw, momentLaw } from "./loss-law.ts";
import type { PaceReply } from "./measure-job.ts";
import { ask, type MeasureContext, measuredOptions, usesPort } from "./measure-one.ts";
import type { SettingToMeasure } from "./measure-setting.ts";

/** Writers that are recorded as the killed ones run. */
const RECORDINGS = 3;
/** At least so many answers to draw from, in whole multiples of what may be lost and one more. */
const ANSWERS_LEAST = 60;
/** Counts of the mode in a run that is killed at a time, so that what begins and ends it weighs little. */
const COUNTS = 20;
const APPENDS = { least: 200, most: 3000 };
/** A writer tells each answer by a write to a pipe. */
const ANSWER_MILLIS = 0.005;

type Asked = Omit<KillSeriesRequest, "draw" | "law">;

/** The two series of a setting: after an answer, and at a time. */
export async function planKills(
  setting: SettingToMeasure,
  measured: MeasuredSetting,
  context: MeasureContext,
): Promise<readonly [acknowledgement: KillSeriesRequest, moment: KillSeriesRequest]> {
  const asked: Asked = { setting, options: measuredOptions(setting), seed: context.seed };
  const allowed = measured.allowedRecords.kill ?? 0;
  const appends = momentAppends(setting, allowed);
  const mayLoseSome = allowed > 0 && usesPort(setting);
  const recorded = mayLoseSome ? await recordWriters(asked, appends, context) : [];
  const answersMax = answersToDraw(setting, allowed);
  const [first] = recorded;
  const kills = recorded.map(({ kill }) => kill);
  return [
    {
      ...asked,
      draw: { kind: "acknowledgement", answersMax },
      law:
        first === undefined
          ? undefined
          : answerLaw(first.killAfterAnswers.slice(0, answersMax), allowed),
    },
    {
      ...asked,
      draw: { kind: "moment", ...drawnTime(measured, appends, recorded), appends },
      law: first === undefined ? undefined : momentLaw(kills, allowed),
    },
  ];
}

function answersToDraw({ recordedAppends }: SettingToMeasure, allowed: number): number {
  if (allowed === 0) return Math.min(recordedAppends, APPENDS.least);
  const count = allowed + 1;
  return count * Math.ceil(ANSWERS_LEAST / count);
}

function momentAppends({ recordedAppends }: SettingToMeasure, allowed: number): number {
  const wanted = allowed === 0 ? recordedAppends : (allowed + 1) * COUNTS;
  return Math.max(APPENDS.least, allowed + 1, Math.min(APPENDS.most, wanted));
}

/**
 * The time to draw from, which is as long as the shortest middle half that was recorded, else by the measured
 * pace; a quarter of the run lies before it.
 */
function drawnTime(
  { speed }: MeasuredSetting,
  appends: number,
  recorded: readonly PaceReply[],
): { readonly microsMin: number; readonly microsMax: number } {
  const halfMs = (appends * Math.max(ANSWER_MILLIS, 1000 / speed.appendsPerSecond)) / 2;
  const recordedMs = recorded.map(({ kill }) => kill.durationMillis);
  const drawnMicros = 1000 * (recorded.length === 0 ? halfMs : Math.min(...recordedMs));
  return {
    microsMin: Math.floor(drawnMicros / 2),
    microsMax: Math.max(1, Math.floor(1.5 * drawnMicros)),
  };
}

/** Each in a child of its own, as cold as a writer that is killed soon. */
async function recordWriters(
  { setting, options, seed }: Asked,
  appends: number,
  { supervisor, signal }: MeasureContext,
): Promise<readonly PaceReply[]> {
  const { scenario, recordBytes, callers } = setting;
  const replies: PaceReply[] = [];
  for (let recording = 0; recording < RECORDINGS; recording += 1) {
    const directory = supervisor.makeDirectory();
    try {
      const store = {
        subject: scenario.subject,
        options,
        seed,
        recordBytes,
        callers,
        directory: join(directory, "risk"),
      };
      const job = { ...store, kind: "pace", appends } as const;
      replies.push(
        await supervisor.withMeasurer((measurer) => ask<PaceReply>(measurer, job), signal),
      );
    } finally {
      await supervisor.removeDirectory(directory);
    }
  }
  return replies;
}
