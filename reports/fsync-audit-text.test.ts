// The audit's table: columns aligned, each finding in words, nothing of a store printed raw.
import { expect, test } from "vitest";
import type { FsyncAudit } from "../harness/hunt/fsync-audit.ts";
import { renderFsyncAudit } from "./fsync-audit-text.ts";

const audit: FsyncAudit = {
  sites: [
    {
      site: "syncData of a segment in append",
      calls: 10,
      idleCalls: 0,
      finding: {
        kind: "load-bearing",
        without: {
          at: 17,
          choice: "floor",
          violation: {
            guarantee: "nothing-lost",
            life: 0,
            message: "append 0 is missing",
            operations: [0],
          },
        },
      },
    },
    {
      site: "sync of \u001b[2Jx in open",
      calls: 2,
      idleCalls: 2,
      finding: { kind: "nothing-to-sync" },
    },
    {
      site: "sync of b in close",
      calls: 1,
      idleCalls: 0,
      finding: { kind: "redundant", with: ["sync of a in open"] },
    },
    {
      site: "sync of c in close",
      calls: 1,
      idleCalls: 0,
      finding: { kind: "no-breaking-state" },
    },
  ],
  superfluous: ["sync of b in close"],
};

test("a line a site, and the set that can go", () => {
  expect(renderFsyncAudit(audit)).toBe(
    [
      "site                             calls  idle  finding",
      "syncData of a segment in append     10     0  load-bearing: without it, append 0 is missing (cut after #17: floor)",
      "sync of \\x1b[2Jx in open             2     2  nothing to sync",
      "sync of b in close                   1     0  redundant with sync of a in open",
      "sync of c in close                   1     0  no breaking state among those visited",
      "",
      "Superfluous in this run, all of these left out together:",
      "  sync of b in close",
      "",
    ].join("\n"),
  );
});

test("an audit without a superfluous sync says so", () => {
  expect(renderFsyncAudit({ sites: [], superfluous: [] })).toContain("No sync can be left out.");
});
