// Which single runs of the log a recovery may find at one moment: what the oracle says, once, as numbers.
import type { StorePromise } from "../guarantees/guarantee.ts";
import { judgeHistory } from "../guarantees/judge.ts";
import { mostRecords, undoesRecovery } from "../history/allowance.ts";
import type { Expected } from "../history/expectation.ts";
import { readHistory } from "../history/oracle.ts";
import type { CrashMoment, CrashMoments } from "./crash-moments.ts";
import type { Finding } from "./finding.ts";
import type { LogCatalogue } from "./log-catalogue.ts";

/**
 * What a legal finding lost of the last life's acknowledged records: the crash that is judged took them.
 * Of all lives where a recovery is no barrier.
 */
export interface LegalFinding {
  readonly lost: number;
}

/**
 * The runs that break no promise at a moment. It knows the ordinary cases and no others: what it
 * does not call legal is for the full judge to say. Of overlapping operations those are the ordinary
 * cases that were written in the order in which they were asked for.
 */
export class LegalRun {
  /** Acknowledged records that the crash puts at risk: of the last life, or of all that it reaches. */
  readonly atRisk: number;
  /** Acknowledged records in the log by now. */
  readonly acknowledged: number;
  readonly #positions: Int32Array;
  readonly #expected: readonly Expected[];
  readonly #batchesAtomic: boolean;
  /** How many records at the beginning a requested truncation lets be missing. */
  readonly #truncated: number;
  /** Behind the last record that must be found. */
  readonly #mustEnd: number;
  readonly #whole: boolean;
  /** False where every finding is the full judge's. */
  readonly #isQuick: boolean;
  /** Acknowledged records that the crash may take together. */
  readonly #lostMax: number;
  /** Acknowledged records that count as lost where they are missing, before each position. */
  readonly #acknowledgedBefore: Int32Array;

  constructor(expected: readonly Expected[], catalogue: LogCatalogue, rules: Rules) {
    const { promise, whole, life, overlaps, quick } = rules;
    // A power cut that reaches back behind the store's opening takes from all lives.
    const reachesBack = undoesRecovery(promise, "power");
    const isOwn = ({ record, missedBefore }: Expected): boolean =>
      record.outcome === "acknowledged" &&
      (reachesBack ? missedBefore !== true : record.life === life);
    this.#expected = expected;
    this.#batchesAtomic = promise.batchesAtomic;
    this.#whole = whole;
    this.#isQuick = quick;
    // One operation after the other, each record says for itself whether it must be there.
    this.#lostMax = overlaps && !reachesBack ? mostRecords(promise.power) : Infinity;
    this.#positions = new Int32Array(catalogue.size).fill(-1);
    this.#acknowledgedBefore = new Int32Array(expected.length + 1);
    let mustEnd = 0;
    for (const [position, each] of expected.entries()) {
      const { record, standing } = each;
      this.#positions[catalogue.indexOf(record.operation, record.item) ?? 0] = position;
      if (standing.kind === "must") mustEnd = position + 1;
      const counted = isOwn(each) ? 1 : 0;
      this.#acknowledgedBefore[position + 1] = this.#acknowledgedUpTo(position) + counted;
    }
    this.#mustEnd = mustEnd;
    const firstKept = expected.findIndex(({ truncated }) => !truncated);
    this.#truncated = firstKept < 0 ? expected.length : firstKept;
    this.acknowledged = expected.filter(({ record }) => record.outcome === "acknowledged").length;
    const atRisk = expected.filter((each) => isOwn(each) && each.standing.kind === "may").length;
    this.atRisk = Math.min(atRisk, this.#lostMax);
  }

  /** Undefined where the finding is not one of the ordinary legal ones. */
  judge({ runs }: Finding): LegalFinding | undefined {
    if (runs === undefined || !this.#isQuick) return undefined;
    const [head] = runs;
    const legal = head === undefined ? this.#judgeEmpty() : this.#judgeRuns(runs, head.first);
    return legal === undefined || legal.lost > this.#lostMax ? undefined : legal;
  }

  #judgeEmpty(): LegalFinding | undefined {
    const { length } = this.#expected;
    if (this.#mustEnd > this.#truncated || (this.#whole && length > 0)) return undefined;
    return { lost: this.#ownBehind(this.#truncated) };
  }

  #judgeRuns(runs: NonNullable<Finding["runs"]>, head: number): LegalFinding | undefined {
    const start = this.#positions[head] ?? -1;
    let end = start;
    for (const { first, last } of runs) {
      const from = this.#positions[first] ?? -1;
      const to = this.#positions[last] ?? -1;
      if (from < 0 || from !== end || to - from !== last - first) return undefined;
      end = to + 1;
    }
    if (start < 0 || start > this.#truncated || end < this.#mustEnd) return undefined;
    if (this.#whole && (start > 0 || end < this.#expected.length)) return undefined;
    return this.#cutsBatch(end) ? undefined : { lost: this.#ownBehind(end) };
  }

  #cutsBatch(end: number): boolean {
    const before = this.#expected[end - 1]?.record;
    const behind = this.#expected[end]?.record;
    return this.#batchesAtomic && before !== undefined && before.operation === behind?.operation;
  }

  #ownBehind(position: number): number {
    return this.#acknowledgedUpTo(this.#expected.length) - this.#acknowledgedUpTo(position);
  }

  #acknowledgedUpTo(position: number): number {
    return this.#acknowledgedBefore[position] ?? 0;
  }
}

interface Rules {
  readonly promise: StorePromise;
  /** The last life that began: it is its crash that is judged. */
  readonly life: number;
  /** A recovery was reported and nothing was written since: all of it, and nothing else. */
  readonly whole: boolean;
  /** Operations may have been in flight together. */
  readonly overlaps: boolean;
  /** The order in which records were asked for is that of the log, as far as their LSNs tell. */
  readonly quick: boolean;
}

/** Moments whose runs are kept; crash states come in the order of their crash points. */
const KEPT_LIMIT = 512;

/** The legal runs of each moment, worked out when they are asked for. */
export class LegalRuns {
  readonly #moments: CrashMoments;
  readonly #catalogue: LogCatalogue;
  readonly #promise: StorePromise;
  readonly #kept = new Map<number, LegalRun | undefined>();
  /** By how many recoveries were reported: whether one of them broke a promise. */
  readonly #brokenBehind = new Map<number, boolean>();

  constructor(moments: CrashMoments, catalogue: LogCatalogue, promise: StorePromise) {
    this.#moments = moments;
    this.#catalogue = catalogue;
    this.#promise = promise;
  }

  /** Undefined where the moment's history is not an ordinary one. */
  at(moment: CrashMoment): LegalRun | undefined {
    if (this.#kept.has(moment.number)) return this.#kept.get(moment.number);
    if (this.#kept.size >= KEPT_LIMIT) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    const made = this.#make(moment);
    this.#kept.set(moment.number, made);
    return made;
  }

  /** Judged once behind each recovery that was reported: nothing else breaks a promise before the crash. */
  #isBrokenBefore(moment: CrashMoment): boolean {
    const history = this.#moments.history(moment, []);
    const reports = history.events.filter(({ kind }) => kind === "recovered").length;
    const known = reports === 0 ? false : this.#brokenBehind.get(reports);
    if (known !== undefined) return known;
    const { violations } = judgeHistory(history, this.#promise);
    this.#brokenBehind.set(reports, violations.length > 0);
    return violations.length > 0;
  }

  #make(moment: CrashMoment): LegalRun | undefined {
    const promise = this.#promise;
    const lsnsHold = !promise.lsns || this.#catalogue.lsnsGrow;
    const overlaps = this.#moments.overlap;
    // Overlapping operations may have LSNs in any order: what is at risk is told all the same.
    if (moment.refused || !promise.ordered || !(lsnsHold || overlaps)) return undefined;
    // What a recovery that finds nothing is held against says what every recovery is held against.
    const life = this.#moments.eventsThrough(moment).at(-1)?.life ?? 0;
    const nothing = { kind: "recovered", life, outcome: { kind: "found", records: [] } } as const;
    const history = this.#moments.history(moment, [nothing]);
    const { reports, losses, problem } = readHistory(history, promise);
    const expected = reports.at(-1)?.expected;
    if (expected === undefined || problem !== undefined) return undefined;
    // What an earlier recovery broke is the full judge's to say, whatever this one finds.
    if (this.#isBrokenBefore(moment)) return undefined;
    const last = losses.at(-1)?.life ?? life;
    return new LegalRun(expected, this.#catalogue, {
      promise,
      life: last,
      whole: moment.reported && !undoesRecovery(promise, "power"),
      overlaps,
      // The expectation of overlapping operations leaves nameless records out.
      quick: lsnsHold && (!overlaps || this.#catalogue.allNamed),
    });
  }
}
