// The claim: a crash after write 50 of 100, N = 100, loses up to 50.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import { lostByKill, startKiller } from "./fixtures/killed-log.ts";
import { appends, type LogRun, RECORD_BYTES } from "./fixtures/log-run.ts";
import { lostByPower } from "./fixtures/recorded-log.ts";

/** The log's own defaults: N = 100 and a buffer of 64 KiB, which holds all of it. */
const run: LogRun = { mode: "batch", operations: appends(100) };

/** A buffer of 16 records: at the crash 48 have spilled into the page cache. */
const spilling: LogRun = { ...run, options: { bufferBytes: 16 * RECORD_BYTES } };

let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startKiller();
});

afterAll(async () => {
  await supervisor.close();
});

describe("a crash after write 50 of 100 loses up to 50", () => {
  test("killed, with a buffer that holds all: 50 of 50", async () => {
    expect(await lostByKill(run, [50], supervisor)).toEqual([50]);
  });

  test("killed, with a buffer that has spilled: 2 of 50", async () => {
    expect(await lostByKill(spilling, [50], supervisor)).toEqual([2]);
  });

  test.each([
    ["holds all", run],
    ["has spilled", spilling],
  ])("the power cut, with a buffer that %s: 50 of 50", async (_, either) => {
    expect((await lostByPower(either)).at(49)).toBe(50);
  });

  test("after write 100 nothing is lost", async () => {
    expect(await lostByKill(run, [99, 100], supervisor)).toEqual([99, 0]);
    expect((await lostByPower(run)).slice(98)).toEqual([99, 0]);
  });
});
