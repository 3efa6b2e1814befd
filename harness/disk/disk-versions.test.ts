// Traces that no disk can have seen are refused: one test for each check.
import { expect, test } from "vitest";
import type { DiskEvent, DiskOperation, DiskTrace } from "./disk-trace.ts";
import { versionsAfter } from "./disk-versions.ts";
import { traceOf } from "./fixtures/hand-made-trace.ts";
import { emptyImage } from "./image.ts";

const place = { directory: 2, name: "log" };
const create: DiskOperation = { kind: "create", place, inode: 3 };

const last = (trace: DiskTrace): number => trace.events.length - 1;

test.each([-2, 0.5, 3])("a crash after event %d is refused", (at) => {
  const trace = traceOf([{ start: create }, { ended: [0] }, { start: create }]);
  expect(() => versionsAfter(trace, at)).toThrow(
    expect.objectContaining({ code: "bad-crash-point" }),
  );
});

test.each<[string, DiskOperation[]]>([
  ["a sync of a file that is not there", [{ kind: "fsync", inode: 3 }]],
  ["a sync of a file as a directory", [create, { kind: "fsync-directory", inode: 3 }]],
  ["a cut of a directory", [{ kind: "truncate", inode: 2, size: 0 }]],
  [
    "a write of nothing",
    [create, { kind: "write", inode: 3, offset: 0, bytes: new Uint8Array(0) }],
  ],
  ["a name given twice", [create, { ...create, inode: 4 }]],
  ["an inode made twice", [create, { ...create, place: { directory: 2, name: "b" } }]],
  ["a removal of a name that nothing bears", [{ kind: "unlink", place, inode: 3 }]],
  ["a removal of another file's name", [create, { kind: "unlink", place, inode: 4 }]],
  ["a rename of what is not there", [{ kind: "rename", from: place, to: place, inode: 3 }]],
  ["a link to a directory", [{ kind: "link", place, inode: 2 }]],
])("no disk has seen %s", (_, operations) => {
  const trace = traceOf(operations.map((start) => ({ start })));
  expect(() => versionsAfter(trace, last(trace))).toThrow(
    expect.objectContaining({ code: "bad-trace" }),
  );
});

test("no disk has seen an end without a start, or a second end", () => {
  const events: readonly DiskEvent[] = [
    { kind: "start", operation: create },
    { kind: "end", start: 0 },
    { kind: "end", start: 0 },
  ];
  const trace = { base: emptyImage("/s"), events };
  expect(versionsAfter(trace, 1).inodes.has(3)).toBe(true);
  expect(() => versionsAfter(trace, 2)).toThrow(expect.objectContaining({ code: "bad-trace" }));
});
