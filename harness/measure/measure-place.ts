// What the disk and the memory of this machine cost: the measures that a store's numbers are held against.
import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { PlaceJob, PlaceReply } from "./measure-job.ts";

const SYNCED_BYTES = 100;
/** A reading is timed over many, as one is shorter than the clock tells. */
const CLOCK_READINGS = 20_000;
const COPIES = 2000;
const COPY_ROUNDS = 15;
/** Copies go from and to this much memory, in turns: no place is always in the nearest cache. */
const COPY_AREA_BYTES = 4 * 2 ** 20;

/** Measures all of it. @throws what the disk throws */
export function measurePlace(job: PlaceJob, clock: Clock): PlaceReply {
  return {
    kind: "place",
    syncNanos: syncNanos(job, clock),
    copies: job.copyBytes.map((recordBytes) => ({
      recordBytes,
      medianNanos: copyNanos(recordBytes, clock),
    })),
    clockNanos: clockNanos(clock),
  };
}

/** One write of 100 bytes to a file that grows, and its fdatasync. */
export function syncNanos(
  { directory, syncs }: Pick<PlaceJob, "directory" | "syncs">,
  clock: Clock,
): readonly number[] {
  const place = join(directory, "syncs");
  mkdirSync(place);
  const file = openSync(join(place, "file"), "wx");
  const bytes = Buffer.alloc(SYNCED_BYTES, "r");
  const nanos = Array.from({ length: syncs }, () => {
    const start = clock.monotonicMs();
    writeSync(file, bytes);
    fdatasyncSync(file);
    return Math.round((clock.monotonicMs() - start) * 1e6);
  });
  closeSync(file);
  rmSync(place, { recursive: true });
  return nanos;
}

/** The median of rounds: what disturbs one does not count. */
function copyNanos(recordBytes: number, clock: Clock): number {
  const from = Buffer.alloc(COPY_AREA_BYTES, "f");
  const to = Buffer.alloc(COPY_AREA_BYTES);
  const places = Math.floor(COPY_AREA_BYTES / recordBytes);
  const rounds = Array.from({ length: COPY_ROUNDS }, () => {
    const start = clock.monotonicMs();
    for (let copy = 0; copy < COPIES; copy += 1) {
      const at = (copy % places) * recordBytes;
      from.copy(to, at, at, at + recordBytes);
    }
    return ((clock.monotonicMs() - start) * 1e6) / COPIES;
  });
  return Math.round(median(rounds) * 10) / 10;
}

function clockNanos(clock: Clock): number {
  const start = clock.monotonicMs();
  for (let reading = 0; reading < CLOCK_READINGS; reading += 1) clock.monotonicMs();
  return Math.round(((clock.monotonicMs() - start) * 1e7) / CLOCK_READINGS) / 10;
}

/** Of an even count the lower of the two in the middle; NaN of none. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
}
