// The claim: an append of mode batch is in the page cache. False while it is in the process buffer.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import { lostByKill, startKiller } from "./fixtures/killed-log.ts";
import { appends, type LogRun, upTo } from "./fixtures/log-run.ts";
import { lostByPower } from "./fixtures/recorded-log.ts";

const APPENDS = 20;

/** Before and after each time that the buffer spills, and at the end. */
const KILLS = [1, 8, 9, 16, 17, 20];

/** With its header a record takes 1 KiB, so the buffer holds eight. */
const PER_BUFFER = 8;
const ours: LogRun = {
  mode: "batch",
  options: { bufferBytes: PER_BUFFER * 1024 },
  operations: appends(APPENDS, 1000),
};
const writesEach: LogRun = { ...ours, variant: "batch-writes-each-record" };

let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startKiller();
});

afterAll(async () => {
  await supervisor.close();
});

describe("a batch-mode append is in the page cache", () => {
  test("false for our log: a kill loses the 1 to 8 records in its buffer of 8 KiB", async () => {
    const inBuffer = KILLS.map((count) => ((count - 1) % PER_BUFFER) + 1);
    expect(await lostByKill(ours, KILLS, supervisor)).toEqual(inBuffer);
  });

  test("true for a log that writes each record: a kill loses 0 of 20", async () => {
    expect(await lostByKill(writesEach, KILLS, supervisor)).toEqual(KILLS.map(() => 0));
  });

  test.each([
    ["our log", ours],
    ["a log that writes each record", writesEach],
  ])("and for a power cut it is no matter: %s loses all", async (_, run) => {
    expect(await lostByPower(run)).toEqual(upTo(APPENDS));
  });
});
