// Options: the defaults, the edges, and each refusal by the option's name.
import { describe, expect, test } from "vitest";
import { walErrorOf } from "./fixtures/read-back.ts";
import { inTempDirectory, readImage } from "./fixtures/temp-directory.ts";
import { openWal } from "./open-wal.ts";
import { type GroupOptions, resolveOptions, type WalOptions } from "./options.ts";

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

test("the defaults of mode group", () => {
  expect(resolveOptions({ mode: "group" })).toEqual({
    mode: "group",
    commitDelayMicros: 0,
    commitSiblings: 5,
    syncDelayMicros: 0,
    syncNoDelayCount: 0,
    waitingBytesMax: 67_108_864,
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
    ["mode", "groups"],
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
    ["preallocate", null],
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

  const groupCases: readonly (readonly [string, unknown])[] = [
    ["commitDelayMicros", -1],
    ["commitDelayMicros", 100_001],
    ["commitDelayMicros", "10"],
    ["commitSiblings", -1],
    ["commitSiblings", 1001],
    ["syncDelayMicros", 0.5],
    ["syncDelayMicros", 1_000_001],
    ["syncNoDelayCount", -1],
    ["syncNoDelayCount", 1_000_001],
    ["waitingBytesMax", 0],
    ["waitingBytesMax", 2 ** 30 + 1],
    ["batchSyncCount", 100],
    ["segmentBytes", 127],
  ];
  test.each(groupCases)("in mode group, %s: %s", (name, value) => {
    const delay = name === "commitSiblings" ? { commitDelayMicros: 1 } : {};
    const given = { mode: "group", ...delay, [name]: value };
    const error = walErrorOf(() => resolveOptions(untyped(given)));
    expect(error.code).toBe("bad-option");
    expect(error.message).toContain(`Option ${name} `);
  });

  test.each([
    ["commitSiblings without a delay", { commitSiblings: 5 }, "commitSiblings"],
    ["commitSiblings, delay 0", { commitDelayMicros: 0, commitSiblings: 0 }, "commitSiblings"],
    ["two delays", { commitDelayMicros: 1, syncDelayMicros: 1 }, "syncDelayMicros"],
  ])("in mode group, %s", (_, given, name) => {
    const error = walErrorOf(() => resolveOptions({ mode: "group", ...given }));
    expect(error.code).toBe("bad-option");
    expect(error.message).toContain(`Option ${name} `);
  });

  test.each([
    "commitDelayMicros",
    "commitSiblings",
    "syncDelayMicros",
    "syncNoDelayCount",
    "waitingBytesMax",
  ])("%s in every other mode", (name) => {
    for (const mode of [undefined, "sync", "batch", "none", "flush"]) {
      const error = walErrorOf(() => resolveOptions(untyped({ mode, [name]: 1 })));
      expect(error.code).toBe("bad-option");
      expect(error.message).toMatch(`Option ${name} has no meaning in mode ${mode ?? "sync"}`);
    }
  });

  test("before anything is written", () => {
    inTempDirectory((directory) => {
      expect(walErrorOf(() => openWal(directory, { bufferBytes: 1 })).code).toBe("bad-option");
      expect(readImage(directory).size).toBe(0);
    });
  });
});

test.each<WalOptions | GroupOptions>([
  { mode: "batch", batchSyncCount: 1 },
  { mode: "batch", batchSyncCount: 1_000_000 },
  { segmentBytes: 128 },
  { segmentBytes: 2 ** 30 },
  { bufferBytes: 64 },
  { bufferBytes: 2 ** 30 },
  { recordBytesMax: 0 },
  { recordBytesMax: 2 ** 30 },
  { mode: "group", commitDelayMicros: 1, commitSiblings: 0 },
  { mode: "group", commitDelayMicros: 100_000, commitSiblings: 1000 },
  { mode: "group", syncDelayMicros: 1_000_000, syncNoDelayCount: 1_000_000 },
  { mode: "group", commitDelayMicros: 0, syncDelayMicros: 1 },
  { mode: "group", commitDelayMicros: 1, syncDelayMicros: 0 },
  // As with MySQL, a count without a delay is ignored.
  { mode: "group", syncDelayMicros: 0, syncNoDelayCount: 7 },
  { mode: "group", waitingBytesMax: 1 },
  { mode: "group", waitingBytesMax: 2 ** 30 },
])("taken at its edge: %o", (options) => {
  expect(resolveOptions(options)).toMatchObject(options);
});
