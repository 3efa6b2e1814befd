// synced-before-acknowledged: no acknowledgement before the end of a sync that began after its bytes were written.
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { StorePromise, Violation } from "../guarantees/guarantee.ts";
import type { AskedRecords } from "./asked-records.ts";
import { SyncedFiles } from "./synced-files.ts";

/** An acknowledgement that came too early. */
export interface EarlyAcknowledgement {
  /** The event of the trace that is its mark. */
  readonly at: number;
  readonly violation: Violation;
}

/**
 * The acknowledgements of a trace that no sync stands behind, of a store that promises to lose none by
 * a power cut; none of any other store. It is enough that some whole copy of each record was covered. A
 * record that is shorter than its tag is not judged, nor is one that never stands in a file as
 * the store was given it: what the store makes of them only its recovery can tell.
 */
export function earlyAcknowledgements(
  trace: DiskTrace,
  asked: AskedRecords,
  promise: StorePromise,
): readonly EarlyAcknowledgement[] {
  if (!losesNothing(promise)) return [];
  const files = new SyncedFiles(trace, asked);
  const answers: { at: number; life: number; operation: number; unsynced: readonly number[] }[] =
    [];
  for (const [at, event] of trace.events.entries()) {
    files.follow(at);
    if (event.kind !== "mark" || event.happened.kind !== "acknowledged") continue;
    const { operation, life } = event.happened;
    const unsynced = recordsOf(asked, operation).filter((record) => !files.synced.has(record));
    answers.push({ at, life, operation, unsynced });
  }
  return answers.flatMap(({ at, life, operation, unsynced }) => {
    if (!unsynced.some((record) => files.written.has(record))) return [];
    const message = `operation ${operation} (life ${life}) was acknowledged, and no sync that began after its bytes were written had ended`;
    const guarantee = "synced-before-acknowledged";
    return [{ at, violation: { guarantee, life, message, operations: [operation] } }];
  });
}

function losesNothing({ power }: StorePromise): boolean {
  return typeof power === "object" && "records" in power && power.records === 0;
}

function recordsOf(asked: AskedRecords, operation: number): readonly number[] {
  const records: number[] = [];
  for (let item = 0; ; item += 1) {
    const record = asked.indexOf(operation, item);
    if (record === undefined) return records;
    records.push(record);
  }
}
