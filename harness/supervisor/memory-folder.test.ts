// A folder in memory is used where it is one, and has room.
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { memoryFolder } from "./memory-folder.ts";

test("a folder that is not there, or not in memory, is none", () => {
  expect(memoryFolder("/nowhere")).toBeUndefined();
  // /proc is a folder of no file's bytes at all.
  if (existsSync("/proc")) expect(memoryFolder("/proc")).toBeUndefined();
  expect([undefined, "/dev/shm"]).toContain(memoryFolder());
});
