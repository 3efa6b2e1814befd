// The claim: a test that only opens, writes and closes each mode sees none of the planted bugs.
import { describe, expect, test } from "vitest";
import { RecordingDisk } from "../../harness/disk/recording-disk.ts";
import type { SyncMode } from "../../wal/index.ts";
import { plantedBugs } from "../planted/planted-bugs.ts";
import { appends, type LogRun, RECORD_BYTES, SEGMENT_HEADER_BYTES } from "./fixtures/log-run.ts";
import { type LogPlace, openLog, performAll, readBack } from "./fixtures/open-log.ts";

const MODES: readonly SyncMode[] = ["sync", "batch", "none", "flush"];

/** What such a test writes. */
const OPERATIONS: LogRun["operations"] = [
  ...appends(20),
  { kind: "batch", sizes: [40, 40, 40] },
  { kind: "checkpoint" },
  ...appends(5),
];

/** A buffer of 3 records, segments of 10: what is written passes from one to the next. */
const SMALL = {
  bufferBytes: 3 * RECORD_BYTES,
  segmentBytes: SEGMENT_HEADER_BYTES + 10 * RECORD_BYTES,
};

/** Where such a test fails. */
type Seen = "nowhere" | "open, write or close" | "read back";

/** Opens a log, writes, closes it and reads it back; in memory, for nothing ever crashes. */
async function openWriteClose(run: LogRun): Promise<Seen> {
  const place = { directory: "/store", storage: new RecordingDisk() };
  const written = await writeAndClose(run, place).catch((error: unknown) => error);
  if (!Array.isArray(written)) {
    return "open, write or close";
  }
  const found = await readBack(run, place).catch((error: unknown) => error);
  return JSON.stringify(found) === JSON.stringify(written) ? "nowhere" : "read back";
}

async function writeAndClose(run: LogRun, place: LogPlace): Promise<readonly string[]> {
  const store = await openLog(run, place);
  const written = await performAll(store, run);
  await store.close();
  return written;
}

/** The planted bugs by where the test fails, with the modes in which it does. */
async function seenBugs(options: NonNullable<LogRun["options"]>): Promise<readonly string[]> {
  const seen: string[] = [];
  for (const { name } of plantedBugs) {
    const modes = new Map<Seen, SyncMode[]>();
    for (const mode of MODES) {
      const where = await openWriteClose({ mode, options, operations: OPERATIONS, variant: name });
      modes.set(where, [...(modes.get(where) ?? []), mode]);
    }
    modes.delete("nowhere");
    seen.push(...Array.from(modes, ([where, in_]) => `${name}: ${where} in ${in_.join(", ")}`));
  }
  return seen;
}

describe("a test that only opens, writes and closes each mode sees none of the planted bugs", () => {
  test("by the writing alone none; by the default sizes and a reading back, two", async () => {
    expect(await seenBugs({})).toEqual([
      "close-forgets-buffer: read back in none",
      "last-record-dropped: read back in sync, batch, none, flush",
    ]);
  });

  test("by small buffers and segments, too, five", async () => {
    expect(await seenBugs(SMALL)).toEqual([
      "spill-loses-record: read back in sync, batch, none, flush",
      "close-forgets-buffer: read back in none",
      "rotation-forgets-buffer: read back in batch, none",
      "record-doubled-across-segments: read back in sync, batch, none, flush",
      "last-record-dropped: read back in sync, batch, none, flush",
    ]);
  });

  test("a failure while it writes would show: an option that makes no sense", async () => {
    const run: LogRun = { mode: "sync", options: { batchSyncCount: 2 }, operations: OPERATIONS };
    expect(await openWriteClose(run)).toBe("open, write or close");
  });

  test.each(MODES)("of the sound log it sees nothing: %s", async (mode) => {
    for (const options of [{}, SMALL]) {
      expect(await openWriteClose({ mode, options, operations: OPERATIONS })).toBe("nowhere");
    }
  });
});
