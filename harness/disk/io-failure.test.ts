// I/O failures as text, and which there are.
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  type CacheAfterFailure,
  type FailingCall,
  type FailureKind,
  formatIoFailure,
  type IoFailure,
  matchingFailures,
  parseIoFailure,
} from "./io-failure.ts";

// Records, so that a member that is added to a union is missed here.
const CALLS: { readonly [C in FailingCall]: true } = {
  open: true,
  write: true,
  truncate: true,
  sync: true,
  syncData: true,
  syncDirectory: true,
  rename: true,
  remove: true,
};
const KINDS: { readonly [K in FailureKind]: true } = {
  EIO: true,
  ENOSPC: true,
  EINTR: true,
  short: true,
  slow: true,
};
const CACHES: { readonly [C in CacheAfterFailure]: true } = {
  kept: true,
  reverted: true,
  late: true,
};

function keysOf<K extends string>(record: { readonly [key in K]: true }): readonly K[] {
  const keys: K[] = [];
  for (const key in record) keys.push(key);
  return keys;
}

const everything: readonly IoFailure[] = keysOf(CALLS).flatMap((call) =>
  keysOf(KINDS).flatMap((kind) =>
    keysOf(CACHES).flatMap((cache) =>
      [false, true].map((lasts) => ({ call, n: 1, kind, lasts, cache })),
    ),
  ),
);

/** Why a failure has no meaning; said here again, apart from the table. */
function nonsense({ call, kind, lasts, cache }: IoFailure): boolean {
  const isFileSync = call === "sync" || call === "syncData";
  return (
    (cache !== "kept" && !(isFileSync && (kind === "EIO" || kind === "ENOSPC"))) ||
    (kind === "short" && call !== "write") ||
    (kind === "slow" && call !== "syncData") ||
    (kind === "EINTR" && ["syncDirectory", "rename", "remove"].includes(call)) ||
    (kind === "ENOSPC" && call === "remove") ||
    (lasts && (kind === "EINTR" || kind === "slow"))
  );
}

const text = (each: Omit<IoFailure, "n">): string => formatIoFailure({ ...each, n: 1 });

describe("the table of failures", () => {
  it("has every failure that has a meaning, once, and no other", () => {
    const expected = everything.filter((each) => !nonsense(each)).map(text);
    expect(matchingFailures().map(text).sort()).toEqual(expected.sort());
    expect(new Set(expected).size).toBe(expected.length);
  });

  it("has each call, each kind and each cache", () => {
    const failures = matchingFailures();
    expect(new Set(failures.map(({ call }) => call))).toEqual(new Set(keysOf(CALLS)));
    expect(new Set(failures.map(({ kind }) => kind))).toEqual(new Set(keysOf(KINDS)));
    expect(new Set(failures.map(({ cache }) => cache))).toEqual(new Set(keysOf(CACHES)));
  });

  it("is what parses", () => {
    for (const failure of everything) {
      const parse = (): IoFailure => parseIoFailure(formatIoFailure(failure));
      if (nonsense(failure)) {
        expect(parse).toThrow(expect.objectContaining({ code: "bad-failure" }));
      } else {
        expect(parse()).toEqual(failure);
      }
    }
  });
});

test("what is written is read back", () => {
  const failures = fc
    .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom(...matchingFailures()))
    .map(([n, failure]): IoFailure => ({ n, ...failure }));
  fc.assert(
    fc.property(failures, (failure) => {
      expect(parseIoFailure(formatIoFailure(failure))).toEqual(failure);
    }),
  );
});

test("what is written is what a person would write", () => {
  const texts = ["write#3:ENOSPC", "syncData#2:EIO,reverted", "write#1:ENOSPC,lasts"];
  expect(texts.map((each) => formatIoFailure(parseIoFailure(each)))).toEqual(texts);
  expect(formatIoFailure(parseIoFailure("sync#12:EIO,late,lasts"))).toBe("sync#12:EIO,late,lasts");
});

test.each([
  ["", "expected a call"],
  ["write", "expected a call"],
  ["write:EIO", "expected a call"],
  ["write#0:EIO", "expected a call"],
  ["write#01:EIO", "expected a call"],
  ["read#1:EIO", "open, write, truncate, sync, syncData, syncDirectory, rename, remove"],
  ["write#1:EPERM", "EIO; EIO,lasts; ENOSPC; ENOSPC,lasts; EINTR; short; short,lasts"],
  ["write#1:EIO,kept", "none of what write can do"],
  ["sync#1:EIO,lasts,late", "EIO,late,lasts"],
  ["rename#1:short", "none of what rename can do"],
])("%j is refused, and told what is expected", (bad, expected) => {
  expect(() => parseIoFailure(bad)).toThrow(
    expect.objectContaining({
      code: "bad-failure",
      message: expect.stringContaining(expected),
    }),
  );
});
