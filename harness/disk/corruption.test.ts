// Tests of corruptions: each does what it says and nothing else, and its text parses back.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stream } from "../seed.ts";
import { type Corruption, corruptImage, imageFiles } from "./corruption.ts";
import { corruptionKinds, drawCorruption, everyCorruption } from "./corruption-draw.ts";
import { corruptionText, parseCorruption } from "./corruption-text.ts";
import { type DiskImage, fileBytes, imageHash, imageNode } from "./image.ts";
import { RecordingDisk } from "./recording-disk.ts";

const A = "/store/a log@1";
const B = "/store/b";

/** 1100 bytes of A and 600 of B, each byte telling its place; `/c` is empty. */
function disk(): DiskImage {
  const made = new RecordingDisk({ directory: "/store" });
  for (const [path, size, start] of [
    [A, 1100, 1] as const,
    [B, 600, 101] as const,
    ["/c", 0, 0] as const,
  ]) {
    const file = made.open(path, "create");
    made.write(
      file,
      Uint8Array.from({ length: size }, (_, at) => start + (at % 100)),
      0,
    );
  }
  return made.image();
}

function bytesOf(image: DiskImage, path: string): Buffer | undefined {
  const node = imageNode(image, path);
  return node?.kind === "file" ? Buffer.from(fileBytes(node)) : undefined;
}

/** The file after the corruption; the other files and the image itself are as they were. */
function after(corruption: Corruption, path: string): Buffer | undefined {
  const image = disk();
  const damaged = corruptImage(image, corruption);
  expect(imageHash(image)).toBe(imageHash(disk()));
  const others = imageFiles(image).filter((file) => file.path !== path);
  for (const other of corruption.kind === "swap" ? [] : others) {
    expect(bytesOf(damaged, other.path)).toEqual(bytesOf(image, other.path));
  }
  return bytesOf(damaged, path);
}

const before = (path: string): Buffer => bytesOf(disk(), path) ?? Buffer.alloc(0);

describe("each kind", () => {
  test("flips bits, twice is not at all", () => {
    const bits = [
      { offset: 0, bit: 0 },
      { offset: 1099, bit: 7 },
    ];
    const flipped = after({ kind: "flip", path: A, bits }, A);
    const expected = before(A);
    expected[0] = (expected[0] ?? 0) ^ 1;
    expected[1099] = (expected[1099] ?? 0) ^ 128;
    expect(flipped).toEqual(expected);
    expect(after({ kind: "flip", path: A, bits: [...bits, ...bits] }, A)).toEqual(before(A));
  });

  test("zeros a sector, and of the last one what lies in the file", () => {
    expect(after({ kind: "zero", at: { path: A, sector: 1 } }, A)).toEqual(
      before(A).fill(0, 512, 1024),
    );
    expect(after({ kind: "zero", at: { path: A, sector: 2 } }, A)).toEqual(before(A).fill(0, 1024));
  });

  test("swaps sectors of two files", () => {
    const swap = {
      kind: "swap",
      at: { path: A, sector: 0 },
      other: { path: B, sector: 1 },
    } as const;
    const [a, b] = [before(A), before(B)];
    expect(after(swap, A)).toEqual(
      Buffer.concat([b.subarray(512), Buffer.alloc(424), a.subarray(512)]),
    );
    expect(after(swap, B)).toEqual(Buffer.concat([b.subarray(0, 512), a.subarray(0, 88)]));
  });

  test("puts a sector where another belongs", () => {
    const misplaced = {
      kind: "misplace",
      at: { path: A, sector: 1 },
      onto: { path: B, sector: 0 },
    } as const;
    const expected = Buffer.concat([before(A).subarray(512, 1024), before(B).subarray(512)]);
    expect(after(misplaced, B)).toEqual(expected);
  });

  test("cuts, lengthens and removes", () => {
    expect(after({ kind: "cut", path: A, size: 700 }, A)).toEqual(before(A).subarray(0, 700));
    const lengthened = { kind: "lengthen", path: A, bytes: 1000 } as const;
    const zeros = after({ ...lengthened, filling: { kind: "zeros" } }, A);
    expect(zeros).toEqual(Buffer.concat([before(A), Buffer.alloc(1000)]));
    const garbage = after({ ...lengthened, filling: { kind: "garbage", seed: 3 } }, A);
    expect(garbage?.length).toBe(2100);
    expect(garbage?.subarray(0, 1100)).toEqual(before(A));
    expect(new Set(garbage?.subarray(1100)).size).toBeGreaterThan(200);
    expect(after({ kind: "remove", path: A }, A)).toBeUndefined();
    expect(after({ kind: "remove", path: "/c" }, "/c")).toBeUndefined();
  });

  test.each<Corruption>([
    { kind: "flip", path: A, bits: [{ offset: 1100, bit: 0 }] },
    { kind: "zero", at: { path: A, sector: 3 } },
    { kind: "misplace", at: { path: "/no", sector: 0 }, onto: { path: A, sector: 0 } },
    { kind: "cut", path: A, size: 1101 },
    { kind: "remove", path: "/store" },
  ])("refuses a place that is not there: %j", (corruption) => {
    expect(() => corruptImage(disk(), corruption)).toThrow(
      expect.objectContaining({ code: "no-such-place" }),
    );
  });
});

test("what is drawn can be done, prints and parses back", () => {
  const drawn = new Set<string>();
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const corruption = drawCorruption(disk(), stream(seed, "test"));
      expect(corruption).toBeDefined();
      if (corruption === undefined) return;
      corruptImage(disk(), corruption);
      expect(parseCorruption(corruptionText(corruption))).toEqual(corruption);
      drawn.add(corruption.kind);
    }),
    { seed: 1, numRuns: 300 },
  );
  expect([...drawn].sort()).toEqual(corruptionKinds.toSorted());
  const empty = new RecordingDisk({ directory: "/store" }).image();
  expect(drawCorruption(empty, stream(1, "test"))).toBeUndefined();
});

const count = (kind: Parameters<typeof everyCorruption>[1]): number =>
  [...everyCorruption(disk(), kind)].length;

test("every corruption of a kind", () => {
  expect(count("flip")).toBe(1700 * 8);
  expect(count("cut")).toBe(1700);
  expect(count("zero")).toBe(5);
  expect(count("swap")).toBe(10);
  expect(count("misplace")).toBe(20);
  expect(count("remove")).toBe(3);
});

test("texts a person can read", () => {
  const texts = [
    "flip /store/1.wal 0x1f.3 0x20.7",
    "zero /store/1.wal@0x200",
    "swap /store/1.wal@0x0 /store/a%20b@0x200",
    "misplace /store/1.wal@0x0 /store/2.wal@0x200",
    "cut /store/1.wal 100",
    "lengthen /store/1.wal 40 zeros",
    "lengthen /store/1.wal 40 garbage=7",
    "remove /store/1.wal",
  ];
  expect(texts.map((text) => corruptionText(parseCorruption(text)))).toEqual(texts);
  for (const bad of [
    "",
    "burn /a",
    "cut /a",
    "flip /a 0x1f.x",
    "zero /a@0x1",
    "remove /a b",
    "remove %",
  ]) {
    expect(() => parseCorruption(bad)).toThrow(expect.objectContaining({ code: "bad-text" }));
  }
});
