// Tests of the naming of found bytes.
import { expect, test } from "vitest";
import { payload } from "../payload.ts";
import type { Workload } from "../workload.ts";
import { identifier } from "./identify.ts";

const workload: Workload = {
  seed: 7,
  options: {},
  lives: [
    [
      { kind: "append", size: 24 },
      { kind: "sync" },
      { kind: "batch", sizes: [24, 2] },
      { kind: "append", size: 4 },
    ],
  ],
};
const identify = identifier(workload);
const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64");

const of = (operation: number, item: number, size: number): string =>
  base64(payload(7, { operation, item }, size));

test("a payload is named by its operation and item", () => {
  expect(identify(of(0, 0, 24))).toEqual({ kind: "named", operation: 0, item: 0 });
  expect(identify(of(2, 0, 24))).toEqual({ kind: "named", operation: 2, item: 0 });
  expect(identify(of(3, 0, 4))).toEqual({ kind: "named", operation: 3, item: 0 });
});

test("a beginning of a tag only tells its content", () => {
  for (const content of ["", "2", "2.", "2.1", "99.99"]) {
    expect(identify(base64(content))).toEqual({ kind: "short", content });
  }
});

test("a wrong byte is found by its place", () => {
  const bytes = payload(7, { operation: 0, item: 0 }, 24);
  bytes[23] = (bytes[23] ?? 0) ^ 1;
  expect(identify(base64(bytes))).toEqual({ kind: "altered", operation: 0, item: 0, offset: 23 });
});

test("a value that is cut or longer differs where the shorter one ends", () => {
  const bytes = payload(7, { operation: 0, item: 0 }, 30);
  for (const [size, offset] of [
    [9, 9],
    [30, 24],
  ] as const) {
    const identity = identify(base64(bytes.subarray(0, size)));
    expect(identity).toEqual({ kind: "altered", operation: 0, item: 0, offset });
  }
});

test("a record too short for its tag never comes with the whole of it", () => {
  expect(identify(base64("2.1:"))).toMatchObject({ kind: "altered", operation: 2, item: 1 });
});

test.each(["1.0:sync", "0.1:item", "4.0:none", "hello", "1x"])("%s is nobody's", (text) => {
  expect(identify(base64(text))).toEqual({ kind: "unknown", bytes: text.length });
});

test("another seed's payload is altered, not named", () => {
  expect(identify(base64(payload(8, { operation: 0, item: 0 }, 24))).kind).toBe("altered");
});
