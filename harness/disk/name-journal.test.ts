// Which names a file's sync carries along under ext4, where operations on names overlap.
import { expect, test } from "vitest";
import { parseCrashChoice } from "./crash-choice.ts";
import { crashImage } from "./crash-image.ts";
import type { DiskOperation } from "./disk-trace.ts";
import { traceOf } from "./fixtures/hand-made-trace.ts";
import { imageEntries } from "./image.ts";
import { profiles } from "./profile.ts";

const [a, b] = [
  { directory: 2, name: "a" },
  { directory: 2, name: "b" },
];

/** The names that every crash leaves: created and renamed at once, ended in either order, then synced. */
function boundNames(ended: readonly number[], sync: "fsync" | "fdatasync"): readonly string[] {
  const steps: DiskOperation[] = [
    { kind: "create", place: a, inode: 3 },
    { kind: "rename", from: a, to: b, inode: 3 },
  ];
  const trace = traceOf([
    ...steps.map((start) => ({ start })),
    { ended, start: { kind: sync, inode: 3 } },
    { ended: [2] },
  ]);
  const at = trace.events.length - 1;
  const keep = parseCrashChoice("floor");
  const image = crashImage(trace, { at, keep, profile: profiles.ext4 });
  return Array.from(imageEntries(image), ({ path }) => path).filter((path) => /[ab]$/.test(path));
}

test.each([[[0, 1]], [[1, 0]]])("created and renamed, ended in the order %j", (ended) => {
  expect(boundNames(ended, "fsync")).toEqual(["/s/b"]);
  expect(boundNames(ended, "fdatasync")).toEqual(["/s/a"]);
});

test("what was under way when the sync started is not carried", () => {
  expect(boundNames([1], "fdatasync")).toEqual([]);
  expect(boundNames([0], "fsync")).toEqual(["/s/a"]);
});
