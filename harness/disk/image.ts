// An image: one content of the disk, as plain data. Directories hold names, names lead to inodes.
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { type FileContent, isZeroSector, readSectors } from "./sectors.ts";

/** The number of a file or directory; names come and go, the number stays. */
export type Inode = number;

interface ImageFile extends FileContent {
  readonly kind: "file";
}

interface ImageDirectory {
  readonly kind: "directory";
  readonly names: ReadonlyMap<string, Inode>;
}

export type ImageNode = ImageFile | ImageDirectory;

/** Every name leads to an inode that is there; the directories form a tree below the root. */
export interface DiskImage {
  readonly inodes: ReadonlyMap<Inode, ImageNode>;
}

/** The inode of the directory `/`. */
export const ROOT_INODE: Inode = 1;

/** One name of an image, with what it leads to. */
export interface ImageEntry {
  /** From the root: `/store/000001.wal`. */
  readonly path: string;
  readonly inode: Inode;
  readonly node: ImageNode;
}

/** Paths whose parts are remembered: a store says the same few over and over. */
const PATHS_LIMIT = 1024;
const partsOf = new Map<string, readonly string[]>();

/** The parts of a path; relative paths start at the root. */
export function pathParts(path: string): readonly string[] {
  const known = partsOf.get(path);
  if (known !== undefined) {
    return known;
  }
  if (partsOf.size >= PATHS_LIMIT) {
    partsOf.clear();
  }
  const parts = posix
    .resolve("/", path)
    .split("/")
    .filter((part) => part !== "");
  partsOf.set(path, parts);
  return parts;
}

/** A disk with nothing on it but this directory, which is durable. */
export function emptyImage(directory = "/"): DiskImage {
  const inodes = new Map<Inode, ImageNode>();
  let inode = ROOT_INODE;
  for (const name of pathParts(directory)) {
    inodes.set(inode, { kind: "directory", names: new Map([[name, inode + 1]]) });
    inode += 1;
  }
  inodes.set(inode, { kind: "directory", names: new Map() });
  return { inodes };
}

/** Every name below the root, parents first, siblings sorted. */
export function* imageEntries(image: DiskImage): Generator<ImageEntry> {
  const waiting: ImageEntry[] = below(image, "", ROOT_INODE);
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    yield entry;
    if (entry.node.kind === "directory") {
      waiting.push(...below(image, entry.path, entry.inode));
    }
  }
}

/** A directory's entries in reverse order, to be taken from the end. */
function below(image: DiskImage, path: string, directory: Inode): ImageEntry[] {
  const node = image.inodes.get(directory);
  const names = node?.kind === "directory" ? [...node.names] : [];
  return names
    .sort(([left], [right]) => (left < right ? 1 : -1))
    .flatMap(([name, inode]) => {
      const child = image.inodes.get(inode);
      return child === undefined ? [] : [{ path: `${path}/${name}`, inode, node: child }];
    });
}

/** What lies at a path, or `undefined`. */
export function imageNode(image: DiskImage, path: string): ImageNode | undefined {
  let node = image.inodes.get(ROOT_INODE);
  for (const part of pathParts(path)) {
    const inode = node?.kind === "directory" ? node.names.get(part) : undefined;
    node = inode === undefined ? undefined : image.inodes.get(inode);
  }
  return node;
}

/** A file's whole content. */
export function fileBytes(file: FileContent): Uint8Array {
  const bytes = new Uint8Array(file.size);
  readSectors(file, bytes, 0);
  return bytes;
}

/**
 * A hash of all that a program can see: names, which of them are one file, sizes and bytes. Images
 * that differ only in the numbers of their inodes have one hash.
 */
export function imageHash(image: DiskImage): string {
  const hash = createHash("sha256");
  const firstPaths = new Map<Inode, string>();
  for (const { path, inode, node } of imageEntries(image)) {
    const first = firstPaths.get(inode);
    hash.update(`${JSON.stringify([path, node.kind, first ?? null])}\n`);
    if (first === undefined && node.kind === "file") {
      hashFile(hash, node);
    }
    firstPaths.set(inode, first ?? path);
  }
  return hash.digest("hex");
}

function hashFile(hash: ReturnType<typeof createHash>, file: ImageFile): void {
  hash.update(`${file.size}\n`);
  for (const [index, sector] of [...file.sectors].sort(([left], [right]) => left - right)) {
    if (!isZeroSector(sector)) {
      hash.update(`${index}\n`).update(sector);
    }
  }
}

/** True where no program can tell the two apart. */
export function sameImage(left: DiskImage, right: DiskImage): boolean {
  return imageHash(left) === imageHash(right);
}

/** The image as a person reads it, one name a line. */
export function imageListing(image: DiskImage): string {
  const lines = Array.from(imageEntries(image), ({ path, inode, node }) => {
    if (node.kind === "directory") {
      return `${path}/  inode ${inode}`;
    }
    const digest = createHash("sha256").update(fileBytes(node)).digest("hex").slice(0, 12);
    return `${path}  inode ${inode}  ${node.size} bytes  sha256 ${digest}`;
  });
  return lines.join("\n");
}
