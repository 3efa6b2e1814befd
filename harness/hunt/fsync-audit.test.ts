// The audit's four findings, the set that can go, and a store that it refuses to audit.
import { expect, test } from "vitest";
import { profiles } from "../disk/profile.ts";
import { type TinyAppend, tinyRun, writeFile } from "./fixtures/tiny-store.ts";
import { auditSyncs, type FsyncAudit, type NotAudited } from "./fsync-audit.ts";
import { spaceStates } from "./space-source.ts";
import { numberedRole } from "./sync-site.ts";

const STATES = spaceStates(profiles.posix, { seed: 1, statesMax: 1000, exhaustiveMax: 64 });

async function audit(appends: readonly TinyAppend[]): Promise<FsyncAudit | NotAudited> {
  return auditSyncs({ ...tinyRun(appends), visit: STATES, roleOf: numberedRole });
}

async function findings(appends: readonly TinyAppend[]): Promise<readonly string[]> {
  const audited = await audit(appends);
  return "sites" in audited
    ? audited.sites.map(({ site, finding }) => `${site}: ${finding.kind}`)
    : ["broken"];
}

test("a sync of the data and one of the name bear the promise", async () => {
  const audited = await audit([writeFile("a", "sync", "name")]);
  expect(audited).toMatchObject({
    sites: [
      {
        site: "syncData of a in append",
        calls: 1,
        idleCalls: 0,
        finding: { kind: "load-bearing", without: { violation: { guarantee: "nothing-lost" } } },
      },
      { site: "syncDirectory of s in append", finding: { kind: "load-bearing" } },
    ],
    superfluous: [],
  });
});

test("a state that breaks is told in the numbers of the trace as it was", async () => {
  const audited = await audit([writeFile("a", "sync", "name")]);
  const { trace } = tinyRun([writeFile("a", "sync", "name")]);
  const [site] = "sites" in audited ? audited.sites : [];
  const at = site?.finding.kind === "load-bearing" ? site.finding.without.at : -1;
  expect(trace.events[at]).toMatchObject({ kind: "mark", happened: { kind: "acknowledged" } });
});

test("of two syncs in a row the second has nothing to do", async () => {
  expect(await findings([twice, writeFile("b", "sync", "name")])).toContain(
    "sync of a in append: nothing-to-sync",
  );
});

/** syncData, then sync, of one file. */
const twice: TinyAppend = (disk, bytes) => {
  writeFile("a", "sync", "name")(disk, bytes);
  disk.sync(disk.open("/s/a", "write"));
};

test("a sync whose work the next one does is redundant with that, and the pair is never called superfluous", async () => {
  const audited = await audit([
    (disk, bytes): void => {
      const file = disk.open("/s/a", "create");
      disk.write(file, bytes.subarray(0, 10), 0);
      disk.syncData(file);
      disk.write(file, bytes.subarray(10), 10);
      disk.sync(file);
      disk.syncDirectory("/s");
    },
  ]);
  expect(audited).toMatchObject({
    sites: [
      {
        site: "syncData of a in append",
        finding: { kind: "redundant", with: ["sync of a in append"] },
      },
      { site: "sync of a in append", finding: { kind: "load-bearing" } },
      { site: "syncDirectory of s in append", finding: { kind: "load-bearing" } },
    ],
    superfluous: ["syncData of a in append"],
  });
});

/** Writes and syncs a file that nobody reads. */
const scratch: TinyAppend = (disk, bytes) => {
  writeFile("a", "sync", "name")(disk, bytes);
  writeFile("zz", "sync")(disk, bytes);
};

test("a sync that no promise rests on has no breaking state", async () => {
  expect(await findings([scratch])).toContain("syncData of zz in append: no-breaking-state");
});

/** One record, written and synced, and both once more. */
const either: TinyAppend = (disk, bytes) => {
  const file = disk.open("/s/a", "create");
  disk.write(file, bytes, 0);
  disk.syncDirectory("/s");
  disk.syncData(file);
  // Written again, so that this sync has work of its own.
  disk.write(file, bytes, 0);
  disk.sync(file);
};

test("two syncs that stand in for each other: one of them can go, not both", async () => {
  const audited = await audit([either]);
  const superfluous = "superfluous" in audited ? audited.superfluous : [];
  expect(superfluous).toEqual(["syncData of a in append"]);
  expect(await findings([either])).toEqual([
    "syncDirectory of s in append: load-bearing",
    "syncData of a in append: redundant",
    "sync of a in append: no-breaking-state",
  ]);
});

test("a trace that breaks with all its syncs is not audited", async () => {
  expect(await audit([writeFile("a", "sync")])).toMatchObject({
    broken: { violation: { guarantee: "nothing-lost" } },
  });
});

test("names that differ in their numbers are one role", () => {
  expect(numberedRole("000000000012.wal.3")).toBe("N.wal.N");
});
