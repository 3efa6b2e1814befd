// The replay check tells the first difference, whatever kind it is of.
import { expect, test } from "vitest";
import type { DiskImage, ImageNode } from "../disk/image.ts";
import { replayDifference } from "./replay-check.ts";

function file(content: string): ImageNode {
  const sector = new Uint8Array(512);
  sector.set(Buffer.from(content));
  return { kind: "file", size: content.length, sectors: new Map([[0, sector]]) };
}

function image(
  names: Readonly<Record<string, number>>,
  nodes: Readonly<Record<number, ImageNode>>,
): DiskImage {
  const root: ImageNode = { kind: "directory", names: new Map(Object.entries(names)) };
  const inodes = Object.entries(nodes).map(([inode, node]) => [Number(inode), node] as const);
  return { inodes: new Map<number, ImageNode>([[1, root], ...inodes]) };
}

const directory: ImageNode = { kind: "directory", names: new Map() };
const replay = image({ a: 2, b: 3, c: 2 }, { 2: file("same"), 3: file("other") });

test.each<[string | undefined, DiskImage]>([
  // The numbers of inodes are nobody's business.
  [undefined, image({ a: 9, b: 7, c: 9 }, { 9: file("same"), 7: file("other") })],
  ["c is in the replay alone", image({ a: 2, b: 3 }, { 2: file("same"), 3: file("other") })],
  [
    "d is not in the replay",
    image({ a: 2, b: 3, c: 2, d: 3 }, { 2: file("same"), 3: file("other") }),
  ],
  [
    "b is a directory, in the replay a file",
    image({ a: 2, b: 3, c: 2 }, { 2: file("same"), 3: directory }),
  ],
  [
    "c is a name of another file",
    image({ a: 2, b: 3, c: 4 }, { 2: file("same"), 3: file("other"), 4: file("same") }),
  ],
  [
    "a has 5 bytes, in the replay 4",
    image({ a: 2, b: 3, c: 2 }, { 2: file("same!"), 3: file("other") }),
  ],
  ["b holds another byte at 2", image({ a: 2, b: 3, c: 2 }, { 2: file("same"), 3: file("otter") })],
])("%s", (expected, found) => {
  const difference = replayDifference(replay, found);
  if (expected === undefined) expect(difference).toBeUndefined();
  else expect(difference).toContain(expected);
});
