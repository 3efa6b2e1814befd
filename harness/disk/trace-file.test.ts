// A trace's file form: it replays exactly, and what is no trace is refused by line.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { HistoryEvent } from "../history/history.ts";
import { PROGRAM_DIRECTORY, portProgram, runProgram } from "./fixtures/random-program.ts";
import { RecordingDisk } from "./recording-disk.ts";
import { formatTraceFile, parseTraceFile } from "./trace-file.ts";
import { formatTrace } from "./trace-text.ts";

const MARKS: readonly HistoryEvent[] = [
  { kind: "open", life: 0 },
  { kind: "opened", life: 0 },
  { kind: "invoked", life: 0, operation: 0 },
  { kind: "acknowledged", life: 0, operation: 0, lsns: [1, 2] },
  {
    kind: "failed",
    life: 0,
    operation: 1,
    code: "EIO",
    message: "input/output error\nof two lines",
  },
  {
    kind: "crash",
    life: 0,
    fault: "kill",
    point: { during: "operation", operation: 2, rotation: true },
  },
  { kind: "crash", life: 0, fault: "kill", point: { during: "idle" } },
  {
    kind: "recovered",
    life: 0,
    outcome: { kind: "found", records: [{ bytes: "AQI=", lsn: 1 }, { bytes: "" }] },
  },
  { kind: "recovered", life: 0, outcome: { kind: "refused", message: "no" } },
  { kind: "recovered", life: 0, outcome: { kind: "hung", limitMs: 100 } },
  { kind: "recovered", life: 0, outcome: { kind: "died", message: "SIGSEGV" } },
  { kind: "open-failed", life: 1, code: "ELOCKED", message: "locked" },
  { kind: "closed", life: 1 },
];

/** A disk that went on from another's content, so that its trace starts with files. */
function continuedDisk(
  first: Parameters<typeof runProgram>[0],
  second: typeof first,
): RecordingDisk {
  const before = new RecordingDisk({ directory: PROGRAM_DIRECTORY });
  runProgram(first, before, PROGRAM_DIRECTORY);
  const disk = RecordingDisk.fromImage(before.image());
  runProgram(second, disk, PROGRAM_DIRECTORY);
  return disk;
}

test("any trace comes back as it was", () => {
  fc.assert(
    fc.property(portProgram, portProgram, (first, second) => {
      const disk = continuedDisk(first, second);
      expect(parseTraceFile(formatTraceFile(disk.trace))).toEqual(disk.trace);
    }),
  );
});

test("every mark comes back as it was, and is one line for a person", () => {
  const disk = new RecordingDisk();
  for (const mark of MARKS) {
    disk.mark(mark);
  }
  expect(parseTraceFile(formatTraceFile(disk.trace))).toEqual(disk.trace);
  expect(formatTrace(disk.trace)).toMatchInlineSnapshot(`
    "#0 open life 0
    #1 opened life 0
    #2 invoked operation 0
    #3 acknowledged operation 0 (LSN 1, 2)
    #4 failed operation 1: "input/output error\\nof two lines"
    #5 crash life 0 by "kill" during operation
    #6 crash life 0 by "kill" during idle
    #7 recovered life 0: found
    #8 recovered life 0: refused
    #9 recovered life 0: hung
    #10 recovered life 0: died
    #11 open-failed life 1: "locked"
    #12 closed life 1"
  `);
});

test("bytes in a Buffer are written as bytes", () => {
  const base = new RecordingDisk().trace.base;
  const operation = { kind: "write", inode: 2, offset: 0, bytes: Buffer.from("abc") } as const;
  const trace = parseTraceFile(formatTraceFile({ base, events: [{ kind: "start", operation }] }));
  expect(trace.events).toEqual([
    { kind: "start", operation: { ...operation, bytes: new Uint8Array([97, 98, 99]) } },
  ]);
});

const HEADER = formatTraceFile(new RecordingDisk().trace);

test.each([
  ["an empty file", ""],
  ["another file", "hello\n"],
  ["a later version", HEADER.replace('"version":1', '"version":2')],
  ["a cut line", HEADER.slice(0, -1)],
  ["an unknown event", `${HEADER}{"kind":"begin"}\n`],
  ["an unknown field", `${HEADER}{"kind":"end","start":1,"more":2}\n`],
  [
    "a negative offset",
    `${HEADER}{"kind":"start","operation":{"kind":"write","inode":2,"offset":-1,"bytes":""}}\n`,
  ],
  [
    "bytes that are none",
    `${HEADER}{"kind":"start","operation":{"kind":"write","inode":2,"offset":0,"bytes":"!"}}\n`,
  ],
  [
    "a sector of three bytes",
    HEADER.replace("}]]}", '}],[2,{"kind":"file","size":3,"sectors":[[0,"AAAA"]]}]]}'),
  ],
  ["a mark that no history has", `${HEADER}{"kind":"mark","happened":{"kind":"slept","life":0}}\n`],
])("%s is no trace", (_, text) => {
  expect(() => parseTraceFile(text)).toThrow(expect.objectContaining({ code: "bad-trace" }));
});
