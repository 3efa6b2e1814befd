// Audits joined: the strongest finding counts, and superfluous is what no run needs.
import { expect, test } from "vitest";
import { profiles } from "../disk/profile.ts";
import { type TinyAppend, tinyRun, writeFile } from "./fixtures/tiny-store.ts";
import type { AuditSubject, FsyncAudit, SyncFinding } from "./fsync-audit.ts";
import { auditRuns, joinAudits } from "./joined-audit.ts";
import { spaceStates } from "./space-source.ts";
import { numberedRole } from "./sync-site.ts";

const BEARING: SyncFinding = {
  kind: "load-bearing",
  without: {
    at: 3,
    choice: "newest",
    violation: { guarantee: "nothing-lost", life: 0, message: "gone", operations: [0] },
  },
};
const IDLE: SyncFinding = { kind: "nothing-to-sync" };
const OPEN: SyncFinding = { kind: "no-breaking-state" };

const coveredBy = (site: string): SyncFinding => ({ kind: "redundant", with: [site] });

function audit(findings: { readonly [site: string]: SyncFinding }): FsyncAudit {
  const sites = Object.entries(findings).map(([site, finding]) => ({
    site,
    calls: 2,
    idleCalls: finding.kind === "nothing-to-sync" ? 2 : 1,
    finding,
  }));
  const spare = sites.filter(({ finding }) => finding.kind !== "load-bearing");
  return { sites, superfluous: spare.map(({ site }) => site) };
}

test("one run that needs a sync outweighs all that do not", () => {
  const { sites, superfluous } = joinAudits([audit({ a: IDLE }), audit({ a: BEARING })]);
  expect(sites).toEqual([{ site: "a", calls: 4, idleCalls: 3, finding: BEARING }]);
  expect(superfluous).toEqual([]);
});

test("a sync that no run needs is superfluous, also where some runs never call it", () => {
  const { sites, superfluous } = joinAudits([audit({ a: IDLE }), audit({ a: OPEN, b: IDLE })]);
  expect(sites.map(({ finding }) => finding.kind)).toEqual([
    "no-breaking-state",
    "nothing-to-sync",
  ]);
  expect(superfluous).toEqual(["a", "b"]);
});

test("a sync that one run can not spare together with the others is not superfluous", () => {
  const kept = { ...audit({ a: OPEN, b: OPEN }), superfluous: ["a"] };
  expect(joinAudits([audit({ a: OPEN, b: OPEN }), kept]).superfluous).toEqual(["a"]);
});

test("what covers a redundant sync is gathered from all runs", () => {
  const { sites } = joinAudits([audit({ a: coveredBy("b") }), audit({ a: coveredBy("c") })]);
  expect(sites[0]?.finding).toEqual({ kind: "redundant", with: ["b", "c"] });
});

function run(appends: readonly TinyAppend[]): AuditSubject {
  const visit = spaceStates(profiles.posix, { seed: 1, statesMax: 1000, exhaustiveMax: 64 });
  return { ...tinyRun(appends), visit, roleOf: numberedRole };
}

test("runs are audited one after another, and what one needs is not tried again", async () => {
  const once = run([writeFile("a", "sync", "name")]);
  const twice = run([writeFile("a", "sync", "name", "sync")]);
  const audited = await auditRuns([twice, once, twice]);
  const sites = "sites" in audited ? audited.sites : [];
  expect(sites.map(({ site, calls, finding }) => [site, calls, finding.kind])).toEqual([
    ["syncData of a in append", 2, "load-bearing"],
    ["syncDirectory of s in append", 1, "load-bearing"],
  ]);
});

test("a run that breaks a promise as it is ends the audit", async () => {
  const audited = await auditRuns([run([writeFile("a", "sync", "name")]), run([writeFile("a")])]);
  expect(audited).toMatchObject({ broken: { violation: { guarantee: "nothing-lost" } } });
});
