// Options: the defaults, the edges, and each refusal by the option's name.
import { describe, expect, test } from "vitest";
import { walErrorOf } from "./fixtures/read-back.ts";
import { inTempDirectory, readImage } from "./fixtures/temp-directory.ts";
import { openWal } from "./open-wal.ts";
import { resolveOptions, type WalOptions } from "./options.ts";

/** What a caller without types may pass. */
function untyped(options: Readonly<Record<string, unknown>>): WalOptions {
  return options;
}

test("the defaults", () => {
  expect(resolveOptions({})).toEqual({
    mode: "sync",
    batchSyncCount: 100,
    segmentBytes: 16_777_216,
    bufferBytes: 65_536,
    recordBytesMax: 16_777_216,
    preallocate: false,
  });
});

test("an option that is undefined is the default", () => {
  expect(resolveOptions(untyped({ mode: undefined, batchSyncCount: undefined }))).toEqual(
    resolveOptions({}),
  );
});

describe("refused, by name", () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ["sync", true],
    ["toString", 1],
    ["mode", "group"],
    ["mode", 1],
    ["mode", null],
    ["batchSyncCount", 0],
    ["batchSyncCount", 1_000_001],
    ["batchSyncCount", 1.5],
    ["batchSyncCount", "2"],
    ["segmentBytes", 127],
    ["segmentBytes", 2 ** 30 + 1],
    ["segmentBytes", Number.NaN],
    ["bufferBytes", 63],
    ["bufferBytes", Number.POSITIVE_INFINITY],
    ["bufferBytes", 64n],
    ["recordBytesMax", -1],
    ["recordBytesMax", 2 ** 30 + 1],
    ["recordBytesMax", null],
    ["preallocate", 1],
    ["preallocate", "yes"],
  ];
  test.each(cases)("%s: %s", (name, value) => {
    const mode = name === "batchSyncCount" ? { mode: "batch" } : {};
    const error = walErrorOf(() => resolveOptions(untyped({ ...mode, [name]: value })));
    expect(error.code).toBe("bad-option");
    expect(error.message).toContain(`Option ${name} `);
  });

  test.each(["sync", "none", "flush"] as const)("batchSyncCount in mode %s", (mode) => {
    const error = walErrorOf(() => resolveOptions({ mode, batchSyncCount: 100 }));
    expect(error.code).toBe("bad-option");
    expect(error.message).toContain("Option batchSyncCount ");
  });

  test("before anything is written", () => {
    inTempDirectory((directory) => {
      expect(walErrorOf(() => openWal(directory, { bufferBytes: 1 })).code).toBe("bad-option");
      expect(readImage(directory).size).toBe(0);
    });
  });
});

test.each<WalOptions>([
  { mode: "batch", batchSyncCount: 1 },
  { mode: "batch", batchSyncCount: 1_000_000 },
  { segmentBytes: 128 },
  { segmentBytes: 2 ** 30 },
  { bufferBytes: 64 },
  { bufferBytes: 2 ** 30 },
  { recordBytesMax: 0 },
  { recordBytesMax: 2 ** 30 },
])("taken at its edge: %o", (options) => {
  expect(resolveOptions(options)).toMatchObject(options);
});
