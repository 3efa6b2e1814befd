// The fold on traces by hand: order where calls overlap, who shares what, and each reason to refuse.
import { expect, test } from "vitest";
import { formatTrace } from "../disk/trace-text.ts";
import { foldedText } from "./fixtures/folded-text.ts";

const OPEN = '7 openat(AT_FDCWD, "log", O_RDWR|O_CREAT, 0644) = 3';

function traceText(lines: readonly string[], options = {}): string[] {
  const result = foldedText(lines, options);
  if (result.kind === "unrecordable") throw new Error(result.because);
  const events = formatTrace(result.trace).split("\n").slice(1);
  return events.map((line) => line.replace(/^#\d+ /, "").replace(/ \(from #\d+\)$/, ""));
}

const because = (lines: readonly string[]): string => {
  const result = foldedText(lines);
  return result.kind === "unrecordable" ? result.because : "recorded";
};

const starts = (lines: readonly string[], options = {}): string[] =>
  traceText(lines, options).flatMap((line) => (line.startsWith("start ") ? [line.slice(6)] : []));

test("a write is acknowledged when the answer's write has ended, and asked for when the read has", () => {
  expect(
    traceText([
      OPEN,
      "7 read(0, 0x7ffd, 0x1000) = 0x10",
      '7 write(3, "abc", 3 <unfinished ...>',
      "7 <... write resumed>) = 3",
      '7 write(1, "ack 0\\n", 6 <unfinished ...>',
      "8 +++ exited with 0 +++",
      "7 <... write resumed>) = 6",
      "7 +++ exited with 0 +++",
    ]),
  ).toEqual([
    'start create inode 2 "log" in inode 1',
    'end   create inode 2 "log" in inode 1',
    "invoked operation 0",
    "start write inode 2 [0x0,+3) 616263",
    "end   write inode 2 [0x0,+3)",
    "acknowledged operation 0",
    "closed life 0",
  ]);
});

test("only what a call returned was written, page by page", () => {
  const bytes = "x".repeat(6000);
  expect(starts([OPEN, `7 write(3, "${bytes}", 6000) = 5000`, '7 write(3, "y", 1) = 1'])).toEqual([
    'create inode 2 "log" in inode 1',
    "write inode 2 [0x0,+4096) 7878787878787878...",
    "write inode 2 [0x1000,+904) 7878787878787878...",
    "write inode 2 [0x1388,+1) 79",
  ]);
});

test("a sync that overlaps a write starts before it ends", () => {
  expect(
    traceText([
      OPEN,
      "7 clone(child_stack=0x1, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_THREAD) = 8",
      '8 write(3, "abc", 3 <unfinished ...>',
      "7 fdatasync(3 <unfinished ...>",
      "8 <... write resumed>) = 3",
      "7 <... fdatasync resumed>) = 0",
    ]).slice(2),
  ).toEqual([
    "start write inode 2 [0x0,+3) 616263",
    "start fdatasync inode 2",
    "end   write inode 2 [0x0,+3)",
    "end   fdatasync inode 2",
  ]);
});

test("a call takes effect once another that overlaps it has made it possible", () => {
  expect(
    starts([
      OPEN,
      "7 fork() = 8",
      '8 openat(AT_FDCWD, "log", O_WRONLY|O_CREAT|O_EXCL, 0644 <unfinished ...>',
      '7 unlink("log") = 0',
      "8 <... openat resumed>) = 4",
      '8 write(4, "new", 3) = 3',
      '8 mkdir("a/b", 0777 <unfinished ...>',
      '7 mkdir("a", 0777) = 0',
      "8 <... mkdir resumed>) = 0",
    ]),
  ).toEqual([
    'create inode 2 "log" in inode 1',
    'unlink inode 2 "log" in inode 1',
    'create inode 3 "log" in inode 1',
    "write inode 3 [0x0,+3) 6e6577",
    'mkdir inode 4 "a" in inode 1',
    'mkdir inode 5 "b" in inode 4',
  ]);
});

test("threads share descriptors and the working directory, a forked child only descriptions", () => {
  expect(
    starts([
      OPEN,
      '7 mkdir("d", 0777) = 0',
      "7 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_THREAD, stack=0x1}, 88) = 8",
      '8 chdir("d") = 0',
      "8 dup(3) = 4",
      "7 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD) = 9",
      "9 close(3) = 0",
      '9 write(4, "a", 1) = 1',
      '9 chdir("..") = 0',
      '7 write(3, "b", 1) = 1',
      '7 creat("in-d", 0666) = 5',
    ]),
  ).toEqual([
    'create inode 2 "log" in inode 1',
    'mkdir inode 3 "d" in inode 1',
    "write inode 2 [0x0,+1) 61",
    "write inode 2 [0x1,+1) 62",
    'create inode 4 "in-d" in inode 3',
  ]);
});

test("an exec closes what it should, also when a thread that was not the first makes it", () => {
  expect(
    starts([
      OPEN,
      "7 fcntl(3, F_DUPFD_CLOEXEC, 10) = 10",
      "7 clone(child_stack=0x1, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = 8",
      '8 execve("/bin/x", ["x"], 0x1 /* 1 var */ <unfinished ...>',
      "7 +++ superseded by execve in pid 8 +++",
      "7 <... execve resumed>) = 0",
      '7 write(10, "lost", 4) = 4',
      '7 write(3, "kept", 4) = 4',
    ]),
  ).toEqual(['create inode 2 "log" in inode 1', "write inode 2 [0x0,+4) 6b657074"]);
});

test("syncs: of a write's own range, of everything, and those that bind nothing", () => {
  expect(
    traceText([
      '7 openat(AT_FDCWD, "log", O_RDWR|O_CREAT|O_DSYNC|O_APPEND, 0644) = 3',
      '7 write(3, "ab", 2) = 2',
      '7 pwritev2(3, [{iov_base="c", iov_len=1}], 1, 100, RWF_SYNC) = 1',
      "7 sync_file_range(3, 0, 0, SYNC_FILE_RANGE_WRITE) = 0",
      "7 sync() = 0",
    ]).slice(2),
  ).toEqual([
    "start write inode 2 [0x0,+2) 6162",
    "end   write inode 2 [0x0,+2)",
    "start fdatasync inode 2 [0x0,+2)",
    "end   fdatasync inode 2 [0x0,+2)",
    "start write inode 2 [0x2,+1) 63",
    "end   write inode 2 [0x2,+1)",
    "start fsync inode 2 [0x2,+1)",
    "end   fsync inode 2 [0x2,+1)",
    "start fsync inode 2",
    "start fsync-directory inode 1",
    "end   fsync inode 2",
    "end   fsync-directory inode 1",
  ]);
});

test("volatile files leave no trace, be they there at the start or made", () => {
  const lines = [
    OPEN,
    '7 openat(AT_FDCWD, "db-shm", O_RDWR) = 4',
    '7 write(4, "index", 5) = 5',
    "7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 4, 0) = 0x7f0000000000",
    "7 fsync(4) = 0",
    '7 rename("db-shm", "x-shm") = 0',
    '7 unlink("x-shm") = 0',
  ];
  expect(starts(lines, { volatileFiles: ["*-shm"] })).toEqual(['create inode 2 "log" in inode 1']);
});

const message = (left: string): string =>
  `{msg_iov=[{iov_base="!", iov_len=1}], msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[${left}]}]}`;

test("a descriptor that travels leads where it led", () => {
  const sent = [OPEN, "7 fork() = 8", `7 sendmsg(5, ${message("3")}, 0) = 1`];
  const received = `8 recvmsg(6, ${message("9")}, MSG_CMSG_CLOEXEC) = 1`;
  expect(starts([...sent, received, '8 write(9, "a", 1) = 1'])).toHaveLength(2);
  expect(
    because([...sent, '7 creat("b", 0644) = 4', `7 sendmsg(5, ${message("4")}, 0) = 1`, received]),
  ).toMatch(/^recvmsg at .* which of several/);
});

test("a second life goes on with the trace of the first, which stays open", () => {
  const first = foldedText([
    OPEN,
    '7 write(3, "a", 1) = 1',
    '7 creat("b", 0644) = 4',
    '7 unlink("b") = 0',
  ]);
  if (first.kind === "unrecordable") throw new Error(first.because);
  const before = first.trace;
  const second = foldedText([OPEN, '7 creat("c", 0644) = 4', "7 sync() = 0"], { before });
  if (second.kind === "unrecordable") throw new Error(second.because);
  expect(second.trace.events.slice(0, before.events.length)).toEqual(before.events);
  const text = formatTrace({ ...second.trace, events: second.trace.events }).split("\n");
  expect(text.slice(before.events.length).filter((line) => line.includes("start"))).toEqual([
    expect.stringMatching('start create inode 4 "c" in inode 1'),
    expect.stringMatching("start fsync-directory inode 1"),
    expect.stringMatching("start fsync inode 2"),
    expect.stringMatching("start fsync inode 4"),
  ]);
});

const SHARED = "7 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3, 0) = 0x7f0000000000";

test("a mapping that is only read is none, until it is made writable", () => {
  const away = "7 munmap(0x7f0000000000, 4096) = 0";
  const protect = "7 mprotect(0x7f0000000000, 4096, PROT_READ|PROT_WRITE) = 0";
  expect(because([OPEN, SHARED, away, protect])).toBe("recorded");
  expect(because([OPEN, SHARED, protect])).toMatch(/^mprotect at .* shared and writable/);
});

test.each<[string, string[]]>([
  ["a thread that the trace never saw started", [OPEN, "9 fsync(3) = 0"]],
  ["a call that the recorder does not know", [OPEN, "7 frobnicate(3) = 0"]],
  ["finds log there already", [OPEN, '7 mkdir("log", 0777) = 0']],
  ["opens absent, which is not there", [OPEN, '7 openat(AT_FDCWD, "absent", O_RDONLY) = 4']],
  ["finds no directory absent there", [OPEN, '7 mkdir("absent/a", 0777) = 0']],
  [
    "under way when its process was killed",
    [OPEN, '7 write(3, "abc", 3 <unfinished ...>', "7 +++ killed by SIGKILL +++"],
  ],
  ["wrote more bytes than the trace holds", [OPEN, '7 write(3, "abc"..., 9) = 9']],
  ["the trace holds 3 of them", [OPEN, '7 write(3, "abc", 9) = 9']],
  ["not UTF-8", ['7 mkdir("\\xff", 0777) = 0']],
  ["no whole path", ['7 mkdir("lo"..., 0777) = 0']],
  ["starts from a directory that the trace never saw", ['7 mkdirat(9, "a", 0777) = 0']],
  ["a symbolic link", ['7 symlink("a", "b") = 0']],
  ["neither a file nor a directory", ['7 mknodat(AT_FDCWD, "p", S_IFIFO|0666) = 0']],
  ["a whiteout", [OPEN, '7 renameat2(AT_FDCWD, "log", AT_FDCWD, "b", RENAME_WHITEOUT) = 0']],
  [
    "exchanges a file for one outside",
    [OPEN, '7 renameat2(AT_FDCWD, "log", AT_FDCWD, "/b", RENAME_EXCHANGE) = 0'],
  ],
  ["whose making was not recorded", ['7 rename("/b", "b") = 0']],
  ["one outside of it", [OPEN, '7 link("log", "/b") = 0']],
  [
    "replaces b, which it may not",
    [
      OPEN,
      '7 creat("b", 0644) = 4',
      '7 renameat2(AT_FDCWD, "log", AT_FDCWD, "b", RENAME_NOREPLACE) = 0',
    ],
  ],
  ["moves or removes the recorded directory", ['7 rename("/store", "/b") = 0']],
  ["moves or removes the recorded directory", ['7 rmdir("/store") = 0']],
  ["removes log, which is of another kind", [OPEN, '7 rmdir("log") = 0']],
  [
    "removes d, which is not empty",
    ['7 mkdir("d", 0777) = 0', '7 creat("d/f", 0644) = 3', '7 rmdir("d") = 0'],
  ],
  [
    "shared and writable",
    [OPEN, "7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 3, 0) = 0x7f0000000000"],
  ],
  ["cannot see the bytes", [OPEN, "7 sendfile(3, 9, NULL, 100) = 100"]],
  [
    "more than the file is known to hold",
    [OPEN, "7 dup(3) = 4", "7 copy_file_range(3, [0], 4, [9], 10, 0) = 10"],
  ],
  ["sends a file into itself", [OPEN, '7 write(3, "ab", 2) = 2', "7 sendfile(3, 3, [0], 2) = 2"]],
  ["lines of the protocol without reading", [OPEN, "7 splice(0, NULL, 9, NULL, 100, 0) = 100"]],
  ["several lines of the protocol", ["7 sendmmsg(1, [], 0, 0) = 1"]],
  ["what the model does not know", [OPEN, "7 ioctl(3, FS_IOC_SETFLAGS, [FS_APPEND_FL]) = 0"]],
  ["clones a file that is not", [OPEN, "7 ioctl(3, FICLONE, 9) = 0"]],
  ["by a file outside of the recorded directory", ["7 syncfs(9) = 0"]],
  ["mounts something where", ['7 mount("x", "/store/m", "tmpfs", 0, NULL) = 0']],
  ["out of the recording's sight", ["7 io_uring_setup(8, {flags=0}) = 5"]],
  ["out of the recording's sight", ['7 chroot("/") = 0']],
])("refuses: %s", (reason, lines) => {
  expect(because(lines)).toContain(reason);
});

test("what lies outside of the directory is of no account", () => {
  expect(
    because([
      '7 openat(AT_FDCWD, "/other/x", O_RDWR|O_CREAT, 0644) = 3',
      '7 write(3, "a", 1) = 1',
      '7 symlink("a", "/other/s") = 0',
      '7 rename("/other/x", "/other/y") = 0',
      "7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 3, 0) = 0x7f0000000000",
      "7 sendfile(3, 9, NULL, 100) = 100",
      '7 mount("none", "/", NULL, MS_REC|MS_PRIVATE, NULL) = 0',
    ]),
  ).toBe("recorded");
});
