// Real programs, recorded: what the fold makes of them is what they left in their directory.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { DiskOperation } from "../disk/disk-trace.ts";
import { missingFor } from "./fixtures/missing-program.ts";
import { type RecordedRun, recordRun } from "./fixtures/recorded-run.ts";

beforeEach(async ({ skip }) => {
  const missing = await missingFor("python3");
  skip(missing !== undefined, missing);
});

function operations({ result, stderr }: RecordedRun): readonly DiskOperation[] {
  expect(result.kind === "unrecordable" ? `${result.because}\n${stderr}` : "").toBe("");
  return result.kind === "recorded"
    ? result.trace.events.flatMap((event) => (event.kind === "start" ? [event.operation] : []))
    : [];
}

const kinds = (run: RecordedRun): string[] => operations(run).map(({ kind }) => kind);

test("dd writes, and syncs at the end", async () => {
  const run = await recordRun({
    program: "dd",
    args: ["if=/dev/zero", "of=out", "bs=1000", "count=3", "conv=fsync"],
  });
  expect(kinds(run)).toEqual(["create", "write", "write", "write", "fsync"]);
});

const SHELL = `
  mkdir sub && cd sub
  echo one > a; echo two >> a; echo three >> a
  { echo x; echo y; } > ../both; cat a a > "$DIR/copy"
  mv a b; ln b c; mv ../both .; rm c
  (cd .. && echo deep > sub/deep && rmdir nothing 2>&-)
  truncate -s 3 b; truncate -s 700 copy; sync b; sync -d copy; sync .
  cp copy ../copy2; mkdir d; mv d e; rmdir e; sync
`;

test("a shell with its children, pipes and redirections", async () => {
  const run = await recordRun({ program: "sh", args: ["-c", SHELL] });
  const seen = kinds(run);
  expect(seen).toEqual(
    expect.arrayContaining(["mkdir", "rename", "link", "unlink", "truncate", "fdatasync"]),
  );
  expect(seen.filter((kind) => kind === "write").length).toBeGreaterThanOrEqual(7);
});

const NEEDS_NAMESPACES = "needs user namespaces: sysctl kernel.unprivileged_userns_clone=1";

test("children of a process namespace, which have other numbers in it", async ({ skip }) => {
  const words = ["--user", "--map-root-user", "--pid", "--fork", "--", "sh", "-c"];
  const missing = spawnSync("unshare", [...words, "true"]).status !== 0;
  if (missing && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(NEEDS_NAMESPACES);
  skip(missing, NEEDS_NAMESPACES);
  const run = await recordRun({
    program: "unshare",
    args: [...words, "(echo one >one); (echo two >two); wait"],
  });
  expect(kinds(run).filter((kind) => kind === "write")).toHaveLength(2);
});

const PYTHON = `
import os, sys, threading, socket, array, fcntl
d = os.environ["DIR"]
root = os.open(d, os.O_RDONLY | os.O_DIRECTORY)
fd = os.open("log", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644, dir_fd=root)
os.pwrite(fd, b"appended", 0); os.writev(fd, [b"ab", b"cd", b"e" * 5000])
os.pwritev(fd, [b"x", b"y"], 3, os.RWF_DSYNC)
copy = os.dup(fd); os.lseek(copy, 0, os.SEEK_SET); os.read(fd, 10)
flags = fcntl.fcntl(copy, fcntl.F_GETFL); fcntl.fcntl(copy, fcntl.F_SETFL, flags & ~os.O_APPEND)
os.write(fd, b"AT TEN")
synced = os.open("sub-synced", os.O_WRONLY | os.O_CREAT | os.O_SYNC, 0o644, dir_fd=root)
os.write(synced, b"one"); os.write(synced, b"two")
out = os.open("sent", os.O_RDWR | os.O_CREAT, 0o644, dir_fd=root)
os.sendfile(out, fd, 4, 2000); os.copy_file_range(fd, out, 100, 0, 50); os.copy_file_range(fd, out, 10)
os.posix_fallocate(out, 0, 9000)
left, right = socket.socketpair()
socket.send_fds(left, [b"!"], [out]); received = socket.recv_fds(right, 1, 1)[1][0]
os.close(out); os.write(received, b"by message")
def work(n):
    f = os.open("thread%d" % n, os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=root)
    for i in range(20): os.write(f, b"%d" % i)
    os.fsync(f); os.close(f)
threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
[t.start() for t in threads]; [t.join() for t in threads]
if os.fork() == 0:
    os.write(received, b"by the child"); os._exit(0)
os.wait()
os.write(received, b"by the parent")
os.link("sent", "linked", src_dir_fd=root, dst_dir_fd=root)
tmp = os.open(d, os.O_TMPFILE | os.O_RDWR, 0o644); os.write(tmp, b"unnamed")
os.link("/proc/self/fd/%d" % tmp, "named", dst_dir_fd=root, follow_symlinks=True)
os.rename("thread0", "thread1", src_dir_fd=root, dst_dir_fd=root); os.fsync(root)
os.fchdir(root); open("rel", "w").write("relative"); os.truncate("rel", 4)
for line in sys.stdin: print("ack", line, end="", flush=True)
`;

test("Python: threads, fork, messages, copies, O_APPEND and O_SYNC", async () => {
  const run = await recordRun({ program: "python3", args: ["-c", PYTHON], stdin: "a\nb\n" });
  expect(kinds(run)).toEqual(
    expect.arrayContaining(["create-unnamed", "link", "allocate", "rename", "fsync-directory"]),
  );
  const ranges = operations(run).flatMap((each) => {
    return "range" in each ? [[each.kind, each.range]] : [];
  });
  expect(ranges).toEqual([
    ["fdatasync", { offset: 5012, length: 2 }],
    ["fsync", { offset: 0, length: 3 }],
    ["fsync", { offset: 3, length: 3 }],
  ]);
  expect(run.stdout).toBe("ack a\nack b\n");
});

const NODE = `
const fs = require("node:fs"); const { promises } = fs;
fs.writeFileSync("a", "x".repeat(10000)); fs.appendFileSync("a", "more");
fs.copyFileSync("a", "b"); fs.renameSync("b", "c"); fs.mkdirSync("p/q/r", { recursive: true });
fs.cpSync("c", "p/q/c"); fs.rmSync("p", { recursive: true }); fs.symlinkSync;
(async () => {
  const handles = await Promise.all([1, 2, 3, 4].map((n) => promises.open("f" + n, "w")));
  await Promise.all(handles.map(async (h, n) => {
    for (let i = 0; i < 5; i += 1) { await h.write("n" + n, i * 3000); await h.datasync(); }
    await h.truncate(5000); await h.close();
  }));
  const s = fs.createWriteStream("stream", { flags: "a" });
  s.write("one"); s.end("two");
  await new Promise((r) => s.on("finish", r));
  process.stdin.on("data", (d) => process.stdout.write("ack " + d));
})();
`;

test("Node: its thread pool, streams and copies", async () => {
  const { execPath: program } = process;
  const run = await recordRun({ program, args: ["-e", NODE], stdin: "1\n" });
  expect(kinds(run)).toEqual(expect.arrayContaining(["rename", "unlink", "fdatasync"]));
  expect(run.stdout).toBe("ack 1\n");
});

const C = `
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
static char block[8192];
int main(void) {
  memset(block, 'b', sizeof block);
  int fd = open("data", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  for (int i = 0; i < 4; i++) write(fd, block, sizeof block);
  fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 1 << 20);
  fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 100, 5000);
  fallocate(fd, FALLOC_FL_ZERO_RANGE, 9000, 30000);
  fallocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 8000, 90000);
  fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 4096, 4096);
  fallocate(fd, FALLOC_FL_INSERT_RANGE, 8192, 4096);
  mkdir("one", 0700); mkdir("two", 0700);
  int in = open("one/in", O_WRONLY | O_CREAT, 0600); write(in, "in one", 6);
  renameat2(AT_FDCWD, "one", AT_FDCWD, "two", RENAME_EXCHANGE);
  renameat2(AT_FDCWD, "two/in", AT_FDCWD, "out", RENAME_NOREPLACE);
  write(in, " and more", 9);
  char *p = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0); munmap(p, 4096);
  int a = openat(AT_FDCWD, "data", O_WRONLY); lseek(a, -10, SEEK_END); write(a, "end", 3);
  int b = fcntl(a, F_DUPFD_CLOEXEC, 50); dup3(b, 60, 0); close(a); close(b); write(60, "dup", 3);
  if (vfork() == 0) execl("/bin/sh", "sh", "-c", "echo inherited >&60; echo lost >&50", (char *)0);
  wait(0); close_range(60, 70, 0);
  unlink("out"); write(in, "gone", 4);
  int again = open("out", O_CREAT | O_EXCL | O_WRONLY, 0600); write(again, "new", 3); fsync(again);
  syncfs(again); sync_file_range(again, 0, 3, SYNC_FILE_RANGE_WRITE);
  return write(1, "ack\\n", 4) == 4 ? 0 : 1;
}
`;

/** POSIX names it c99, everyone has it as cc. */
const COMPILER = process.env["CC"] ?? "cc";
const scratch = mkdtempSync(join(tmpdir(), "ackproof-fold-c-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Compiles a program; returns its path. */
function compiled(name: string, source: string): string {
  const path = join(scratch, name);
  writeFileSync(`${path}.c`, source);
  const { stderr } = spawnSync(COMPILER, ["-w", "-o", path, `${path}.c`], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return path;
}

test("a C program: fallocate in its modes, exchange, vfork and exec", async ({ skip }) => {
  const missing = await missingFor(COMPILER);
  skip(missing !== undefined, missing);
  const program = compiled("all", C);
  const run = await recordRun({ program, args: [] });
  expect(kinds(run)).toEqual(expect.arrayContaining(["zero", "exchange", "truncate", "write"]));
  expect(run.code).toBe(0);
});

const MAPPED = `
import mmap, os
f = os.open("data", os.O_RDWR | os.O_CREAT); os.ftruncate(f, 4096)
m = mmap.mmap(f, 4096); m[0:5] = b"hello"; m.flush()
open("kept", "w").write("kept")
`;

test("a writable mapping needs to be declared", async () => {
  const run = { program: "python3", args: ["-c", MAPPED] };
  const { result } = await recordRun(run);
  expect(result).toMatchObject({
    kind: "unrecordable",
    because: expect.stringMatching(/^mmap at event \d+ of thread \d+ maps a file/),
  });
  const declared = await recordRun({ ...run, volatileFiles: ["da*"] });
  expect(operations(declared).map(({ kind }) => kind)).toEqual(["create", "write"]);
});

test.each([
  ["a symbolic link", "ln -s a b", /^symlink(at)? at .* symbolic link/],
  ["a file from elsewhere", "echo x > ../x; mv ../x x", /^rename.* making was not recorded/],
  ["a name elsewhere", "echo x > x; ln x ../y", /^linkat .* outside of it/],
  ["a copy from elsewhere", "cp /etc/passwd here", /^copy_file_range .* cannot see the bytes/],
  ["a named pipe", "mkfifo p", /^mknod(at)? .* neither a file nor a directory/],
])("refuses %s", async (_name, script, because) => {
  const { result } = await recordRun({ program: "sh", args: ["-c", script] });
  expect(result).toMatchObject({
    kind: "unrecordable",
    because: expect.stringMatching(because),
  });
});

function prepare(directory: string): void {
  mkdirSync(join(directory, "old"));
  writeFileSync(join(directory, "old/log"), "before ");
}

const APPENDING = `
import os, threading
log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def work(n):
    for i in range(50): os.write(log, b"%d:%d\\n" % (n, i))
def process(n):
    child = os.fork()
    if child == 0:
        work(n); os._exit(0)
    return child
threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
children = [process(n) for n in range(2, 4)]
[each.start() for each in threads]; [each.join() for each in threads]
[os.waitpid(each, 0) for each in children]
`;

test("threads and processes that append to one file at once are put in their order", async () => {
  const run = await recordRun({ program: "python3", args: ["-c", APPENDING] });
  expect(kinds(run).filter((kind) => kind === "write")).toHaveLength(200);
});

const SQLITE = `
import sqlite3, sys
db = sqlite3.connect("db", isolation_level=None)
db.execute("pragma journal_mode=" + sys.argv[1]); db.execute("pragma synchronous=full")
db.execute("create table t (k, v)")
for i in range(20): db.execute("insert into t values (?, ?)", (i, "v" * 500))
db.execute("delete from t where k < 10"); db.execute("vacuum"); db.close()
`;

test.each(["wal", "delete", "truncate", "persist"])("SQLite, journal mode %s", async (mode) => {
  const args = ["-c", SQLITE, mode];
  const run = await recordRun({ program: "python3", args, volatileFiles: ["*-shm"] });
  expect(kinds(run)).toEqual(expect.arrayContaining(["create", "write", "fdatasync"]));
  expect(run.stderr).toBe("");
});

test("goes on from what was there", async () => {
  const script = "echo after >> old/log; mv old new";
  const run = await recordRun({ program: "sh", args: ["-c", script], prepare });
  expect(kinds(run)).toEqual(["write", "rename"]);
});
