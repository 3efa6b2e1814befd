// The forms of strace's output, as versions 5 and 6 print them, and what the parser refuses.
import { describe, expect, test } from "vitest";
import { codeOf, parseText } from "./fixtures/parse-text.ts";
import { TraceParser } from "./trace-parser.ts";
import type { Argument } from "./traced-call.ts";

const symbols = (...names: readonly string[]): Argument => ({ kind: "symbols", names });
const number = (value: number): Argument => ({ kind: "number", value });
const list = (...items: readonly Argument[]): Argument => ({ kind: "list", items });
const struct = (fields: Readonly<Record<string, Argument>>): Argument => ({
  kind: "struct",
  fields: new Map(Object.entries(fields)),
});
const bytes = (text: string, complete = true): Argument => ({
  kind: "bytes",
  bytes: Uint8Array.from(Buffer.from(text, "latin1")),
  complete,
});

function onlyCall(line: string): unknown {
  const { calls } = parseText(line);
  expect(calls).toHaveLength(1);
  return calls[0];
}

function argumentsOf(text: string): unknown {
  return onlyCall(`7 f(${text}) = 0`);
}

describe("arguments", () => {
  test.each<readonly [string, string, readonly Argument[]]>([
    ["no argument", "", []],
    ["numbers", "3, -1, 0x1f, 0640, 1099511627776", [3, -1, 31, 416, 2 ** 40].map(number)],
    [
      "a number that a double cannot hold",
      "18446744073709551615",
      [symbols("18446744073709551615")],
    ],
    [
      "names",
      "AT_FDCWD, O_RDWR|O_CREAT|0x4, NULL",
      [symbols("AT_FDCWD"), symbols("O_RDWR", "O_CREAT", "0x4"), symbols("NULL")],
    ],
    ["a mode", "S_IFREG|0644", [symbols("S_IFREG", "0644")]],
    [
      "one number of two names",
      "3, BTRFS_IOC_CLONE or FICLONE, 4",
      [number(3), symbols("BTRFS_IOC_CLONE", "FICLONE"), number(4)],
    ],
    ["hexadecimal bytes", '"\\x61\\x00\\xff\\x22\\x0a"', [bytes('a\0\xff"\n')]],
    ["bytes in C's form", '"a\\0\\3778\\"\\\\\\n\\t\\x7f)"', [bytes('a\0\xff8"\\\n\t\x7f)')]],
    ["bytes that were cut", '"\\x61"..., ""...', [bytes("a", false), bytes("", false)]],
    ["a buffer that could not be read", "3, 0x8, 5", [3, 8, 5].map(number)],
    ["a comment", "0x7ffc /* 42 vars */, 0x5 /* SEEK_??? */", [number(0x7ffc), number(5)]],
    [
      "a list of structs",
      '[{iov_base="\\x78", iov_len=1}, {iov_base="", iov_len=0}]',
      [
        list(
          struct({ iov_base: bytes("x"), iov_len: number(1) }),
          struct({ iov_base: bytes(""), iov_len: number(0) }),
        ),
      ],
    ],
    [
      "a value that the call changed",
      "4, 3, [0] => [4], 4",
      [
        number(4),
        number(3),
        { kind: "changed", before: list(number(0)), after: list(number(4)) },
        number(4),
      ],
    ],
    [
      "a field that the call changed",
      "{msg_namelen=110 => 0}",
      [struct({ msg_namelen: { kind: "changed", before: number(110), after: number(0) } })],
    ],
    [
      "arguments with names",
      "child_stack=NULL, flags=CLONE_VM|SIGCHLD",
      [struct({ child_stack: symbols("NULL") }), struct({ flags: symbols("CLONE_VM", "SIGCHLD") })],
    ],
    [
      "a struct of a clone3",
      "{flags=CLONE_VM, tls=0x7f} => {parent_tid=[7859]}, 88",
      [
        {
          kind: "changed",
          before: struct({ flags: symbols("CLONE_VM"), tls: number(127) }),
          after: struct({ parent_tid: list(number(7859)) }),
        },
        number(88),
      ],
    ],
    [
      "what has none of these forms",
      "_IOC(_IOC_NONE, 0x56, 0), ~[RTMIN RT_1], {a=1, ...}",
      [
        { kind: "other", text: "_IOC(_IOC_NONE, 0x56, 0)" },
        { kind: "other", text: "~[RTMIN RT_1]" },
        { kind: "other", text: "{a=1, ...}" },
      ],
    ],
    [
      "brackets in bytes of what has none",
      'f("\\x29)", 1), 2',
      [{ kind: "other", text: 'f("\\x29)", 1)' }, number(2)],
    ],
    [
      "an abstract socket's name",
      '{sa_family=AF_UNIX, sun_path=@"x"}',
      [struct({ sa_family: symbols("AF_UNIX"), sun_path: { kind: "other", text: '@"x"' } })],
    ],
  ])("%s", (_what, text, expected) => {
    expect(argumentsOf(text)).toMatchObject({ args: expected });
  });

  test("a descriptor's message keeps the numbers that it carries", () => {
    const line =
      '7 sendmsg(4, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="\\x68", iov_len=1}], msg_iovlen=1, ' +
      "msg_control=[{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3, 0]}], " +
      "msg_controllen=24, msg_flags=0}, 0) = 1";
    expect(onlyCall(line)).toMatchObject({
      args: [
        number(4),
        {
          fields: new Map([
            ["msg_name", symbols("NULL")],
            ["msg_namelen", number(0)],
            ["msg_iov", list(struct({ iov_base: bytes("h"), iov_len: number(1) }))],
            ["msg_iovlen", number(1)],
            [
              "msg_control",
              list(
                struct({
                  cmsg_len: number(24),
                  cmsg_level: symbols("SOL_SOCKET"),
                  cmsg_type: symbols("SCM_RIGHTS"),
                  cmsg_data: list(number(3), number(0)),
                }),
              ),
            ],
            ["msg_controllen", number(24)],
            ["msg_flags", number(0)],
          ]),
        },
        number(0),
      ],
    });
  });
});

describe("results", () => {
  test.each<readonly [string, unknown]>([
    ["= 5", { kind: "value", value: 5 }],
    ["        = 100000", { kind: "value", value: 100_000 }],
    ["= 1099511627776", { kind: "value", value: 2 ** 40 }],
    ["= 0x8402 (flags O_RDWR|O_APPEND|O_LARGEFILE)", { kind: "value", value: 0x8402 }],
    ["= 40 (INJECTED)", { kind: "value", value: 40, tampered: true }],
    ["= 0 (DELAYED)", { kind: "value", value: 0, tampered: true }],
    ["= 2 /* 6792 in strace's PID NS */", { kind: "value", value: 6792 }],
    ["= -1 ENOENT (No such file or directory)", { kind: "error", code: "ENOENT" }],
    ["= -1 EIO (Input/output error) (INJECTED)", { kind: "error", code: "EIO", tampered: true }],
    [
      "= -1 EIO (Input/output error) (INJECTED) (DELAYED)",
      { kind: "error", code: "EIO", tampered: true },
    ],
    ["= -1 (errno 9)", { kind: "error", code: "EBADF" }],
    ["= -1 (errno 600)", { kind: "error", code: "errno 600" }],
    [
      "= ? ERESTARTSYS (To be restarted if SA_RESTART is set)",
      {
        kind: "error",
        code: "ERESTARTSYS",
      },
    ],
    ["= ?", { kind: "none" }],
    ["= ? <unavailable>", { kind: "none" }],
  ])("%s", (text, expected) => {
    expect(onlyCall(`7 f(3) ${text}`)).toMatchObject({ result: expected });
  });

  test.each(["", "=", "= ", "= x", "= 5x", "= 5 and more", "= ? and", "= 9007199254740993"])(
    "%j is none",
    (text) => {
      expect(codeOf(`7 f(3) ${text}`)).toBe("not-understood");
    },
  );
});

describe("threads", () => {
  test("calls that overlap have starts and ends in one order", () => {
    const { calls } = parseText(
      "10    1700000000.000001 fsync(3 <unfinished ...>",
      "11    1700000000.500000 fsync(4)        = 0",
      "10    1700000001.000000 <... fsync resumed>) = 0",
    );
    expect(calls).toMatchObject([
      { thread: 11, start: 1, end: 2, startedAt: 1_700_000_000.5 },
      { thread: 10, start: 0, end: 3, startedAt: 1_700_000_000.000_001 },
    ]);
  });

  test("older versions put spaces where calls are cut in two", () => {
    const { calls } = parseText(
      "10 read(0,  <unfinished ...>",
      "11 vfork( <unfinished ...>",
      '10 <... read resumed> "\\x61\\x0a", 10) = 2',
      "11 <... vfork resumed> )            = 12",
    );
    expect(calls).toMatchObject([
      { name: "read", args: [number(0), bytes("a\n"), number(10)] },
      { name: "vfork", args: [], result: { value: 12 } },
    ]);
  });

  test("a thread that is killed in a call leaves it without a result, before its own end", () => {
    const { events, end } = parseText(
      "10 read(0,  <unfinished ...>",
      '11 write(1, "\\x61", 1 <unfinished ...>',
      "11 <... write resumed>) = ?",
      "10 +++ killed by SIGKILL +++",
      "11 +++ killed by SIGSEGV (core dumped) +++",
      "12 +++ exited with 3 +++",
    );
    expect(events).toMatchObject([
      { call: { thread: 11, start: 1, end: 2, result: { kind: "none" } } },
      { call: { thread: 10, start: 0, end: 3, args: [number(0)], result: { kind: "none" } } },
      { kind: "killed", thread: 10, at: 4, signal: "SIGKILL" },
      { kind: "killed", thread: 11, at: 5, signal: "SIGSEGV" },
      { kind: "exited", thread: 12, at: 6, code: 3 },
    ]);
    expect(end).toEqual({ alive: [], cutBytes: 0 });
  });

  test.each([
    ["at once", " <pid changed to 10 ...>"],
    ["with another thread's line between", " <unfinished ...>"],
  ])("an exec of a later thread goes on under its process's number, printed %s", (_how, stop) => {
    const { events } = parseText(
      "10 read(0x5, 0x7f, 0x64 <unfinished ...>",
      `12 execve("\\x61", ["\\x61"], 0x7f /* 2 vars */${stop}`,
      "11 +++ exited with 0 +++",
      "10 +++ superseded by execve in pid 12 +++",
      // What strace 6.1 prints as the result is left over from another call.
      "10 <... execve resumed>) = 9",
      "10 close(3) = 0",
      "10 +++ exited with 0 +++",
    );
    expect(events).toMatchObject([
      { kind: "exited", thread: 11 },
      { call: { thread: 10, name: "read", result: { kind: "none" } } },
      { call: { thread: 10, name: "execve", result: { kind: "value", value: 0 } } },
      { call: { thread: 10, name: "close" } },
      { kind: "exited", thread: 10 },
    ]);
  });

  test("signals and stops are read over", () => {
    const { events } = parseText(
      "7 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=8, si_status=0} ---",
      "7 --- stopped by SIGSTOP ---",
    );
    expect(events).toEqual([]);
  });

  test("a trace that was cut off tells who was alive and how much of a line is missing", () => {
    const parser = new TraceParser({ lineBytes: 100 }, () => undefined);
    parser.push(Buffer.from("7 close(3) = 0\n8 close(4) = 0\n8 +++ exited with 0 +++\n7 clo"));
    expect(parser.end()).toEqual({ alive: [7], cutBytes: 5 });
  });
});
