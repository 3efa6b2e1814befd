// A disk that is full for real: the log on a tmpfs of 1 MiB, until nothing fits, and then with space again.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openWal, recover, type Wal, type WalOptions } from "./index.ts";

const MODES = ["sync", "batch", "none", "flush"] as const;
const SYNC_COUNT = 10;
const OPTIONS = { segmentBytes: 64 * 1024, bufferBytes: 8 * 1024 };
const RECORD_BYTES = 1000;
/** More records than the disk has room for. */
const RECORDS_MAX = 2000;
/** Space that is freed when the disk is full. */
const BALLAST_BYTES = 256 * 1024;
const COMMAND_TIMEOUT_MS = 20_000;
const MOUNT = "mount";

/** Runs `work` on a small disk, which is gone afterwards, also when it throws. */
function onSmallDisk(work: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "ackproof-full-"));
  try {
    run(MOUNT, "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory);
    try {
      work(directory);
    } finally {
      run("umount", directory);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function run(program: string, ...words: readonly string[]): void {
  execFileSync(program, words, { stdio: "pipe", timeout: COMMAND_TIMEOUT_MS });
}

/** Why no disk can be made here; with ACKPROOF_NO_SKIPS=1, an error. */
function missing(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), "ackproof-full-"));
  const mounted = spawnSync(MOUNT, ["-t", "tmpfs", "tmpfs", directory], { stdio: "ignore" });
  if (mounted.status === 0) run("umount", directory);
  rmSync(directory, { recursive: true });
  if (mounted.status === 0) return undefined;
  const reason = "mounting a tmpfs is not permitted here";
  if (process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(reason);
  return reason;
}

/** Numbered, and padded to its size. */
function record(number: number): Uint8Array {
  return Buffer.from(String(number).padEnd(RECORD_BYTES, "."));
}

/** The number in front of the padding. */
function text(payload: Uint8Array): string {
  return Buffer.from(payload).toString("latin1").replaceAll(".", "");
}

/** Appends until the log refuses; returns how many it acknowledged, and what it said then. */
function fill(wal: Wal, from: number): { readonly acknowledged: number; readonly error: unknown } {
  for (let number = from; number < from + RECORDS_MAX; number += 1) {
    try {
      wal.append(record(number));
    } catch (error) {
      return { acknowledged: number - from, error };
    }
  }
  throw new Error("the disk never became full");
}

const reason = missing();
const title = `on a disk of 1 MiB${reason === undefined ? "" : ` (${reason})`}`;

describe.skipIf(reason !== undefined)(title, () => {
  test.each(MODES)("mode %s tells that it is full, and goes on when there is space", (mode) => {
    onSmallDisk((disk) => {
      const ballast = join(disk, "ballast");
      writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES));
      const directory = join(disk, "log");
      const options: WalOptions = {
        mode,
        ...OPTIONS,
        ...(mode === "batch" ? { batchSyncCount: SYNC_COUNT } : {}),
      };
      const wal = openWal(directory, options);
      // Something that every mode has to keep.
      wal.append(record(0));
      wal.sync();
      const { acknowledged, error } = fill(wal, 1);
      expect(error).toMatchObject({ code: "poisoned", cause: { code: "ENOSPC" } });
      expect(acknowledged).toBeGreaterThan(0);
      for (const refused of [() => wal.append(record(9)), () => wal.sync(), () => wal.close()]) {
        expect(refused).toThrow(expect.objectContaining({ code: "poisoned" }));
      }
      rmSync(ballast);
      const again = openWal(directory, options);
      again.append(record(RECORDS_MAX));
      again.close();
      const found = Array.from(recover(directory), ({ payload }) => Number(text(payload)));
      expect(found.at(-1)).toBe(RECORDS_MAX);
      const kept = found.slice(0, -1);
      // Nothing is missing in the middle; the record that failed may be there or not.
      expect(kept).toEqual(Array.from(kept, (_, index) => index));
      // The process buffer is gone with the log that failed; what the kernel had is not.
      const atRisk = { sync: 0, batch: SYNC_COUNT - 1, none: Infinity, flush: 0 };
      expect(kept.length).toBeGreaterThanOrEqual(Math.max(1, 1 + acknowledged - atRisk[mode]));
    });
  });
});
