// The order of segments: what headers prove of each other, each check made to fire.
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { crc32 } from "./crc32.ts";
import { craftHeader, craftSegment, putSegments } from "./fixtures/crafted-log.ts";
import { bytesOf, readBack, walErrorOf } from "./fixtures/read-back.ts";
import { inTempDirectory, readImage } from "./fixtures/temp-directory.ts";
import { makeLsn } from "./lsn.ts";
import { nodeStorage } from "./node-storage.ts";
import { openWal } from "./open-wal.ts";
import type { SegmentHeader } from "./segment-header.ts";
import { readSegments } from "./segments.ts";
import type { WalError } from "./wal-error.ts";

const first = craftSegment(craftHeader(), [{ payload: bytesOf("one") }]);
const secondHeader = craftHeader({ sequence: 2, life: 2, previousLsn: makeLsn(1, 1) });

function second(changed: Partial<SegmentHeader> = {}): Uint8Array {
  return craftSegment({ ...secondHeader, ...changed }, []);
}

/** The error of a log with these segments, which `recover` and `openWal` must agree on. */
function refusal(segments: readonly Uint8Array[]): WalError {
  return inTempDirectory((directory) => {
    putSegments(directory, segments);
    const before = readImage(directory);
    const error = walErrorOf(() => readBack(directory));
    expect(walErrorOf(() => openWal(directory)).place).toEqual(error.place);
    expect(readImage(directory)).toEqual(before);
    return error;
  });
}

test("segments are read in order, with other files passed over", () => {
  inTempDirectory((directory) => {
    putSegments(directory, [first, second()]);
    for (const name of ["LOCK", "000000000003.wal.1.torn", "0.wal", "000000000003.wal~"]) {
      writeFileSync(join(directory, name), "x");
    }
    const segments = readSegments(nodeStorage, directory, nodeStorage.list(directory));
    expect(segments.map((segment) => segment.name)).toEqual([
      "000000000001.wal",
      "000000000002.wal",
    ]);
  });
});

describe("refused", () => {
  test("a segment left out", () => {
    const error = inTempDirectory((directory) => {
      putSegments(directory, [first, second(), second({ sequence: 3, life: 3 })]);
      renameSync(join(directory, "000000000002.wal"), join(directory, "gone"));
      return walErrorOf(() => readBack(directory));
    });
    expect(error.code).toBe("corrupt");
    expect(error.place).toMatchObject({ segment: "000000000003.wal", offset: 0 });
    expect(error.place?.reason).toMatch(/segment 2 is missing/);
  });

  const third = { ...secondHeader, sequence: 3, life: 3 };
  test.each<readonly [string, readonly Uint8Array[], RegExp]>([
    ["another log's segment", [first, second({ identity: 5 })], /another log/],
    ["an older life", [first, second(), craftSegment({ ...third, life: 1 }, [])], /older/],
    [
      "an earlier record",
      [first, second(), craftSegment({ ...third, previousLsn: 5 }, [])],
      /older/,
    ],
    ["another segment's header", [first, second({ sequence: 3 })], /another segment's/],
  ])("%s", (_, log, reason) => {
    const error = refusal(log);
    expect(error.code).toBe("corrupt");
    expect(error.place?.offset).toBe(0);
    expect(error.place?.reason).toMatch(reason);
  });

  test("a first segment that names a record before it", () => {
    const error = refusal([craftSegment(craftHeader({ previousLsn: makeLsn(1, 9) }), [])]);
    expect(error.code).toBe("corrupt");
    expect(error.place?.reason).toMatch(/before it/);
  });

  test.each([
    ["the magic", 3, /magic/],
    ["the header", 30, /checksum/],
    ["the header's checksum", 55, /checksum/],
  ])("a flipped byte in %s", (_, at, reason) => {
    const bytes = Buffer.from(first);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
    const error = refusal([bytes, second()]);
    expect(error.code).toBe("corrupt");
    expect(error.place).toMatchObject({ segment: "000000000001.wal", offset: 0 });
    expect(error.place?.reason).toMatch(reason);
  });

  test.each([0, 1, 55])("a header cut after %i bytes, also in the last segment", (length) => {
    const error = refusal([first, second().subarray(0, length)]);
    expect(error.code).toBe("corrupt");
    expect(error.place).toMatchObject({ segment: "000000000002.wal", offset: 0 });
  });

  test("a version that is not ours", () => {
    const bytes = Buffer.from(first);
    bytes.writeUInt32LE(2, 8);
    bytes.writeUInt32LE(crc32(bytes, 0, 0, 52), 52);
    const error = refusal([bytes]);
    expect(error.code).toBe("unsupported-version");
    expect(error.place).toMatchObject({ segment: "000000000001.wal", offset: 8 });
  });
});
