// A disk image as files: contents and folders as they are, and no name leads out of its folder.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DiskImage, ROOT_INODE } from "../disk/image.ts";
import { RecordingDisk } from "../disk/recording-disk.ts";
import { layOutImage } from "./image-files.ts";

describe("layOutImage", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "image-files-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("writes what lies below the directory, and nothing else", () => {
    const disk = new RecordingDisk({ directory: "/store" });
    disk.makeDirectory("/store/inner");
    const file = disk.open("/store/inner/log", "create");
    disk.write(file, Buffer.from("abc"), 2);
    disk.open("/beside", "create");
    layOutImage(disk.image(), "/store", join(folder, "to"));
    expect(readFileSync(join(folder, "to", "inner", "log"), "latin1")).toBe("\0\0abc");
    expect(() => readFileSync(join(folder, "beside"))).toThrow("ENOENT");
  });

  it("links two names of one file, also below the root itself", () => {
    const names = new Map([
      ["a", 2],
      ["b", 2],
    ]);
    const image: DiskImage = {
      inodes: new Map([
        [ROOT_INODE, { kind: "directory", names }],
        [2, { kind: "file", size: 3, sectors: new Map() }],
      ]),
    };
    layOutImage(image, "", join(folder, "to"));
    const [a, b] = ["a", "b"].map((name) => statSync(join(folder, "to", name)));
    expect(a).toMatchObject({ ino: b?.ino, nlink: 2, size: 3 });
  });

  it.each(["..", "."])("refuses the name %j", (name) => {
    const image: DiskImage = {
      inodes: new Map([
        [ROOT_INODE, { kind: "directory", names: new Map([["store", 2]]) }],
        [2, { kind: "directory", names: new Map([[name, 3]]) }],
        [3, { kind: "file", size: 0, sectors: new Map() }],
      ]),
    };
    const layOut = (): void => layOutImage(image, "/store", join(folder, "to"));
    expect(layOut).toThrow(expect.objectContaining({ code: "corrupt" }));
  });

  it("refuses files larger than an artifact may be", () => {
    const disk = new RecordingDisk({ directory: "/store" });
    disk.truncate(disk.open("/store/log", "create"), 2 ** 30);
    const layOut = (): void => layOutImage(disk.image(), "/store", join(folder, "to"));
    expect(layOut).toThrow(expect.objectContaining({ code: "corrupt" }));
  });
});
