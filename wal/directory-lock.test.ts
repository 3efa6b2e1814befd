// The directory's lock within one process.
import { mkdirSync, renameSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { lockDirectory } from "./directory-lock.ts";
import { codeOf } from "./fixtures/read-back.ts";
import { inTempDirectory, readImage } from "./fixtures/temp-directory.ts";
import { openWal } from "./open-wal.ts";
import { recover } from "./recover.ts";

const locked = expect.objectContaining({ code: "ELOCKED" });

test("one owner at a time, and free at once when given back", () => {
  inTempDirectory((directory) => {
    const release = lockDirectory(directory);
    expect(() => lockDirectory(directory)).toThrow(locked);
    release();
    for (let round = 0; round < 20; round += 1) {
      lockDirectory(directory)();
    }
  });
});

test("every path to the directory is the same lock, and another directory another", () => {
  inTempDirectory((directory) => {
    const real = join(directory, "real");
    mkdirSync(real);
    symlinkSync(real, join(directory, "link"));
    const release = lockDirectory(real);
    for (const path of [join(directory, "link"), relative(process.cwd(), real)]) {
      expect(() => lockDirectory(path)).toThrow(locked);
    }
    renameSync(real, join(directory, "moved"));
    expect(() => lockDirectory(join(directory, "moved"))).toThrow(locked);
    const other = lockDirectory(directory);
    other();
    release();
  });
});

test.runIf(process.platform === "linux")("nothing is written into the directory", () => {
  inTempDirectory((directory) => {
    const release = lockDirectory(directory);
    expect(readImage(directory).size).toBe(0);
    release();
  });
});

test("a directory that is not there is the disk's own error", () => {
  expect(() => lockDirectory("/nowhere/at/all")).toThrow(
    expect.objectContaining({ code: "ENOENT" }),
  );
});

test("a second writer and a recovery are refused while the log is open, also by another path", () => {
  inTempDirectory((directory) => {
    const real = join(directory, "real");
    mkdirSync(real);
    const link = join(directory, "link");
    symlinkSync(real, link);
    const wal = openWal(real);
    expect(codeOf(() => openWal(link))).toBe("locked");
    expect(codeOf(() => recover(link))).toBe("locked");
    wal.close();
    openWal(link).close();
  });
});
