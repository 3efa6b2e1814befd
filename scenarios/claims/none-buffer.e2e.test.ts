// The claim: mode none loses what is in the process buffer, and only that, when it is killed.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Supervisor } from "../../harness/supervisor/supervisor.ts";
import { lostByKill, startKiller } from "./fixtures/killed-log.ts";
import { appends, type LogRun, RECORD_BYTES, upTo } from "./fixtures/log-run.ts";
import { lostByPower } from "./fixtures/recorded-log.ts";

const APPENDS = 12;

/** Around the places where the buffers spill. */
const KILLS = [1, 2, 3, 5, 6, 12];

let supervisor: Supervisor;

beforeAll(async () => {
  supervisor = await startKiller();
});

afterAll(async () => {
  await supervisor.close();
});

describe("none loses the process buffer and only that when it is killed", () => {
  describe.each([1, 2, 5, 16])("a buffer of %d records", (records) => {
    const run: LogRun = {
      mode: "none",
      options: { bufferBytes: records * RECORD_BYTES },
      operations: appends(APPENDS),
    };

    test("a kill loses what has not spilled", async () => {
      // A full buffer is written when the next record comes, so it is never empty again.
      const inBuffer = KILLS.map((count) => ((count - 1) % records) + 1);
      expect(await lostByKill(run, KILLS, supervisor)).toEqual(inBuffer);
    });

    test("a power cut loses what has spilled, too", async () => {
      expect(await lostByPower(run)).toEqual(upTo(APPENDS));
    });
  });
});
