// Which corruptions there are: drawn from a seed, or every one of a kind on a small disk.
import type { RandomStream } from "../seed.ts";
import { type BitPlace, type Corruption, imageFiles, type SectorPlace } from "./corruption.ts";
import type { DiskImage } from "./image.ts";
import { sectorCount } from "./sectors.ts";

/** Every kind of corruption. */
export const corruptionKinds: readonly Corruption["kind"][] = [
  "flip",
  "zero",
  "swap",
  "misplace",
  "cut",
  "lengthen",
  "remove",
];

/** Bits that one corruption flips at most. */
const FLIPS_MAX = 8;
const LENGTHEN_MAX_BYTES = 2048;

interface SizedFile {
  readonly path: string;
  readonly size: number;
}

/** A corruption of one of these kinds; undefined where the disk has no byte to corrupt. */
export function drawCorruption(
  image: DiskImage,
  random: RandomStream,
  kinds: readonly Corruption["kind"][] = corruptionKinds,
): Corruption | undefined {
  const files = sizedFiles(image).filter(({ size }) => size > 0);
  const file = pick(files, random);
  const kind = pick(kinds, random);
  if (file === undefined || kind === undefined) return undefined;
  const { path, size } = file;
  const drawPlace = (): SectorPlace => pickPlace(files, random) ?? { path, sector: 0 };
  switch (kind) {
    case "flip":
      return { kind, path, bits: drawBits(size, random) };
    case "zero":
      return { kind, at: drawPlace() };
    case "swap":
      return { kind, at: drawPlace(), other: drawPlace() };
    case "misplace":
      return { kind, at: drawPlace(), onto: drawPlace() };
    case "cut":
      return { kind, path, size: random.below(size) };
    case "lengthen": {
      const bytes = 1 + random.below(LENGTHEN_MAX_BYTES);
      const zeros = random.below(2) === 0;
      const seed = random.nextUint32();
      return { kind, path, bytes, filling: zeros ? { kind: "zeros" } : { kind: "garbage", seed } };
    }
    case "remove":
      return { kind, path };
  }
}

/** Every single flipped bit, every cut, zeroed, swapped and misplaced sector, and removed file. */
export function* everyCorruption(
  image: DiskImage,
  kind: Exclude<Corruption["kind"], "lengthen">,
): Generator<Corruption> {
  const files = sizedFiles(image);
  const places = files.flatMap(({ path, size }) => placesOf({ path, size }));
  switch (kind) {
    case "flip":
      for (const { path, size } of files) {
        for (let bit = 0; bit < size * 8; bit += 1) {
          yield { kind, path, bits: [{ offset: bit >> 3, bit: bit & 7 }] };
        }
      }
      return;
    case "cut":
      for (const { path, size } of files) {
        for (let kept = 0; kept < size; kept += 1) yield { kind, path, size: kept };
      }
      return;
    case "zero":
      yield* places.map((at) => ({ kind, at }));
      return;
    case "swap":
      yield* places.flatMap((at, index) =>
        places.slice(index + 1).map((other) => ({ kind, at, other })),
      );
      return;
    case "misplace":
      yield* places.flatMap((at) =>
        places.flatMap((onto) => (at === onto ? [] : [{ kind, at, onto }])),
      );
      return;
    case "remove":
      yield* files.map(({ path }) => ({ kind, path }));
  }
}

function sizedFiles(image: DiskImage): SizedFile[] {
  return imageFiles(image).map(({ path, node }) => ({ path, size: node.size }));
}

function placesOf({ path, size }: SizedFile): SectorPlace[] {
  return Array.from({ length: sectorCount(size) }, (_, sector) => ({ path, sector }));
}

function pick<Item>(items: readonly Item[], random: RandomStream): Item | undefined {
  return items.length === 0 ? undefined : items[random.below(items.length)];
}

function pickPlace(files: readonly SizedFile[], random: RandomStream): SectorPlace | undefined {
  const file = pick(files, random);
  return file && { path: file.path, sector: random.below(sectorCount(file.size)) };
}

function drawBits(size: number, random: RandomStream): BitPlace[] {
  const count = random.below(2) === 0 ? 1 : 1 + random.below(FLIPS_MAX);
  return Array.from({ length: count }, () => ({
    offset: random.below(size),
    bit: random.below(8),
  }));
}
