// The audit of our log's syncs: in mode sync none is superfluous without a reason that stands here.
import { expect, test } from "vitest";
import { profiles } from "../../harness/disk/profile.ts";
import { auditSyncs, type FsyncAudit } from "../../harness/hunt/fsync-audit.ts";
import { spaceStates } from "../../harness/hunt/space-source.ts";
import type { Operation, Workload } from "../../harness/workload.ts";
import type { SyncMode } from "../../wal/index.ts";
import { walSubject } from "../subjects/wal-subject.ts";
import { logRole } from "./fixtures/log-roles.ts";
import { recordRun } from "./fixtures/recorded-run.ts";

const LIMITS = { seed: 1, statesMax: 2000, exhaustiveMax: 64 };

const append: Operation = { kind: "append", size: 40 };

/** A kill between a write and its sync before each way to open; a rotation, a drop, a reopen. */
const WORKLOAD: Workload = {
  seed: 1,
  options: { segmentBytes: 256, bufferBytes: 256 },
  lives: [
    [append, append, append],
    [
      append,
      { kind: "batch", sizes: [20, 30] },
      append,
      { kind: "checkpoint" },
      { kind: "truncate" },
      append,
    ],
    [append, { kind: "reopen" }, append],
  ],
};

/** Counted calls: the first write of operation 2, and that of operation 8. */
const KILLS_AFTER = [12, 27];

/** Why a sync stays that breaks nothing when it is taken out of this run in mode sync. */
const REASONS: { readonly [site: string]: string } = {
  "syncDirectory of the directory store in recovery":
    "Names are synced where they are made; here it is for a kill between the two.",
  "syncDirectory of the root in reopen":
    "Opening cannot know that the directory's own name is durable: whoever made it may be gone.",
  "sync of a segment in reopen":
    "Opening cannot know that the log was closed: after a kill the same sync is load-bearing.",
};

async function audit(mode: SyncMode): Promise<FsyncAudit> {
  const run = await recordRun({
    subject: walSubject,
    mode,
    workload: WORKLOAD,
    killsAfter: KILLS_AFTER,
    recoverAfter: [0, 2],
    base: "/",
  });
  const audited = await auditSyncs({
    ...run,
    visit: spaceStates(profiles.posix, LIMITS),
    roleOf: logRole,
  });
  if ("broken" in audited) {
    throw new Error(audited.broken.violation.message);
  }
  return audited;
}

test("in mode sync every sync is load-bearing or has its reason", async () => {
  const { sites, superfluous } = await audit("sync");
  expect([...superfluous].sort()).toEqual(Object.keys(REASONS).sort());
  const bearing = sites.filter(({ finding }) => finding.kind === "load-bearing");
  expect(bearing.map(({ site }) => site)).toEqual([
    "syncDirectory of the root in open",
    "syncDirectory of the directory store in open",
    "sync of a new segment in open",
    "syncData of a segment in append",
    "sync of a segment in recovery",
    "sync of a segment in open",
    "syncData of a segment in batch",
    "sync of a new segment in append",
    "syncDirectory of the directory store in append",
    "syncData of a segment in checkpoint",
    "syncDirectory of the directory store in truncate",
    "syncDirectory of the directory store in reopen",
    "sync of a new segment in reopen",
  ]);
});

test("in mode batch the sync of a close is redundant with that of the open behind it", async () => {
  const { sites } = await audit("batch");
  const close = sites.find(({ site }) => site === "syncData of a segment in reopen");
  expect(close?.finding).toEqual({ kind: "redundant", with: ["sync of a segment in reopen"] });
});
