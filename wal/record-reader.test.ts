// Reading records: every reason to stop made to fire, and the search for proof behind a stop.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { crc32 } from "./crc32.ts";
import { type CraftedRecord, craftHeader, craftSegment } from "./fixtures/crafted-log.ts";
import { bytesOf, textOf } from "./fixtures/read-back.ts";
import { diskError, tapStorage } from "./fixtures/tapped-storage.ts";
import { inTempDirectory } from "./fixtures/temp-directory.ts";
import { nodeStorage } from "./node-storage.ts";
import { encodeCommit, RecordType } from "./record.ts";
import { findProof, type ReadStop, readUnits, type Unit } from "./record-reader.ts";
import { SegmentWindow } from "./segment-file.ts";
import { headerChecksum } from "./segment-header.ts";
import type { Storage } from "./storage.ts";

const header = { ...craftHeader(), checksum: headerChecksum(craftHeader()) };
const { member, commit, checkpoint } = RecordType;

/** Opens a window on these bytes as a file. */
function inWindow<Result>(
  bytes: Uint8Array,
  work: (window: SegmentWindow) => Result,
  storage: Storage = nodeStorage,
): Result {
  return inTempDirectory((directory) => {
    writeFileSync(join(directory, "segment"), bytes);
    const file = storage.open(join(directory, "segment"), "read");
    try {
      return work(new SegmentWindow(storage, file));
    } finally {
      storage.close(file);
    }
  });
}

/** What is read from a segment: the texts of each unit, and the stop. */
function read(bytes: Uint8Array): { units: (string | string[])[]; stop: ReadStop } {
  return inWindow(bytes, (window) => {
    const units: (string | string[])[] = [];
    const reader = readUnits(window, header);
    let next = reader.next();
    for (; next.done !== true; next = reader.next()) {
      units.push(shown(next.value));
    }
    return { units, stop: next.value };
  });
}

function shown(unit: Unit): string | string[] {
  const texts = unit.records.map((record) => textOf(record.payload));
  return unit.kind === "batch" ? texts : `${unit.kind} ${texts.join()}`;
}

const one: CraftedRecord = { payload: bytesOf("one") };
const two: CraftedRecord = { payload: bytesOf("two") };

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 0x20, at);
  return copy;
}

test("units come in order, and the end of the file is no damage", () => {
  const records = [
    one,
    { type: member, payload: bytesOf("a") },
    { type: member },
    { type: commit, payload: encodeCommit(2, 2) },
    { type: checkpoint },
    two,
  ];
  const { units, stop } = read(craftSegment(header, records));
  expect(units).toEqual(["single one", ["a", ""], "checkpoint ", "single two"]);
  expect(stop).toMatchObject({ kind: "end" });
});

test("a segment without records ends where its header does", () => {
  expect(read(craftSegment(header, [])).stop).toMatchObject({ kind: "end", offset: 56 });
});

test.each([1, 23, 24, 70_000])("%i zeros behind the records are blank space", (zeros) => {
  const bytes = Buffer.concat([craftSegment(header, [one]), Buffer.alloc(zeros)]);
  expect(read(bytes)).toMatchObject({ units: ["single one"], stop: { kind: "blank", offset: 83 } });
});

describe("stops at damage", () => {
  const whole = craftSegment(header, [one, two]);
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["a flipped record header", flipped(whole, 83 + 9), /header's checksum/],
    ["a flipped payload", flipped(whole, 83 + 25), /payload checksum of record 2/],
    ["a cut header", whole.subarray(0, 83 + 23), /cut after 23 bytes/],
    ["a cut payload", whole.subarray(0, 83 + 26), /cut by the end of the file/],
    ["type 0", craftSegment(header, [one, { type: 0, payload: bytesOf("x") }]), /type 0/],
    ["an unknown type", craftSegment(header, [one, { type: 5 }]), /type 5/],
    [
      "a wrong index",
      craftSegment(header, [one, { ...two, index: 1 }]),
      /record 1 stands where record 2/,
    ],
    [
      "a gap in the indexes",
      craftSegment(header, [one, { ...two, index: 3 }]),
      /record 3 stands where/,
    ],
    ["a record copied elsewhere", copied(), /record 1 stands where record 2/],
    ["a record of another segment", transplanted(), /header's checksum/],
    [
      "a COMMIT of no batch",
      craftSegment(header, [one, { type: commit, payload: encodeCommit(0, 2) }]),
      /does not end its batch/,
    ],
  ];
  test.each(cases)("%s", (_, bytes, reason) => {
    const { units, stop } = read(bytes);
    expect(units).toEqual(["single one"]);
    expect(stop).toMatchObject({ kind: "damage", offset: 83 });
    expect(stop.reason).toMatch(reason);
  });

  /** The bytes of record 1 again where record 2 belongs. */
  function copied(): Buffer {
    return Buffer.concat([whole.subarray(0, 83), whole.subarray(56, 83)]);
  }

  /** A record 2 that another life wrote at the same place. */
  function transplanted(): Buffer {
    const other = craftSegment({ ...header, life: 2 }, [one, two]);
    return Buffer.concat([whole.subarray(0, 83), other.subarray(83)]);
  }
});

describe("a batch is dropped whole", () => {
  const a = { type: member, payload: bytesOf("a") };
  const cases: readonly (readonly [string, readonly CraftedRecord[], RegExp])[] = [
    ["no COMMIT", [a, a], /has no COMMIT/],
    [
      "a COMMIT with a wrong count",
      [a, a, { type: commit, payload: encodeCommit(3, 2) }],
      /does not end/,
    ],
    [
      "a COMMIT of another batch",
      [a, a, { type: commit, payload: encodeCommit(2, 1) }],
      /does not end/,
    ],
    ["a COMMIT with a short payload", [a, { type: commit, payload: bytesOf("1") }], /does not end/],
    [
      "a single record inside",
      [a, two, { type: commit, payload: encodeCommit(2, 2) }],
      /does not end/,
    ],
    ["a checkpoint inside", [a, { type: checkpoint }], /does not end/],
  ];
  test.each(cases)("%s", (_, records, reason) => {
    const { units, stop } = read(craftSegment(header, [one, ...records]));
    expect(units).toEqual(["single one"]);
    expect(stop).toMatchObject({ kind: "damage", offset: 83 });
    expect(stop.reason).toMatch(reason);
  });
});

test.each([0xffff_ffff, 2 ** 31, 4096])("a length of %i takes no memory", (length) => {
  const bytes = Buffer.concat([craftSegment(header, [one, two]), Buffer.alloc(2000, 7)]);
  const salt = header.checksum;
  bytes.writeUInt32LE(length, 83 + 8);
  bytes.writeUInt32LE(crc32(bytes, salt, 83 + 4, 83 + 24), 83);
  let asked = 0;
  const tap = tapStorage((call) => {
    asked = Math.max(asked, Number(/ (\d+)@/.exec(call.text)?.[1] ?? 0));
  });
  const stop = stopOn(tap.storage, bytes);
  expect(stop.reason).toMatch(/cut by the end of the file/);
  expect(asked).toBeLessThanOrEqual(bytes.length);
});

describe("the proof behind a stop", () => {
  const lost = { offset: 56, index: 1 };
  const find = (bytes: Uint8Array, index = 1): number | undefined =>
    inWindow(bytes, (window) => findProof(window, header.checksum, { ...lost, index }));

  test("is a header that carries the lost index or a later one", () => {
    const bytes = craftSegment(header, [one, { ...two, syncedIndex: 1 }]);
    expect(find(bytes)).toBe(83);
    expect(find(bytes, 2)).toBeUndefined();
  });

  test("is found at any offset, also over the edge of what is read at once", () => {
    const proof = craftSegment(header, [{ syncedIndex: 9 }]).subarray(56);
    for (const at of [
      57,
      32_768 + 56 - 24,
      32_768 + 56 - 23,
      32_768 + 55,
      65_536 + 56 - 1,
      70_001,
    ]) {
      const bytes = Buffer.concat([Buffer.alloc(at, 0x03), proof, Buffer.alloc(5, 1)]);
      expect(find(bytes), `at ${at}`).toBe(at);
    }
  });

  test("needs no payload", () => {
    const bytes = craftSegment(header, [one, { ...two, syncedIndex: 1 }]);
    expect(find(flipped(bytes, 83 + 25))).toBe(83);
    expect(find(bytes.subarray(0, 83 + 24))).toBe(83);
  });

  test("is none where its header is cut, flipped, or of another life", () => {
    const bytes = craftSegment(header, [one, { ...two, syncedIndex: 1 }]);
    expect(find(bytes.subarray(0, 83 + 23))).toBeUndefined();
    expect(find(flipped(bytes, 83 + 17))).toBeUndefined();
    const other = craftSegment({ ...header, life: 2 }, [one, { ...two, syncedIndex: 1 }]);
    expect(find(Buffer.concat([bytes.subarray(0, 83), other.subarray(83)]))).toBeUndefined();
  });
});

function readToStop(window: SegmentWindow): ReadStop {
  const reader = readUnits(window, header);
  let next = reader.next();
  while (next.done !== true) {
    next = reader.next();
  }
  return next.value;
}

/** Reads a segment to its stop on this storage. */
function stopOn(storage: Storage, bytes: Uint8Array): ReadStop {
  return inWindow(bytes, readToStop, storage);
}

test("reads that give less than asked are continued", () => {
  const storage: Storage = {
    ...nodeStorage,
    read: (file, bytes, position) => nodeStorage.read(file, bytes.subarray(0, 5), position),
  };
  const bytes = craftSegment(header, [one, two]);
  expect(stopOn(storage, bytes)).toMatchObject({ kind: "end", offset: bytes.length });
});

function failingRead(): number {
  throw diskError("EIO");
}

test("a failed read, and one that gives nothing, is the disk's error and no end of the log", () => {
  for (const failing of [failingRead, () => 0]) {
    const storage = { ...nodeStorage, read: failing };
    const work = (): unknown => stopOn(storage, craftSegment(header, [one]));
    expect(work).toThrow(expect.objectContaining({ code: "EIO" }));
  }
});
