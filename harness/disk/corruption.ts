// Corruption at rest: what may become of durable files while nobody uses them, as values.
//
// Simulated: bits that flip, sectors that read as zeros, two sectors that change places, a sector that
// was written to the wrong place (of the same or another file), and files that are cut, lengthened
// or gone. One corruption strikes one or two places. Not simulated: whole directories that vanish,
// and files under another's name.

import { stream } from "../seed.ts";
import { type DiskImage, type ImageNode, type Inode, imageEntries, ROOT_INODE } from "./image.ts";
import {
  cutSectors,
  type FileContent,
  SECTOR_BYTES,
  type Sector,
  sectorCount,
  writtenSectors,
} from "./sectors.ts";

/** A sector of a file, by its number. */
export interface SectorPlace {
  readonly path: string;
  readonly sector: number;
}

/** One bit: the byte's offset in its file, and the bit's number from 0, the lowest. */
export interface BitPlace {
  readonly offset: number;
  readonly bit: number;
}

/** What a file that grew holds at its end; garbage is drawn from a seed. */
type Filling = { readonly kind: "zeros" } | { readonly kind: "garbage"; readonly seed: number };

/** What became of the disk. Paths are absolute; sizes and offsets are bytes. */
export type Corruption =
  | { readonly kind: "flip"; readonly path: string; readonly bits: readonly BitPlace[] }
  | { readonly kind: "zero"; readonly at: SectorPlace }
  | { readonly kind: "swap"; readonly at: SectorPlace; readonly other: SectorPlace }
  /** The bytes of `at` also stand at `onto`. */
  | { readonly kind: "misplace"; readonly at: SectorPlace; readonly onto: SectorPlace }
  | { readonly kind: "cut"; readonly path: string; readonly size: number }
  | {
      readonly kind: "lengthen";
      readonly path: string;
      readonly bytes: number;
      readonly filling: Filling;
    }
  | { readonly kind: "remove"; readonly path: string };

/** A corruption names what is not on the disk. */
export class CorruptionError extends Error {
  readonly code: "no-such-place" | "bad-text";

  constructor(code: CorruptionError["code"], message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = "CorruptionError";
    this.code = code;
  }
}

/**
 * The image that a corruption makes of this one, which stays as it is.
 * @throws CorruptionError `no-such-place`
 */
export function corruptImage(image: DiskImage, corruption: Corruption): DiskImage {
  switch (corruption.kind) {
    case "flip":
      return withFile(image, corruption.path, (file) => flipBits(file, corruption.bits));
    case "zero":
      return withSector(image, corruption.at, undefined);
    case "swap": {
      const [at, other] = [sectorAt(image, corruption.at), sectorAt(image, corruption.other)];
      return withSector(withSector(image, corruption.at, other), corruption.other, at);
    }
    case "misplace":
      return withSector(image, corruption.onto, sectorAt(image, corruption.at));
    case "cut":
      return withFile(image, corruption.path, (file) => cutFile(file, corruption.size));
    case "lengthen":
      return withFile(image, corruption.path, (file) => lengthenFile(file, corruption));
    case "remove":
      return withoutName(image, corruption.path);
  }
}

interface FileEntry {
  readonly path: string;
  readonly inode: Inode;
  readonly node: Extract<ImageNode, { kind: "file" }>;
}

/** The files of an image, sorted by path; a file with two names is given twice. */
export function imageFiles(image: DiskImage): readonly FileEntry[] {
  return [...imageEntries(image)].flatMap(({ path, inode, node }) =>
    node.kind === "file" ? [{ path, inode, node }] : [],
  );
}

function fileAt(image: DiskImage, path: string): FileEntry {
  const entry = imageFiles(image).find((file) => file.path === path);
  if (entry === undefined) throw noSuchPlace(`file ${path}`);
  return entry;
}

function withFile(
  image: DiskImage,
  path: string,
  change: (file: FileContent) => FileContent,
): DiskImage {
  const { inode, node } = fileAt(image, path);
  const inodes = new Map(image.inodes).set(inode, { kind: "file", ...change(node) });
  return { inodes };
}

function flipBits(file: FileContent, bits: readonly BitPlace[]): FileContent {
  const sectors = new Map(file.sectors);
  for (const { offset, bit } of bits) {
    if (offset >= file.size) throw noSuchPlace(`byte ${offset}`);
    const index = Math.floor(offset / SECTOR_BYTES);
    const content = Uint8Array.from(sectors.get(index) ?? new Uint8Array(SECTOR_BYTES));
    const at = offset % SECTOR_BYTES;
    content[at] = (content[at] ?? 0) ^ (1 << bit);
    sectors.set(index, content);
  }
  return { size: file.size, sectors };
}

function sectorAt(image: DiskImage, { path, sector }: SectorPlace): Sector {
  const { node } = fileAt(image, path);
  if (sector >= sectorCount(node.size)) throw noSuchPlace(`sector ${sector} of ${path}`);
  return node.sectors.get(sector);
}

/** Of a file's last sector only what lies before its end can be seen. */
function withSector(image: DiskImage, { path, sector }: SectorPlace, content: Sector): DiskImage {
  sectorAt(image, { path, sector });
  return withFile(image, path, (file) => {
    const sectors = new Map(file.sectors).set(sector, content ?? new Uint8Array(SECTOR_BYTES));
    return { size: file.size, sectors: changed(sectors, cutSectors(sectors, file.size)) };
  });
}

function cutFile(file: FileContent, size: number): FileContent {
  if (size > file.size) throw noSuchPlace(`byte ${size}`);
  return { size, sectors: changed(file.sectors, cutSectors(file.sectors, size)) };
}

function lengthenFile(
  file: FileContent,
  { bytes, filling }: { readonly bytes: number; readonly filling: Filling },
): FileContent {
  const size = file.size + bytes;
  if (filling.kind === "zeros" || bytes === 0) return { size, sectors: file.sectors };
  const added = garbage(filling.seed, bytes);
  const changes = writtenSectors((index) => file.sectors.get(index), file.size, added);
  return { size, sectors: changed(file.sectors, changes) };
}

function changed(
  sectors: FileContent["sectors"],
  changes: Iterable<readonly [number, Sector]>,
): FileContent["sectors"] {
  const result = new Map(sectors);
  for (const [index, content] of changes) {
    if (content === undefined) result.delete(index);
    else result.set(index, content);
  }
  return result;
}

function withoutName(image: DiskImage, path: string): DiskImage {
  fileAt(image, path);
  const at = path.lastIndexOf("/");
  const parent = path.slice(0, at);
  const directory =
    parent === "" ? undefined : [...imageEntries(image)].find((entry) => entry.path === parent);
  const inode = directory?.inode ?? ROOT_INODE;
  const node = image.inodes.get(inode);
  if (node?.kind !== "directory") throw noSuchPlace(`directory ${parent}`);
  const names = new Map(node.names);
  names.delete(path.slice(at + 1));
  return { inodes: new Map(image.inodes).set(inode, { kind: "directory", names }) };
}

/** Random bytes, the same for a seed. */
function garbage(seed: number, count: number): Uint8Array {
  const random = stream(seed, "garbage");
  return Uint8Array.from({ length: count }, () => random.below(256));
}

function noSuchPlace(place: string): CorruptionError {
  return new CorruptionError("no-such-place", `there is no ${place} to corrupt`);
}
