// The claim: a drive that ignores fsync loses acknowledged records, and the harness shows it.
import { describe, expect, test } from "vitest";
import { profiles } from "../../harness/disk/profile.ts";
import { BATCH_SYNC_COUNT, barrierRun, FIRST_STRETCH } from "./fixtures/barrier-run.ts";
import { crashEverywhere } from "./fixtures/crashed-log.ts";
import { appends } from "./fixtures/log-run.ts";

describe("a drive that ignores fsync loses acknowledged records", () => {
  test.each([
    { mode: "sync", guarantee: "nothing-lost", lost: 1 },
    { mode: "batch", guarantee: "loss-within-allowance", lost: BATCH_SYNC_COUNT },
    { mode: "none", guarantee: "nothing-lost", lost: FIRST_STRETCH },
    { mode: "flush", guarantee: "nothing-lost", lost: FIRST_STRETCH },
  ] as const)("$mode is convicted with $lost lost, all there were", async (expected) => {
    const { mode, ...shown } = expected;
    const crashed = await crashEverywhere(barrierRun(mode), profiles.lying);
    expect(crashed).toMatchObject({ verdict: "violated", ...shown, acknowledged: shown.lost });
  });

  test.each(["none", "flush"] as const)(
    "%s without a barrier: it owes no record, and its own opening is not safe",
    async (mode) => {
      const run = { mode, operations: appends(7) };
      expect(await crashEverywhere(run, profiles.lying)).toMatchObject({
        verdict: "violated",
        guarantee: "recovery-succeeds",
        lost: 0,
        acknowledged: 0,
      });
    },
  );
});
