// Images: what makes two of them one to a program, and how a person reads them.
import { expect, test } from "vitest";
import { type DiskImage, imageHash, imageListing, imageNode, sameImage } from "./image.ts";
import { RecordingDisk } from "./recording-disk.ts";

/** Two files with these bytes, and their order of creation. */
function twoFiles(paths: readonly string[]): RecordingDisk {
  const disk = new RecordingDisk({ directory: "/store" });
  for (const path of paths) {
    disk.write(disk.open(path, "create"), Buffer.from(path), 600);
  }
  return disk;
}

/** Two empty files, a and b, and a third name for one of them. */
function thirdName(inode: number): DiskImage {
  const names = new Map([
    ["a", 2],
    ["b", 3],
    ["c", inode],
  ]);
  return {
    inodes: new Map([
      [1, { kind: "directory", names }],
      [2, { kind: "file", size: 0, sectors: new Map() }],
      [3, { kind: "file", size: 0, sectors: new Map() }],
    ]),
  };
}

test("an image knows names and content, and not the numbers of inodes", () => {
  const left = twoFiles(["/store/a", "/store/b"]).image();
  const right = twoFiles(["/store/b", "/store/a"]);
  expect(sameImage(left, right.image())).toBe(true);
  const file = right.open("/store/b", "write");
  right.write(file, new Uint8Array(3), 0);
  expect(sameImage(left, right.image()), "zeros written where zeros were").toBe(true);
  right.truncate(file, 700);
  expect(sameImage(left, right.image()), "grown by zeros").toBe(false);
  right.truncate(file, 608);
  expect(imageHash(right.image())).toBe(imageHash(left));
  right.write(file, Buffer.from("x"), 1);
  expect(sameImage(left, right.image()), "one byte").toBe(false);
  expect(sameImage(left, twoFiles(["/store/a"]).image()), "one name").toBe(false);
});

test("it matters which file a second name leads to, though both are alike", () => {
  expect(sameImage(thirdName(2), thirdName(2))).toBe(true);
  expect(sameImage(thirdName(2), thirdName(3))).toBe(false);
  expect(sameImage(thirdName(3), thirdName(4))).toBe(false);
});

test("a path leads to a node, or to nothing", () => {
  const image = twoFiles(["/store/a"]).image();
  expect(imageNode(image, "store/./b/../a")).toMatchObject({ kind: "file", size: 608 });
  expect(imageNode(image, "/store/a/x")).toBeUndefined();
  expect(imageNode(image, "/none/a")).toBeUndefined();
});

test("a person reads names, inodes, sizes and digests", () => {
  expect(imageListing(twoFiles(["/store/b", "/store/a"]).image())).toMatchInlineSnapshot(`
    "/store/  inode 2
    /store/a  inode 4  608 bytes  sha256 ef1523b872f4
    /store/b  inode 3  608 bytes  sha256 6a5defd7fc41"
  `);
});
