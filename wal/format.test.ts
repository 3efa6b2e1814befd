// FORMAT.md's worked example: what a real log writes is what the page says, byte for byte.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bytesOf, readBack, walErrorOf } from "./fixtures/read-back.ts";
import { inTempDirectory, readImage, writeImage } from "./fixtures/temp-directory.ts";
import { openWal } from "./open-wal.ts";

const SEGMENT = "000000000001.wal";
const page = readFileSync(new URL("FORMAT.md", import.meta.url), "utf8");

/** The hex dump in the page. */
function exampleBytes(): Buffer {
  const lines = [...page.matchAll(/^[0-9a-f]{4} {2}((?:[0-9a-f]{2} ?)+)$/gm)];
  return Buffer.from(lines.map((line) => line[1]?.replaceAll(" ", "")).join(""), "hex");
}

/** The log of the example, with the byte at `flipped` changed. */
function readExample(flipped?: number): ReturnType<typeof readBack> {
  return inTempDirectory((directory) => {
    const bytes = exampleBytes();
    if (flipped !== undefined) {
      bytes.writeUInt8(bytes.readUInt8(flipped) ^ 1, flipped);
    }
    writeImage(directory, new Map([[SEGMENT, bytes]]));
    return readBack(directory);
  });
}

test("a real log writes the bytes of the example", () => {
  inTempDirectory((directory) => {
    const clock = { wallMs: () => 1_700_000_000_000 };
    const wal = openWal(directory, { mode: "sync" }, { clock });
    wal.append(bytesOf("hello"));
    wal.appendBatch([bytesOf("a"), bytesOf("")]);
    wal.checkpoint();
    wal.close();
    expect(readImage(directory).get(SEGMENT)?.toString("hex")).toBe(exampleBytes().toString("hex"));
  });
});

test("the example is read back as the page tells it", () => {
  const { texts, lsns, report } = readExample();
  expect(texts).toEqual(["hello", "a", ""]);
  expect(lsns.map((lsn) => lsn - 2 ** 32)).toEqual([1, 2, 3]);
  expect(report).toEqual({
    segments: 1,
    lastLsn: 2 ** 32 + 5,
    checkpointLsn: 2 ** 32 + 5,
    tail: undefined,
  });
});

test.each([
  { at: 0x50, record: 0x38 },
  { at: 0x6d, record: 0x55 },
])("a change of byte $at is corruption", ({ at, record }) => {
  const error = walErrorOf(() => readExample(at));
  expect(error.code).toBe("corrupt");
  expect(error.place).toMatchObject({ segment: SEGMENT, offset: record });
});

test("a change of byte a6 is a tail; the three zeros at its end are not counted", () => {
  const { texts, report } = readExample(0xa6);
  expect(texts).toEqual(["hello", "a", ""]);
  expect(report.checkpointLsn).toBe(0);
  expect(report.tail).toMatchObject({ segment: SEGMENT, offset: 0xa6, bytes: 0x18 - 3 });
});

test("the table names the bytes of each record", () => {
  const ranges = [...page.matchAll(/^\| ([0-9a-f]{2})-([0-9a-f]{2}) \|/gm)];
  const starts = ranges.map((range) => Number.parseInt(range[1] ?? "", 16));
  const ends = ranges.map((range) => Number.parseInt(range[2] ?? "", 16) + 1);
  expect(starts).toEqual([0x00, 0x38, 0x55, 0x6e, 0x86, 0xa6]);
  expect(ends).toEqual([...starts.slice(1), exampleBytes().length]);
});

test("the file names of the page are those that the log uses", () => {
  inTempDirectory((directory) => {
    writeImage(directory, new Map([[SEGMENT, exampleBytes().subarray(0, -1)]]));
    readBack(directory);
    expect([...readImage(directory).keys()]).toEqual([SEGMENT, `${SEGMENT}.1.torn`]);
    expect(page).toContain(".wal.3.torn");
  });
});
