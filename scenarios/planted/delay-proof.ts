// The waits that the leader of a group asks for: what shows a bug that breaks no promise.
import { systemClock } from "../../harness/clock.ts";
import { RecordingDisk } from "../../harness/disk/recording-disk.ts";
import type { OpenStore, Subject } from "../../harness/subject.ts";

/** The delay of the log that is asked, in microseconds. */
export const DELAY_MICROS = 100;

/** Opens the log in mode `group`, has so many callers append at once, and returns the waits it asked for. */
export async function leaderWaits(
  subject: Subject,
  { callers, siblings }: { readonly callers: number; readonly siblings: number },
): Promise<readonly number[]> {
  const asked: number[] = [];
  const timer = {
    async after(micros: number): Promise<void> {
      asked.push(micros);
    },
  };
  const options = { mode: "group", commitDelayMicros: DELAY_MICROS, commitSiblings: siblings };
  const ports = { storage: new RecordingDisk({ directory: "/log" }), clock: systemClock, timer };
  const store: OpenStore = await subject.open("/log", options, ports);
  const append = async (): Promise<unknown> => store.append(new Uint8Array(10));
  await Promise.all(Array.from({ length: callers }, append));
  await store.close();
  return asked;
}
