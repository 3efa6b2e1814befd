// Syncs put into a trace and taken out of it again: nothing else moves.
import { expect, test } from "vitest";
import { parseCrashChoice } from "../disk/crash-choice.ts";
import { crashImage } from "../disk/crash-image.ts";
import { imageListing } from "../disk/image.ts";
import { formatTrace } from "../disk/trace-text.ts";
import { isSync, shiftChoice, withoutOperations, withSyncs } from "./edited-trace.ts";
import { tinyRun, writeFile } from "./fixtures/tiny-store.ts";

const { trace } = tinyRun([writeFile("a", "sync", "name"), writeFile("b")]);
const FILE_B = 4;

test("what was put in can be taken out", () => {
  const before = trace.events.length - 1;
  const sync = { kind: "fdatasync", inode: FILE_B } as const;
  const longer = withSyncs(trace, before, [sync, sync]);
  expect(longer.events.length).toBe(trace.events.length + 4);
  const { trace: shorter, original } = withoutOperations(longer, new Set([before, before + 2]));
  expect(formatTrace(shorter)).toBe(formatTrace(trace));
  expect(original.at(-1)).toBe(longer.events.length - 1);
});

test("ends still belong to their starts where a sync comes between", () => {
  const longer = withSyncs(trace, 4, [{ kind: "fsync-directory", inode: 2 }]);
  for (const event of longer.events) {
    if (event.kind === "end") {
      expect(longer.events[event.start]?.kind).toBe("start");
    }
  }
});

test("without its syncs a trace leaves an empty disk at the floor", () => {
  const syncs = trace.events.flatMap((event, index) =>
    event.kind === "start" && isSync(event.operation) ? [index] : [],
  );
  const { trace: bare } = withoutOperations(trace, new Set(syncs));
  const keep = parseCrashChoice("floor");
  const image = crashImage(bare, { at: bare.events.length - 1, keep });
  expect(imageListing(image)).not.toContain("/s/a");
});

test("the clauses of a choice move with their events", () => {
  const choice = parseCrashChoice("floor; keep inode 4 size as of #3; keep inode 4 data as of #9");
  expect(shiftChoice(choice, 5, 2)).toEqual(
    parseCrashChoice("floor; keep inode 4 size as of #3; keep inode 4 data as of #13"),
  );
});

test("a sync that failed has failed in the edited trace too", () => {
  const failed = { code: "EIO", cache: "kept" } as const;
  const last = trace.events.findLastIndex(
    (event) => event.kind === "start" && isSync(event.operation),
  );
  const events = trace.events.map((event) =>
    event.kind === "end" && event.start === last ? { ...event, failed } : event,
  );
  const longer = withSyncs({ base: trace.base, events }, 4, [
    { kind: "fsync-directory", inode: 2 },
  ]);
  const { trace: shorter } = withoutOperations(longer, new Set([4]));
  for (const edited of [longer, shorter]) {
    expect(edited.events).toContainEqual(expect.objectContaining({ kind: "end", failed }));
  }
  expect(shorter.events).toEqual(events);
});
