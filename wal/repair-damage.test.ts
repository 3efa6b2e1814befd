// Tail or corruption: small logs damaged in every place, against what FORMAT.md says of each.
import { describe, expect, test } from "vitest";
import { expectedOf } from "./fixtures/damage-oracle.ts";
import { quickDisk } from "./fixtures/quick-disk.ts";
import { bytesOf, readBack, walErrorOf } from "./fixtures/read-back.ts";
import { inTempDirectory, readImage, writeImage } from "./fixtures/temp-directory.ts";
import { openWal } from "./open-wal.ts";
import type { WalOptions } from "./options.ts";

const SEGMENT = "000000000001.wal";

/** `flush` writes the same bytes as `none`. */
const configurations: readonly (readonly [string, WalOptions])[] = [
  ["sync", { mode: "sync" }],
  ["batch of 2", { mode: "batch", batchSyncCount: 2 }],
  ["none", { mode: "none" }],
  ["preallocated", { mode: "batch", batchSyncCount: 2, segmentBytes: 480, preallocate: true }],
];

/** Singles, a batch, an empty record and a checkpoint. */
function writtenLog(options: WalOptions): Buffer {
  return inTempDirectory((directory) => {
    const wal = openWal(directory, options);
    wal.append(bytesOf("first"));
    wal.append(bytesOf(""));
    wal.appendBatch([bytesOf("one"), bytesOf("\0two\0"), bytesOf("")]);
    wal.append(bytesOf("after"));
    wal.checkpoint();
    wal.append(bytesOf("behind the checkpoint"));
    wal.append(bytesOf("last\0"));
    wal.close();
    return readImage(directory).get(SEGMENT) ?? Buffer.alloc(0);
  });
}

/** Recovers the damaged segment, and holds what happens against the page. */
function check(directory: string, whole: Buffer, damaged: Buffer): void {
  const image = new Map([[SEGMENT, damaged]]);
  writeImage(directory, image);
  const expected = expectedOf(whole, damaged);
  if (expected.kind === "corrupt") {
    const error = walErrorOf(() => readBack(directory, quickDisk));
    expect(error.code).toBe("corrupt");
    expect(error.place).toMatchObject({ segment: SEGMENT, offset: expected.offset });
    expect(readImage(directory)).toEqual(image);
    return;
  }
  const { texts, report } = readBack(directory, quickDisk);
  expect(texts).toEqual(expected.texts);
  const { offset, tailBytes } = expected;
  if (tailBytes === 0) {
    expect(report.tail).toBeUndefined();
  } else {
    expect(report.tail).toMatchObject({ offset, bytes: tailBytes, setAside: `${SEGMENT}.1.torn` });
  }
  const left = readImage(directory);
  expect(left.get(SEGMENT)).toEqual(damaged.subarray(0, offset));
  const torn = tailBytes === 0 ? undefined : damaged.subarray(offset, offset + tailBytes);
  expect(left.get(`${SEGMENT}.1.torn`)).toEqual(torn);
  expect(readBack(directory, quickDisk)).toMatchObject({ texts, report: { tail: undefined } });
}

/** Checks the log of a configuration under each damage that `damages` gives. */
function sweep(
  options: WalOptions,
  damages: (whole: Buffer) => Iterable<readonly [string, Buffer]>,
): number {
  const whole = writtenLog(options);
  let count = 0;
  inTempDirectory((directory) => {
    for (const [place, damaged] of damages(whole)) {
      try {
        check(directory, whole, damaged);
      } catch (error) {
        throw new Error(`with ${place}`, { cause: error });
      }
      count += 1;
    }
  });
  return count;
}

function* flips(whole: Buffer): Generator<readonly [string, Buffer]> {
  for (let at = 0; at < whole.length; at += 1) {
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (at & 7)), at);
    yield [`a bit of byte ${at} flipped`, damaged];
  }
}

function* cuts(whole: Buffer): Generator<readonly [string, Buffer]> {
  for (let length = 0; length <= whole.length; length += 1) {
    yield [`a cut to ${length} bytes`, whole.subarray(0, length)];
  }
}

function* zeroed(whole: Buffer): Generator<readonly [string, Buffer]> {
  for (let at = 0; at + 16 <= whole.length; at += 4) {
    yield [`16 zeros at ${at}`, Buffer.from(whole).fill(0, at, at + 16)];
  }
}

function* lengthened(whole: Buffer): Generator<readonly [string, Buffer]> {
  const garbage = [
    Buffer.alloc(1, 0x01),
    Buffer.alloc(24, 0xff),
    Buffer.alloc(4096, 0x03),
    Buffer.alloc(4096),
    whole.subarray(56),
    whole,
    Buffer.concat([Buffer.alloc(700), Buffer.from("x"), Buffer.alloc(100)]),
  ];
  for (const [place, bytes] of garbage.entries()) {
    yield [`garbage ${place} behind it`, Buffer.concat([whole, bytes])];
  }
}

describe.each(configurations)("mode %s", (_, options) => {
  test("each byte flipped", () => {
    expect(sweep(options, flips)).toBeGreaterThan(300);
  });

  test("cut at each length", () => {
    expect(sweep(options, cuts)).toBeGreaterThan(300);
  });

  test("zeros at each place", () => {
    expect(sweep(options, zeroed)).toBeGreaterThan(80);
  });

  test("garbage behind it", () => {
    expect(sweep(options, lengthened)).toBe(7);
  });
});

test("of a synced log, only damage of the last record is taken for a tail", () => {
  const whole = writtenLog({ mode: "sync" });
  const kept = [...flips(whole)].filter(
    ([, damaged]) => expectedOf(whole, damaged).kind === "kept",
  );
  expect(kept.length).toBe(24 + "last\0".length);
});
