// Names of segments, and the window on their bytes.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tapStorage } from "./fixtures/tapped-storage.ts";
import { inTempDirectory } from "./fixtures/temp-directory.ts";
import { endOfContent, SegmentWindow, segmentName, sequenceOf } from "./segment-file.ts";

test("names sort as the numbers do, and give them back", () => {
  const numbers = [1, 9, 10, 99, 4_294_967_295];
  const names = numbers.map(segmentName);
  expect(names.toSorted()).toEqual(names);
  expect(names.map(sequenceOf)).toEqual(numbers);
});

test.each([
  "1.wal",
  "000000000001.wal.new",
  "000000000001.wal.torn",
  "00000000000a.wal",
  "0000000000001.wal",
  " 000000000001.wal",
  "LOCK.12.x",
  "",
])("%j is no segment", (name) => {
  expect(sequenceOf(name)).toBeUndefined();
});

/** A window on a file with these bytes, and how often it was read from. */
function inFile(
  bytes: Uint8Array,
  work: (window: SegmentWindow, reads: () => number) => void,
): void {
  inTempDirectory((directory) => {
    const path = join(directory, "file");
    writeFileSync(path, bytes);
    const tap = tapStorage();
    const file = tap.storage.open(path, "read");
    const reads = (): number => tap.calls.filter((call) => call.kind === "read").length;
    work(new SegmentWindow(tap.storage, file), reads);
    tap.die();
  });
}

test("slices are what stands in the file, whatever is asked in whatever order", () => {
  const bytes = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 7) >> 3);
  inFile(bytes, (window) => {
    const ends = [0, 1, 56, 65_535, 65_536, 65_537, 131_071, 199_999, 200_000, 300_000];
    for (const from of [...ends, ...ends.toReversed()]) {
      for (const length of [0, 1, 24, 65_536, 70_000, 150_000]) {
        const slice = Buffer.from(window.slice(from, length));
        expect(slice.equals(bytes.subarray(from, from + length))).toBe(true);
      }
    }
  });
});

test("a file is read in chunks, once", () => {
  inFile(new Uint8Array(200_000), (window, reads) => {
    for (let at = 0; at < 200_000; at += 50) {
      window.slice(at, 50);
    }
    expect(reads()).toBe(4);
  });
});

test.each([
  { ones: [], end: 5 },
  { ones: [2], end: 5 },
  { ones: [9], end: 10 },
  { ones: [9, 65_540], end: 65_541 },
  { ones: [9, 199_999], end: 200_000 },
])("content from 5 with ones at $ones ends at $end", ({ ones, end }) => {
  const bytes = Buffer.alloc(200_000);
  for (const at of ones) {
    bytes.writeUInt8(1, at);
  }
  inFile(bytes, (window) => {
    expect(endOfContent(window, 5)).toBe(end);
  });
});
