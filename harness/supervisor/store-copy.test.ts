// The copy of a store: all files and directories, nothing else, and not without a limit.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { copyStore } from "./store-copy.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "store-copy-"));
  mkdirSync(join(folder, "store", "inner", "empty"), { recursive: true });
  writeFileSync(join(folder, "store", "a"), "12345");
  writeFileSync(join(folder, "store", "inner", "b"), "678");
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("copyStore", () => {
  it("copies what lies in the store, and replaces an earlier copy", () => {
    const [from, to] = [join(folder, "store"), join(folder, "copy")];
    mkdirSync(to);
    writeFileSync(join(to, "old"), "x");
    symlinkSync("/etc", join(from, "link"));
    expect(copyStore(from, to, 8)).toEqual({ kind: "copied", path: to });
    expect(new Set(readdirSync(to, { recursive: true, encoding: "utf8" }))).toEqual(
      new Set(["a", "inner", "inner/b", "inner/empty"]),
    );
    expect(readFileSync(join(to, "inner", "b"), "utf8")).toBe("678");
  });

  it("says so where the store is too large, or is not there", () => {
    const to = join(folder, "copy");
    expect(copyStore(join(folder, "store"), to, 7).kind).toBe("skipped");
    expect(copyStore(join(folder, "nothing"), to, 7).kind).toBe("skipped");
    expect(readdirSync(folder)).toEqual(["store"]);
  });
});
