// The steps of a repetition, done in a worker: a store on one disk, recovered and written on.
import { RecordingDisk } from "../disk/recording-disk.ts";
import type { HistoryEvent } from "../history/history.ts";
import { FindingReader } from "./finding.ts";
import { LogCatalogue, withLife } from "./log-catalogue.ts";
import { FOLLOW_UP, writeOn } from "./memory-recoverer.ts";
import { type RecordedStore, recoverOn } from "./recorded-store.ts";
import type { RepeatJob } from "./repeat-job.ts";

/** Does the steps one after the other, each on what the one before it left; tells what happened. */
export async function runSteps(
  store: RecordedStore,
  { workload, image, life, steps }: RepeatJob,
): Promise<readonly HistoryEvent[]> {
  const disk = RecordingDisk.fromImage(image);
  const longer = withLife(workload, FOLLOW_UP);
  // Without known LSNs nothing is ordinary: each value is told as it came.
  const reader = new FindingReader(new LogCatalogue(longer.workload, []), true);
  const events: HistoryEvent[] = [];
  let last = life;
  for (const step of steps) {
    if (step === "recover") {
      const finding = await reader.read(() => recoverOn(store, disk));
      events.push({ kind: "recovered", life: last, outcome: finding.outcome() });
    } else {
      last = longer.life;
      const written = await writeOn(store, disk, longer);
      events.push(...written.events);
      if (!written.done) break;
    }
  }
  return events;
}
