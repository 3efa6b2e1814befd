// The fold on traces by hand in which calls fail: by strace's doing, or by the machine's.
import { expect, test } from "vitest";
import { formatTrace } from "../disk/trace-text.ts";
import { foldedText } from "./fixtures/folded-text.ts";

const OPEN = '7 openat(AT_FDCWD, "log", O_RDWR|O_CREAT, 0644) = 3';

function traceText(lines: readonly string[]): readonly string[] {
  const result = foldedText(lines);
  if (result.kind === "unrecordable") throw new Error(result.because);
  const events = formatTrace(result.trace).split("\n").slice(1);
  return events.map((line) => line.replace(/^#\d+ /, "").replace(/ \(from #\d+\)/, ""));
}

const starts = (lines: readonly string[]): readonly string[] =>
  traceText(lines).flatMap((line) => (line.startsWith("start ") ? [line.slice(6)] : []));

test("a failed write does nothing, nor does a sync that was not tried or never returned", () => {
  expect(
    starts([
      OPEN,
      "7 fsync(3) = -1 EINVAL (x)",
      "7 fdatasync(3) = ? ERESTARTSYS (x)",
      '7 write(3, "a", 1) = -1 ENOSPC (x)',
      "7 sync_file_range(3, 0, 0, SYNC_FILE_RANGE_WRITE) = -1 EBADF (x)",
      "7 fsync(3 <unfinished ...>",
    ]),
  ).toEqual(['create inode 2 "log" in inode 1']);
});

test.each([
  ["fsync(3) = -1 EIO (x)", "fsync inode 2", "EIO"],
  ["fdatasync(3) = -1 ENOSPC (x) (INJECTED)", "fdatasync inode 2", "ENOSPC"],
  ["fsync(4) = -1 EDQUOT (x)", "fsync-directory inode 1", "EDQUOT"],
  ["sync_file_range(3, 4, 8, 7) = -1 EIO (x)", "fdatasync inode 2 [0x4,+8)", "EIO"],
])("a sync that tried to write and failed has ended so: %s", (line, operation, code) => {
  const opened = [OPEN, '7 openat(AT_FDCWD, ".", O_RDONLY|O_DIRECTORY) = 4'];
  const [start, ...ends] = traceText([...opened, `7 ${line}`, '7 write(1, "ack 0\\n", 6) = 6'])
    .slice(2)
    .filter((text) => !text.startsWith("io-error"));
  expect(start).toBe(`start ${operation}`);
  expect(ends).toEqual([
    expect.stringMatching(new RegExp(`^end .* failed: "${code}"`)),
    "acknowledged operation 0",
  ]);
});

test("a failed sync of a whole file system is one of each of its files", () => {
  const result = foldedText([OPEN, "7 syncfs(3) = -1 EIO (x)"]);
  if (result.kind === "unrecordable") throw new Error(result.because);
  const failed = result.trace.events.filter(
    (event) => event.kind === "end" && event.failed !== undefined,
  );
  expect(failed).toHaveLength(2);
});

test("a failure is told as the n-th of what it is to the disk, of those that are on the store's files", () => {
  const lines = [
    '7 openat(AT_FDCWD, "absent", O_RDONLY) = -1 ENOENT (x)',
    OPEN,
    '7 write(3, "a", 1) = 1',
    '7 write(9, "elsewhere", 9) = 9',
    '7 pwrite64(3, "a", 1, 0) = -1 EFBIG (x)',
    '7 pwrite64(3, "a", 1, 0) = -1 EIO (x) (INJECTED)',
    "7 fdatasync(3) = 0 (DELAYED)",
    '7 rename("log", "new") = -1 EIO (x) (INJECTED)',
    '7 unlink("log") = -1 EIO (x) (INJECTED)',
    '7 openat(AT_FDCWD, "/other/x", O_RDWR|O_CREAT, 0644) = -1 EIO (x) (INJECTED)',
  ];
  expect(traceText(lines).filter((text) => text.startsWith("io-error"))).toEqual([
    "io-error life 0: pwrite64 write#2",
    "io-error life 0: fdatasync syncData#1",
    "io-error life 0: rename rename#1",
    "io-error life 0: unlink remove#1",
    "io-error life 0: openat elsewhere",
  ]);
});

test("what could fail is what changes the store's own files, and not those that are volatile", () => {
  const lines = [
    OPEN,
    '7 openat(AT_FDCWD, "log", O_RDONLY) = 4',
    '7 openat(AT_FDCWD, "db-shm", O_RDWR|O_CREAT, 0644) = 5',
    '7 write(5, "index", 5) = 5',
    "7 fallocate(3, 0, 0, 100) = 0",
    "7 ftruncate(3, 10) = 0",
    '7 unlink("db-shm") = 0',
    '7 rename("log", "new") = 0',
    "7 fsync(3) = 0",
  ];
  const result = foldedText(lines, { volatileFiles: ["*-shm"] });
  if (result.kind === "unrecordable") throw new Error(result.because);
  expect(result.failable.map(({ call, as }) => `${call.name}: ${as}`)).toEqual([
    "openat: open",
    "fallocate: write",
    "ftruncate: truncate",
    "rename: rename",
    "fsync: sync",
  ]);
});
