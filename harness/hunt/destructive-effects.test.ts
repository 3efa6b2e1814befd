// Each effect that takes something away is seen while it is optional, and no longer once it is bound.
import { describe, expect, test } from "vitest";
import type { DiskOperation } from "../disk/disk-trace.ts";
import { DiskVersions } from "../disk/disk-versions.ts";
import { traceOf } from "../disk/fixtures/hand-made-trace.ts";
import { type DeviceProfile, profiles } from "../disk/profile.ts";
import { type DestructiveEffect, optionalDestruction } from "./destructive-effects.ts";

const name = (text: string): { readonly directory: number; readonly name: string } => ({
  directory: 2,
  name: text,
});
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** A file `a` of two bytes, and a file `b`, all of it durable. */
const DURABLE: readonly DiskOperation[] = [
  { kind: "create", place: name("a"), inode: 3 },
  { kind: "write", inode: 3, offset: 0, bytes: bytes(1, 2) },
  { kind: "create", place: name("b"), inode: 4 },
  { kind: "fsync", inode: 3 },
  { kind: "fsync-directory", inode: 2 },
];

function effectOf(
  operations: readonly DiskOperation[],
  profile: DeviceProfile = profiles.posix,
): DestructiveEffect | undefined {
  const all = [...DURABLE, ...operations];
  const { base, events } = traceOf(
    all.map((start, index) => ({ start, ...(index === 0 ? {} : { ended: [index - 1] }) })),
  );
  const versions = new DiskVersions(base, profile);
  for (const event of [...events, { kind: "end", start: events.length - 1 } as const]) {
    versions.apply(event);
  }
  return optionalDestruction(versions);
}

describe("an effect that takes something away", () => {
  test.each<[DestructiveEffect, DiskOperation]>([
    ["truncate", { kind: "truncate", inode: 3, size: 1 }],
    ["unlink", { kind: "unlink", place: name("b"), inode: 4 }],
    ["replace", { kind: "rename", from: name("b"), to: name("a"), inode: 4 }],
    ["overwrite", { kind: "write", inode: 3, offset: 1, bytes: bytes(7) }],
  ])("%s", (effect, operation) => {
    expect(effectOf([operation])).toBe(effect);
    const bound: DiskOperation[] = [
      operation,
      { kind: "fsync", inode: 3 },
      { kind: "fsync-directory", inode: 2 },
    ];
    expect(effectOf(bound)).toBeUndefined();
  });
});

test.each<[string, DiskOperation]>([
  ["bytes behind the end", { kind: "write", inode: 3, offset: 2, bytes: bytes(7) }],
  ["the same bytes again", { kind: "write", inode: 3, offset: 0, bytes: bytes(1, 2) }],
  ["a rename to a free name", { kind: "rename", from: name("b"), to: name("c"), inode: 4 }],
  ["a new file", { kind: "create", place: name("c"), inode: 5 }],
])("%s takes nothing away", (_, operation) => {
  expect(effectOf([operation])).toBeUndefined();
});

test("a write behind the end takes its sector along where the device tears", () => {
  const write: DiskOperation = { kind: "write", inode: 3, offset: 2, bytes: bytes(7) };
  expect(effectOf([write], profiles["no-psow"])).toBe("tear");
  expect(effectOf([write, { kind: "fsync", inode: 3 }], profiles["no-psow"])).toBeUndefined();
});

test("a rename to a free name loses the file where its two halves may be parted", () => {
  const rename: DiskOperation = { kind: "rename", from: name("b"), to: name("c"), inode: 4 };
  expect(effectOf([rename], profiles.alice)).toBe("unlink");
});
