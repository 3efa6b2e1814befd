// The replay check: does a recorded trace, replayed in full, leave what the program left?
import {
  type DiskImage,
  fileBytes,
  type ImageEntry,
  type Inode,
  imageEntries,
  imageNode,
} from "../disk/image.ts";
import type { FileContent } from "../disk/sectors.ts";
import type { FinalContents } from "./call-handler.ts";

/** The first difference, in words that complete "cannot be recorded, because ..."; or undefined. */
export function replayDifference(replay: DiskImage, found: DiskImage): string | undefined {
  const [left, right] = [entriesOf(replay), entriesOf(found)];
  for (const path of [...new Set([...left.keys(), ...right.keys()])].sort()) {
    const difference = entryDifference(left.get(path), right.get(path));
    if (difference !== undefined) {
      return `the replay of its calls differs from what it left: ${path.slice(1)} ${difference}`;
    }
  }
  return undefined;
}

/** An entry, and the first path that leads to the same file. */
type Found = ImageEntry & { readonly first: string };

function entriesOf(image: DiskImage): ReadonlyMap<string, Found> {
  const firsts = new Map<Inode, string>();
  const entries = new Map<string, Found>();
  for (const entry of imageEntries(image)) {
    const first = firsts.get(entry.inode) ?? entry.path;
    firsts.set(entry.inode, first);
    entries.set(entry.path, { ...entry, first });
  }
  return entries;
}

/** What the files of a replay hold on the real disk, by the replay's numbers. */
export function finalContents(replay: DiskImage, found: DiskImage): FinalContents {
  const contents = new Map<Inode, FileContent>();
  for (const { path, inode } of imageEntries(replay)) {
    const node = imageNode(found, path);
    if (node?.kind === "file") contents.set(inode, node);
  }
  return contents;
}

function entryDifference(replay: Found | undefined, found: Found | undefined): string | undefined {
  if (found === undefined) return "is in the replay alone";
  if (replay === undefined) return "is not in the replay";
  const [left, right] = [replay.node, found.node];
  if (left.kind === "directory" || right.kind === "directory") {
    return left.kind === right.kind
      ? undefined
      : `is a ${right.kind}, in the replay a ${left.kind}`;
  }
  if (replay.first !== found.first) return "is a name of another file in the replay";
  if (left.size !== right.size) {
    return `has ${right.size} bytes, in the replay ${left.size}`;
  }
  const [before, after] = [fileBytes(left), fileBytes(right)];
  if (Buffer.compare(before, after) === 0) return undefined;
  return `holds another byte at ${before.findIndex((byte, index) => byte !== after[index])}`;
}
