// Whether programs can be recorded here: by version, by trying, with what mends it.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withDir } from "tmp-promise";
import { expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { forbidden, tryRecorder, versionNeeds } from "./strace-needs.ts";

test.each([
  ["strace -- version 6.1\nCopyright", true],
  ["strace -- version 6.10", true],
  ["strace -- version 7.0.0.12-ab", true],
  ["strace -- version 6.0", false],
  ["strace -- version 5.16", false],
  ["strace -- version UNKNOWN", false],
])("%j", (text, isEnough) => {
  const needs = versionNeeds(text);
  expect(needs === undefined).toBe(isEnough);
  if (!isEnough) expect(needs).toMatchObject({ available: false, command: /install/ });
});

test("no strace at all", async () => {
  expect(await tryRecorder({ PATH: "/nowhere" }, systemClock)).toMatchObject({
    available: false,
    command: "apt-get install strace",
  });
});

test("a strace that may not trace", async () => {
  await withDir(
    async ({ path }) => {
      // What strace does where a container forbids ptrace.
      const words = "strace: ptrace(PTRACE_TRACEME, ...): Operation not permitted";
      const program = `#!/bin/sh\n[ "$1" = -V ] && echo "strace -- version 6.1" && exit 0\necho "${words}" >&2\nexit 1\n`;
      writeFileSync(join(path, "strace"), program);
      chmodSync(join(path, "strace"), 0o755);
      const needs = await tryRecorder({ PATH: `${path}:/usr/bin:/bin` }, systemClock);
      expect(needs).toMatchObject({ available: false });
      expect(JSON.stringify(needs)).toContain("SYS_PTRACE");
    },
    { unsafeCleanup: true },
  );
});

test("what is no matter of permission has no command", () => {
  expect(forbidden("the disk is full")).not.toHaveProperty("command");
});
