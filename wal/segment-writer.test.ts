// The edges of the process buffer and of the segment: what is written when, and to which file.
import { describe, expect, test } from "vitest";
import { appendThrees, changesOf, three } from "./fixtures/disk-changes.ts";
import { quickDisk } from "./fixtures/quick-disk.ts";
import { bytesOf, readBack } from "./fixtures/read-back.ts";
import { inTempDirectory } from "./fixtures/temp-directory.ts";
import { openWal } from "./open-wal.ts";
import type { SyncMode, WalOptions } from "./options.ts";

/** A record with a payload of three bytes. */
const R = 27;

const modes: readonly SyncMode[] = ["sync", "batch", "none", "flush"];

describe("the process buffer", () => {
  // 81 bytes hold three records of 27.
  const options: WalOptions = { mode: "none", bufferBytes: 81 };

  test("is filled to its last byte, and written when the next record comes", () => {
    expect(changesOf(options, (wal) => appendThrees(wal, 3))).toEqual([]);
    expect(changesOf(options, (wal) => appendThrees(wal, 4))).toEqual(["write 001 81@56"]);
  });

  test("is written before a record that is one byte too long for it", () => {
    expect(
      changesOf(options, (wal) => {
        appendThrees(wal, 2);
        wal.append(bytesOf("abcd"));
      }),
    ).toEqual(["write 001 54@56"]);
  });

  test("is passed by a record larger than it, after what was in it", () => {
    expect(
      changesOf(options, (wal) => {
        appendThrees(wal, 1);
        wal.append(Buffer.alloc(81 - 24 + 1));
        appendThrees(wal, 1);
        wal.flush();
      }),
    ).toEqual([`write 001 ${R}@56`, "write 001 82@83", `write 001 ${R}@165`]);
  });

  test("takes a record of its own size", () => {
    expect(changesOf(options, (wal) => wal.append(Buffer.alloc(81 - 24)))).toEqual([]);
  });

  test("is shared by a batch larger than it, synced once at its end", () => {
    expect(changesOf(options, (wal) => wal.appendBatch([three, three, three, three]))).toEqual([
      "write 001 81@56",
      "write 001 59@137",
      "syncData 001",
    ]);
  });

  test.each(modes)("spills in mode %s without a loss", (mode) => {
    const texts = [3, 3, 3, 3, 57, 58, 0, 57, 56, 200, 0].map((length) => "x".repeat(length));
    inTempDirectory((directory) => {
      const wal = openWal(directory, { mode, bufferBytes: 81 }, { storage: quickDisk });
      for (const text of texts) {
        wal.append(bytesOf(text));
      }
      wal.close();
      expect(readBack(directory).texts).toEqual(texts);
    });
  });
});

/** The changes of a batch whose records take these sizes, behind a record of 27 bytes. */
function batchBehindOne(...sizes: readonly number[]): string[] {
  return changesOf({ mode: "none", segmentBytes: 200 }, (wal) => {
    wal.append(three);
    wal.appendBatch(sizes.map((size) => Buffer.alloc(size - 24)));
  });
}

/** How many segments are begun while appending records of these sizes, 24 bytes of head each. */
function rotations(...sizes: readonly number[]): number {
  const made = changesOf({ mode: "none", segmentBytes: 200 }, (wal) => {
    for (const size of sizes) {
      wal.append(Buffer.alloc(size - 24));
    }
  });
  return made.filter((call) => call.startsWith("rename")).length;
}

describe("the segment's edge", () => {
  test("a record that ends at it stays; one byte more rotates", () => {
    expect(rotations(100, 44)).toBe(0);
    expect(rotations(100, 45)).toBe(1);
  });

  test("an empty segment takes a record of any size", () => {
    expect(rotations(144)).toBe(0);
    expect(rotations(1000)).toBe(0);
    expect(rotations(1000, 24)).toBe(1);
  });

  test("a batch goes to one segment with its COMMIT", () => {
    // 200 - 56 - 27 = 117 bytes are left, 32 of them for the COMMIT.
    expect(batchBehindOne(40, 45)).toEqual(["write 001 144@56", "syncData 001"]);
    expect(batchBehindOne(40, 46)).toContain("write 002 118@56");
    expect(batchBehindOne(600, 600)).toContain("write 002 1232@56");
  });

  test("a checkpoint rotates too", () => {
    const made = changesOf({ mode: "none", segmentBytes: 128 }, (wal) => {
      wal.append(Buffer.alloc(128 - 56 - 24 - 23));
      wal.checkpoint();
    });
    expect(made).toContain("write 002 24@56");
  });
});
