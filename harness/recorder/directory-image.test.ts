// A real directory as an image: names, links, holes, what is left out and what is refused.
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { imageListing, imageNode } from "../disk/image.ts";
import { readDirectoryImage } from "./directory-image.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ackproof-image-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const at = (path: string): string => join(directory, path);

test("reads directories, sizes and bytes; two names of one file are one", () => {
  mkdirSync(at("d"));
  writeFileSync(at("d/log"), "x".repeat(600));
  linkSync(at("d/log"), at("link"));
  writeFileSync(at("hole"), "");
  truncateSync(at("hole"), 5000);
  writeFileSync(at("d/x-shm"), "left out");
  const image = readDirectoryImage(directory, ["*-shm"]);
  expect(imageListing(image).replace(/sha256 \w+/g, "")).toBe(
    [
      "/d/  inode 2",
      "/d/log  inode 4  600 bytes  ",
      "/hole  inode 3  5000 bytes  ",
      "/link  inode 4  600 bytes  ",
    ].join("\n"),
  );
  expect(imageNode(image, "hole")).toMatchObject({ size: 5000, sectors: new Map() });
});

test("refuses what the model does not have, and too much", () => {
  writeFileSync(at("a"), "12345");
  const refused = expect.objectContaining({ code: "cannot-be-recorded" });
  expect(() => readDirectoryImage(directory, [], { bytes: 4, names: 10 })).toThrow(refused);
  expect(() => readDirectoryImage(directory, [], { bytes: 10, names: 0 })).toThrow(refused);
  expect(readDirectoryImage(directory, [], { bytes: 5, names: 1 }).inodes.size).toBe(2);
  symlinkSync("a", at("s"));
  expect(() => readDirectoryImage(directory, [])).toThrow(refused);
  expect(readDirectoryImage(directory, ["s"]).inodes.size).toBe(2);
});
