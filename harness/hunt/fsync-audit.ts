// The fsync audit: which of a store's syncs its promises rest on, by taking them out of a trace.
import { formatCrashChoice } from "../disk/crash-choice.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { Violation } from "../guarantees/guarantee.ts";
import { type Conviction, type CrashCase, findConviction, type VisitStates } from "./crash-case.ts";
import { withoutOperations } from "./edited-trace.ts";
import { bindingSyncs, coveringSites } from "./sync-coverage.ts";
import { type FileRole, type SyncSite, syncSites } from "./sync-site.ts";

/** What a site's syncs are for. */
export type SyncFinding =
  /** Without them a disk may be left that breaks a promise. */
  | { readonly kind: "load-bearing"; readonly without: BrokenWithout }
  /** All that they bind is bound by these sites before the next promise, and nothing breaks. */
  | { readonly kind: "redundant"; readonly with: readonly string[] }
  /** Whenever they were called, all was durable already. */
  | { readonly kind: "nothing-to-sync" }
  /** Something is left open without them; among the states visited none breaks a promise. */
  | { readonly kind: "no-breaking-state" };

/** What breaks where a site's syncs are missing. */
interface BrokenWithout {
  /** The power fails right after this event: of the trace as it was, by its number. */
  readonly at: number;
  /** What was kept, in the numbers of the trace without those syncs. */
  readonly choice: string;
  readonly violation: Violation;
}

/** One site with its finding. */
export interface AuditedSite {
  readonly site: string;
  /** Calls in the trace. */
  readonly calls: number;
  /** Calls that found everything durable. */
  readonly idleCalls: number;
  readonly finding: SyncFinding;
}

/** What the audit of one trace came to. */
export interface FsyncAudit {
  /** In the order of their first calls. */
  readonly sites: readonly AuditedSite[];
  /** Sites that, all of them removed together, left no breaking state among those visited. */
  readonly superfluous: readonly string[];
}

/** What an audit looks at. */
export interface AuditSubject {
  readonly crashCase: CrashCase;
  readonly trace: DiskTrace;
  readonly visit: VisitStates;
  readonly roleOf: FileRole;
  /** Sites that are load-bearing in another run: they are passed over, and never removed. */
  readonly bearing?: ReadonlySet<string>;
}

/** A trace that breaks a promise with all its syncs in place: an audit of it would say nothing. */
export interface NotAudited {
  readonly broken: Conviction;
}

/** Takes the syncs of each site out, and of sets of sites, and looks for states that break. */
export async function auditSyncs(subject: AuditSubject): Promise<FsyncAudit | NotAudited> {
  const broken = await convictionWithout(subject, []);
  if (broken !== undefined) {
    return { broken };
  }
  const { trace, crashCase, roleOf, bearing = new Set() } = subject;
  const sites = syncSites(trace, crashCase.workload, roleOf);
  const untold = sites.filter(({ text }) => !bearing.has(text));
  const binding = bindingSyncs(trace, crashCase.profile);
  const audited: AuditedSite[] = [];
  for (const site of untold) {
    const idleCalls = site.starts.filter((start) => !binding.has(start)).length;
    const idle = idleCalls === site.starts.length;
    const finding: SyncFinding = idle
      ? { kind: "nothing-to-sync" }
      : await findingOf(subject, site, sites);
    audited.push({ site: site.text, calls: site.starts.length, idleCalls, finding });
  }
  const spare = new Set(
    audited.filter(({ finding }) => finding.kind !== "load-bearing").map(({ site }) => site),
  );
  const candidates = sites.filter(({ text }) => spare.has(text));
  const superfluous = await removableTogether(subject, candidates);
  return { sites: audited, superfluous: superfluous.map(({ text }) => text) };
}

async function findingOf(
  subject: AuditSubject,
  site: SyncSite,
  sites: readonly SyncSite[],
): Promise<SyncFinding> {
  const edited = withoutOperations(subject.trace, new Set(site.starts));
  const conviction = await findConviction(subject.crashCase, edited.trace, subject.visit);
  if (conviction !== undefined) {
    const { at, choice, violation } = conviction;
    const original = edited.original[at] ?? at;
    const without = { at: original, choice: formatCrashChoice(choice), violation };
    return { kind: "load-bearing", without };
  }
  const covering = coveringSites(
    { trace: subject.trace, profile: subject.crashCase.profile },
    site,
    sites,
  );
  return covering === undefined
    ? { kind: "no-breaking-state" }
    : { kind: "redundant", with: covering };
}

/** All of them where that breaks nothing, else as many as can go one after another. */
async function removableTogether(
  subject: AuditSubject,
  candidates: readonly SyncSite[],
): Promise<readonly SyncSite[]> {
  if (candidates.length < 2 || (await convictionWithout(subject, candidates)) === undefined) {
    return candidates;
  }
  let removed: readonly SyncSite[] = [];
  for (const candidate of candidates) {
    const more = [...removed, candidate];
    if ((await convictionWithout(subject, more)) === undefined) {
      removed = more;
    }
  }
  return removed;
}

async function convictionWithout(
  { crashCase, trace, visit }: AuditSubject,
  sites: readonly SyncSite[],
): Promise<Conviction | undefined> {
  const starts = new Set(sites.flatMap((site) => site.starts));
  return findConviction(crashCase, withoutOperations(trace, starts).trace, visit);
}
