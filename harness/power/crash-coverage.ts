// Which crash points of a trace were judged, in which stratum each lies, and what was lost there.
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { allowedRecords, slackOf } from "../history/allowance.ts";
import type { PowerLosses, Stratum } from "../trial-record.ts";
import type { Operation } from "../workload.ts";
import type { CrashMoment, CrashMoments } from "./crash-moments.ts";
import type { LegalRuns } from "./legal-run.ts";

/** Sums up the judged pairs of one trace. */
export class CrashCoverage {
  readonly #moments: CrashMoments;
  readonly #operations: readonly Operation[];
  readonly #namesChanging: readonly boolean[];
  /** By event: how many intervals begin there, less those that ended before. */
  readonly #changes: Int32Array;
  readonly #allowed: number | null;
  readonly #legal: LegalRuns;
  #lostMax = 0;
  #atRiskMax = 0;
  #acknowledgedMax = 0;
  #reached = 0;
  #recoveries = 0;
  readonly #atRisk: Uint8Array;

  constructor(parts: {
    readonly moments: CrashMoments;
    readonly operations: readonly Operation[];
    readonly trace: DiskTrace;
    readonly promise: StorePromise;
    readonly legal: LegalRuns;
  }) {
    this.#moments = parts.moments;
    this.#operations = parts.operations;
    this.#legal = parts.legal;
    this.#namesChanging = namesChanging(parts.trace);
    this.#changes = new Int32Array(parts.trace.events.length + 1);
    this.#atRisk = new Uint8Array(parts.moments.list.length);
    this.#allowed = allowedRecords(slackOf(parts.promise.power));
  }

  /** A state was judged at the crash points `first` through `last`. */
  cover(first: number, last: number): void {
    this.#changes[first] = (this.#changes[first] ?? 0) + 1;
    this.#changes[last + 1] = (this.#changes[last + 1] ?? 0) - 1;
  }

  /** At this moment a state lost so many acknowledged records. */
  lose(moment: CrashMoment, lost: number): void {
    if (lost > this.#lostMax) this.#lostMax = lost;
    // What a legal state lost was at risk, also at a moment whose legal runs are not known.
    if (lost > this.#atRiskMax) this.#atRiskMax = lost;
    if (lost > 0 && lost === this.#allowed) this.#reached += 1;
    if (this.#atRisk[moment.number] !== 0) return;
    const legal = this.#legal.at(moment);
    const atRisk = legal?.atRisk ?? 0;
    this.#atRisk[moment.number] = atRisk > 0 ? 2 : 1;
    this.#atRiskMax = Math.max(this.#atRiskMax, atRisk);
    this.#acknowledgedMax = Math.max(this.#acknowledgedMax, legal?.acknowledged ?? 0);
  }

  /** Crashes inside recoveries, which have traces of their own. */
  coverRecoveries(crashPoints: number): void {
    this.#recoveries += crashPoints;
  }

  losses(): PowerLosses {
    const strata: { [S in Stratum]?: number } =
      this.#recoveries === 0 ? {} : { recovery: this.#recoveries };
    const count = (stratum: Stratum): void => {
      strata[stratum] = (strata[stratum] ?? 0) + 1;
    };
    let crashPoints = this.#recoveries;
    let covering = 0;
    for (const [event, change] of this.#changes.entries()) {
      covering += change;
      const moment = covering > 0 ? this.#moments.at(event) : undefined;
      if (moment === undefined) continue;
      crashPoints += 1;
      for (const stratum of this.#strata(moment, event)) count(stratum);
    }
    return {
      crashPoints,
      strata,
      acknowledgedRecords: this.#acknowledgedMax,
      atRiskRecordsMax: this.#atRiskMax,
      lostRecordsMax: this.#lostMax,
      allowedRecords: this.#allowed,
      reachedAllowance: this.#reached,
    };
  }

  #strata({ point, number }: CrashMoment, event: number): Stratum[] {
    const strata: Stratum[] = this.#atRisk[number] === 2 ? ["at-risk"] : [];
    if (point.during !== "operation") return [...strata, point.during];
    const kind = this.#operations[point.operation]?.kind;
    if (kind !== undefined) strata.push(kind);
    return this.#namesChanging[event] === true ? [...strata, "rotation"] : strata;
  }
}

/** By event: from the first change of a name until its directory has been synced. */
function namesChanging(trace: DiskTrace): readonly boolean[] {
  let changing = false;
  return trace.events.map((event) => {
    const begun = event.kind === "start" ? event.operation.kind : undefined;
    if (begun === "create" || begun === "rename" || begun === "unlink" || begun === "mkdir") {
      changing = true;
    }
    const now = changing;
    if (event.kind === "end" && event.failed === undefined) {
      const start = trace.events[event.start];
      if (start?.kind === "start" && start.operation.kind === "fsync-directory") changing = false;
    }
    return now;
  });
}
