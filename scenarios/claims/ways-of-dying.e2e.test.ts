// The claim: what an exit without close loses, whatever its way, is what SIGKILL loses.
import { describe, expect, test } from "vitest";
import { die } from "./fixtures/dead-writer.ts";
import { appends } from "./fixtures/log-run.ts";
import { lostByPower } from "./fixtures/recorded-log.ts";

const MODES = ["sync", "batch", "none", "flush"] as const;

/** Lost of 50 appends, by mode; N = 100 and a buffer that holds all are the log's defaults. */
const NOTHING = { sync: 0, batch: 0, none: 0, flush: 0 };
const THE_BUFFER = { sync: 0, batch: 50, none: 50, flush: 0 };
const THE_PAGE_CACHE = { sync: 0, batch: 50, none: 50, flush: 50 };

describe("exit without close loses what SIGKILL loses", () => {
  test.each([
    { way: "close, then SIGKILL", ended: "SIGKILL", lost: NOTHING },
    { way: "SIGKILL", ended: "SIGKILL", lost: THE_BUFFER },
    { way: "SIGTERM", ended: "SIGTERM", lost: THE_BUFFER },
    { way: "SIGSEGV", ended: "SIGSEGV", lost: THE_BUFFER },
    { way: "process.abort", ended: "SIGABRT", lost: THE_BUFFER },
    { way: "out of memory", ended: "SIGABRT", lost: THE_BUFFER },
    { way: "uncaught exception", ended: "exit code 1", lost: THE_BUFFER },
    { way: "unhandled rejection", ended: "exit code 1", lost: THE_BUFFER },
    { way: "process.exit", ended: "exit code 0", lost: THE_BUFFER },
    { way: "end of the program", ended: "exit code 0", lost: THE_BUFFER },
  ])("$way", async ({ way, ended, lost }) => {
    const deaths = await Promise.all(
      MODES.map(async (mode) => [mode, await die(mode, way)] as const),
    );
    expect(Object.fromEntries(deaths)).toEqual(
      Object.fromEntries(MODES.map((mode) => [mode, { ended, lost: lost[mode] }])),
    );
  });

  test("beside them, a power cut", async () => {
    const cuts = await Promise.all(
      MODES.map(async (mode) => {
        const lost = await lostByPower({ mode, operations: appends(50) });
        return [mode, lost.at(-1)] as const;
      }),
    );
    expect(Object.fromEntries(cuts)).toEqual(THE_PAGE_CACHE);
  });
});
