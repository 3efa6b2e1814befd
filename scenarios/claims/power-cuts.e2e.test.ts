// The claim: no power cut loses what a mode promises, whichever of all possible disks it leaves.
import { describe, expect, test } from "vitest";
import { profiles } from "../../harness/disk/profile.ts";
import { BATCH_SYNC_COUNT, barrierRun, LAST_STRETCH } from "./fixtures/barrier-run.ts";
import { crashEverywhere } from "./fixtures/crashed-log.ts";

const LOST = [
  { mode: "sync", lost: 0 },
  { mode: "batch", lost: BATCH_SYNC_COUNT - 1 },
  { mode: "none", lost: LAST_STRETCH },
  { mode: "flush", lost: LAST_STRETCH },
] as const;

describe("no power cut loses what a mode promises", () => {
  describe.each([profiles.posix, profiles.ext4])("under $name", (profile) => {
    test.each(LOST)("$mode loses at most $lost, and reaches it", async ({ mode, lost }) => {
      const run = barrierRun(mode);
      const { distinct, judged, ...showed } = await crashEverywhere(run, profile);
      expect(showed).toEqual({ verdict: "held", lost, acknowledged: 21, exhaustive: true });
      // A log that grows by a record leaves at least one new disk with each spill of its buffer.
      expect(distinct).toBeGreaterThan(21);
      expect(judged).toBeGreaterThan(distinct);
    });
  });

  test("the same look convicts a log that leaves its fsync out", async () => {
    const run = { ...barrierRun("sync"), variant: "fsync-left-out" };
    expect(await crashEverywhere(run, profiles.posix)).toMatchObject({
      verdict: "violated",
      guarantee: "nothing-lost",
      lost: 1,
    });
  });
});
