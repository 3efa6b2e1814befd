// The storage port on node:fs: what it makes durable when it makes directories.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { inTempDirectory } from "./fixtures/temp-directory.ts";
import { nodeStorage } from "./node-storage.ts";

test("makes a directory with its parents; one that is there is fine", () => {
  inTempDirectory((directory) => {
    const deep = join(directory, "a", "b");
    nodeStorage.makeDirectory(deep);
    nodeStorage.makeDirectory(deep);
    expect(statSync(deep).isDirectory()).toBe(true);
  });
});

test("create refuses a name that is taken, write one that is not", () => {
  inTempDirectory((directory) => {
    const path = join(directory, "file");
    expect(() => nodeStorage.open(path, "write")).toThrow(
      expect.objectContaining({ code: "ENOENT" }),
    );
    nodeStorage.close(nodeStorage.open(path, "create"));
    expect(() => nodeStorage.open(path, "create")).toThrow(
      expect.objectContaining({ code: "EEXIST" }),
    );
  });
});

test("bytes are written, read, cut and synced at their place", async () => {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  try {
    const file = nodeStorage.open(join(path, "file"), "create");
    expect(nodeStorage.write(file, Buffer.from("hello"), 3)).toBe(5);
    expect(nodeStorage.size(file)).toBe(8);
    nodeStorage.sync(file);
    nodeStorage.truncate(file, 6);
    nodeStorage.syncData(file);
    await nodeStorage.syncDataLater(file);
    const bytes = Buffer.alloc(10, "-");
    expect(nodeStorage.read(file, bytes, 0)).toBe(6);
    expect(bytes.toString("latin1")).toBe("\0\0\0hel----");
    nodeStorage.close(file);
    nodeStorage.syncDirectory(path);
  } finally {
    await cleanup();
  }
});

test("names are listed in order; a missing directory is ENOENT", () => {
  inTempDirectory((directory) => {
    for (const name of ["b", "a", "c"]) {
      mkdirSync(join(directory, name));
    }
    nodeStorage.rename(join(directory, "c"), join(directory, "d"));
    expect(nodeStorage.list(directory)).toEqual(["a", "b", "d"]);
    expect(() => nodeStorage.list(join(directory, "x"))).toThrow(
      expect.objectContaining({ code: "ENOENT" }),
    );
  });
});
