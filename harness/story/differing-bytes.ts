// Where two contents differ, stretch by stretch: what a crash left of files beside what was written there.
import type { StoryBytes } from "../crash-story.ts";
import { type DiskImage, imageEntries } from "../disk/image.ts";
import { type FileContent, readSectors, SECTOR_BYTES } from "../disk/sectors.ts";

/** Stretches that are told. */
export const STRETCHES_LIMIT = 8;
/** Bytes of one of them that are told. */
const BYTES_LIMIT = 512;
/** A stretch begins and ends at such an offset, so that it is whole lines of a dump. */
const LINE_BYTES = 16;

const NO_FILE: FileContent = { size: 0, sectors: new Map() };

/** The first stretches in which the files below `directory` (the root is `""`) differ, by name and place. */
export function differingBytes(
  written: DiskImage,
  left: DiskImage,
  directory: string,
): readonly StoryBytes[] {
  const before = filesBelow(written, directory);
  const after = filesBelow(left, directory);
  const told: StoryBytes[] = [];
  for (const file of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    if (told.length >= STRETCHES_LIMIT) break;
    const pair = { written: before.get(file) ?? NO_FILE, left: after.get(file) ?? NO_FILE };
    told.push(...stretches(pair).map((stretch) => ({ file, ...stretch })));
  }
  return told.slice(0, STRETCHES_LIMIT);
}

/** The stretch that two values differ in, from their first difference on. */
export function differingValue(name: string, written: Uint8Array, left: Uint8Array): StoryBytes[] {
  return stretches({ written: contentOf(written), left: contentOf(left) })
    .slice(0, 1)
    .map((stretch) => ({ file: name, ...stretch }));
}

function contentOf(bytes: Uint8Array): FileContent {
  const sectors = new Map<number, Uint8Array>();
  for (let from = 0; from < bytes.length; from += SECTOR_BYTES) {
    const sector = new Uint8Array(SECTOR_BYTES);
    sector.set(bytes.subarray(from, from + SECTOR_BYTES));
    sectors.set(from / SECTOR_BYTES, sector);
  }
  return { size: bytes.length, sectors };
}

function filesBelow(image: DiskImage, directory: string): ReadonlyMap<string, FileContent> {
  const files = new Map<string, FileContent>();
  for (const { path, node } of imageEntries(image)) {
    if (node.kind === "file" && path.startsWith(`${directory}/`)) {
      files.set(path.slice(directory.length + 1), node);
    }
  }
  return files;
}

interface Pair {
  readonly written: FileContent;
  readonly left: FileContent;
}

function stretches(pair: Pair): Omit<StoryBytes, "file">[] {
  const found: { from: number; to: number }[] = [];
  for (const sector of sectorsOf(pair)) {
    const range = differingRange(pair, sector);
    if (range === undefined) continue;
    const last = found.at(-1);
    if (last !== undefined && range.from - last.to < LINE_BYTES) last.to = range.to;
    else found.push(range);
    if (found.length > STRETCHES_LIMIT) break;
  }
  return found.map(({ from, to }) => {
    const end = Math.min(to, from + BYTES_LIMIT);
    const hex = (content: FileContent): string => hexOf(content, from, end);
    return {
      offset: from,
      left: hex(pair.left),
      written: hex(pair.written),
      isCut: to > end,
    };
  });
}

/** Those that either holds bytes in, and those from where only one of them goes on. */
function sectorsOf({ written, left }: Pair): readonly number[] {
  const indexes = new Set([...written.sectors.keys(), ...left.sectors.keys()]);
  const [short, long] = [written.size, left.size].sort((a, b) => a - b);
  if (short !== undefined && long !== undefined && short < long) {
    const first = Math.floor(short / SECTOR_BYTES);
    // One more than is told, so that the cut shows.
    for (let index = first; index <= first + BYTES_LIMIT / SECTOR_BYTES; index += 1) {
      if (index * SECTOR_BYTES < long) indexes.add(index);
    }
  }
  return [...indexes].sort((a, b) => a - b);
}

function differingRange(pair: Pair, sector: number): { from: number; to: number } | undefined {
  const start = sector * SECTOR_BYTES;
  const written = bytesOf(pair.written, start, start + SECTOR_BYTES);
  const left = bytesOf(pair.left, start, start + SECTOR_BYTES);
  const length = Math.max(written.length, left.length);
  let first = 0;
  while (first < length && written[first] === left[first]) first += 1;
  if (first === length) return undefined;
  let last = length - 1;
  while (written[last] === left[last]) last -= 1;
  return {
    from: start + first - (first % LINE_BYTES),
    to: start + last - (last % LINE_BYTES) + LINE_BYTES,
  };
}

function hexOf(content: FileContent, from: number, to: number): string {
  return Buffer.from(bytesOf(content, from, to)).toString("hex");
}

/** As far as the content reaches. */
function bytesOf(content: FileContent, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  return bytes.subarray(0, readSectors(content, bytes, from));
}
