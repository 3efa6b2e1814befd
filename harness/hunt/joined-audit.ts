// The audits of many runs as one: a sync that bears nothing in one run may bear all in the next.
import {
  type AuditedSite,
  type AuditSubject,
  auditSyncs,
  type FsyncAudit,
  type NotAudited,
  type SyncFinding,
} from "./fsync-audit.ts";

/** The strongest first: what one run shows about a site counts, whatever the others do not show. */
const STRENGTH: readonly SyncFinding["kind"][] = [
  "load-bearing",
  "no-breaking-state",
  "redundant",
  "nothing-to-sync",
];

/** Audits run after run; what one has shown to be load-bearing the next does not try again. */
export async function auditRuns(
  runs: readonly Omit<AuditSubject, "bearing">[],
): Promise<FsyncAudit | NotAudited> {
  const audits: FsyncAudit[] = [];
  const bearing = new Set<string>();
  for (const run of runs) {
    const audited = await auditSyncs({ ...run, bearing });
    if ("broken" in audited) {
      return audited;
    }
    audits.push(audited);
    for (const { site, finding } of audited.sites) {
      if (finding.kind === "load-bearing") bearing.add(site);
    }
  }
  return joinAudits(audits);
}

/**
 * A site is load-bearing where it is so in any run, and superfluous where it is in the removable set
 * of every run that has it: a run from which more was removed and that still holds, holds with less.
 */
export function joinAudits(audits: readonly FsyncAudit[]): FsyncAudit {
  const sites = new Map<string, AuditedSite>();
  for (const audited of audits.flatMap((audit) => audit.sites)) {
    const known = sites.get(audited.site);
    sites.set(audited.site, known === undefined ? audited : joinSites(known, audited));
  }
  const superfluous = [...sites.keys()].filter((site) =>
    audits.every((audit) => {
      const called = audit.sites.some((each) => each.site === site);
      return !called || audit.superfluous.includes(site);
    }),
  );
  return { sites: [...sites.values()], superfluous };
}

function joinSites(one: AuditedSite, other: AuditedSite): AuditedSite {
  return {
    site: one.site,
    calls: one.calls + other.calls,
    idleCalls: one.idleCalls + other.idleCalls,
    finding: joinFindings(one.finding, other.finding),
  };
}

function joinFindings(one: SyncFinding, other: SyncFinding): SyncFinding {
  if (one.kind === "redundant" && other.kind === "redundant") {
    return { kind: "redundant", with: [...new Set([...one.with, ...other.with])] };
  }
  return STRENGTH.indexOf(other.kind) < STRENGTH.indexOf(one.kind) ? other : one;
}
