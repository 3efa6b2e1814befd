// The audit of our log's syncs in every mode: each is load-bearing, or has its reason; docs/fsync-audit.md.
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { FsyncAudit } from "../../harness/hunt/fsync-audit.ts";
import type { SyncMode } from "../../wal/index.ts";
import { walPromise } from "../wal-promise.ts";
import { auditPage, type ModeWindow } from "./fixtures/audit-page.ts";
import { auditLog } from "./fixtures/log-audit.ts";
import {
  BATCH_SYNC_COUNT,
  RISK_WORKLOADS,
  recordOperations,
  windowOf,
} from "./fixtures/log-windows.ts";
import { SPARE_SYNCS } from "./fixtures/spare-syncs.ts";

const MODES: readonly SyncMode[] = ["sync", "batch", "flush", "none"];
const PAGE = resolve("docs/fsync-audit.md");

const audits = new Map<SyncMode, FsyncAudit>();

beforeAll(async () => {
  for (const mode of MODES) {
    audits.set(mode, await auditLog(mode));
  }
}, 60_000);

/** The reason of each sync that stays although nothing breaks without it. */
function reasons(mode: SyncMode): readonly string[] {
  return SPARE_SYNCS.filter(({ modes }) => modes.includes(mode)).map(({ site }) => site);
}

describe.each(MODES)("in mode %s", (mode) => {
  test("every sync is load-bearing or has its reason, and no reason is idle", () => {
    const sites = audits.get(mode)?.sites ?? [];
    const spare = sites.filter(({ finding }) => finding.kind !== "load-bearing");
    expect(spare.map(({ site }) => site).sort()).toEqual([...reasons(mode)].sort());
  });

  test("all that the log does is in the audit: opens, recoveries and each operation", () => {
    const occasions = new Set(
      audits.get(mode)?.sites.map(({ site }) => site.slice(site.lastIndexOf(" in ") + 4)),
    );
    const common = ["open", "append", "recovery", "batch", "checkpoint", "truncate", "reopen"];
    // In mode sync nothing is left for them to do.
    const late = { sync: [], batch: ["sync", "close"], flush: ["sync"], none: ["sync"] }[mode];
    expect([...occasions].sort()).toEqual([...common, ...late].sort());
  });
});

/** Where the log knows what it wrote since its last sync; opening and recovering it can not know. */
const KNOWING = /^syncData of a segment in (append|batch|checkpoint|sync|close)$|in truncate$/;

test.each(MODES)("no operation of mode %s syncs what is durable already", (mode) => {
  const sites = audits.get(mode)?.sites.filter(({ site }) => KNOWING.test(site)) ?? [];
  expect(sites.length).toBeGreaterThanOrEqual(3);
  expect(sites.filter(({ idleCalls }) => idleCalls > 0)).toEqual([]);
});

test("in mode batch the syncs of a close and of the open behind it are not both superfluous", () => {
  const { sites, superfluous } = audits.get("batch") ?? { sites: [], superfluous: [] };
  const close = sites.find(({ site }) => site === "syncData of a segment in reopen");
  expect(close?.finding).toMatchObject({
    kind: "redundant",
    with: expect.arrayContaining(["sync of a segment in reopen"]),
  });
  expect(superfluous).toContain("syncData of a segment in reopen");
  expect(superfluous).not.toContain("sync of a segment in reopen");
});

async function windows(): Promise<readonly ModeWindow[]> {
  const rows: ModeWindow[] = [];
  for (const [workload, recorded] of Object.entries(RISK_WORKLOADS)) {
    for (const mode of MODES) {
      const window = await windowOf(await recordOperations(mode, recorded));
      rows.push({ mode, workload, allowed: allowedText(mode), window });
    }
  }
  return rows;
}

function allowedText(mode: SyncMode): string {
  const { power } = walPromise(mode, { batchSyncCount: BATCH_SYNC_COUNT });
  return typeof power === "object" && "records" in power
    ? String(power.records)
    : "all since the last barrier";
}

test("docs/fsync-audit.md says what these audits found", async () => {
  const page = auditPage({ audits, spare: SPARE_SYNCS, windows: await windows() });
  await expect(page).toMatchFileSnapshot(PAGE);
});
