// Verdicts on findings: quick where one run says all, else by the full judge, remembered.
import type { StorePromise } from "../guarantees/guarantee.ts";
import { type Judgement, judgeHistory } from "../guarantees/judge.ts";
import { undoesRecovery } from "../history/allowance.ts";
import { isLoss } from "../history/expectation.ts";
import type { HistoryEvent } from "../history/history.ts";
import { readHistory } from "../history/oracle.ts";
import type { RandomStream } from "../seed.ts";
import type { CrashMoment, CrashMoments } from "./crash-moments.ts";
import type { Finding } from "./finding.ts";
import type { LegalRuns } from "./legal-run.ts";

/** What a finding comes to at one moment. */
export type PointVerdict =
  | { readonly kind: "held"; readonly lost: number }
  | { readonly kind: "broken"; readonly lost: number; readonly judgement: Judgement };

/** One in so many quick verdicts is judged in full as well. */
const CROSS_CHECK_EVERY = 128;
/** Verdicts that are remembered. */
const REMEMBERED_LIMIT = 1 << 18;

/** Where nothing is promised something may be broken, and yet the verdict is no worse. */
export function breaksNothing({ verdict, violations }: Judgement): boolean {
  return verdict !== "inconclusive" && violations.length === 0;
}

/** Judges the findings of one trace. */
export class VerdictBook {
  readonly #moments: CrashMoments;
  readonly #legal: LegalRuns;
  readonly #promise: StorePromise;
  readonly #random: RandomStream;
  /** By the finding's text, then by the moment's number. */
  readonly #rows = new Map<string, (PointVerdict | undefined)[]>();
  #last: { readonly text: string; readonly row: (PointVerdict | undefined)[] } | undefined;
  #remembered = 0;
  /** Our own error: the quick verdict and the full one differ. */
  problem: string | undefined;

  constructor(parts: {
    readonly moments: CrashMoments;
    readonly legal: LegalRuns;
    readonly promise: StorePromise;
    readonly random: RandomStream;
  }) {
    this.#moments = parts.moments;
    this.#legal = parts.legal;
    this.#promise = parts.promise;
    this.#random = parts.random;
  }

  /** The verdict on what a recovery found after a crash at this moment; many states come to one. */
  judge(finding: Finding, moment: CrashMoment): PointVerdict {
    const row = this.#row(finding);
    const known = row[moment.number];
    if (known !== undefined) return known;
    const verdict = this.#judgeQuickly(finding, moment) ?? this.#judgeInFull(finding, moment);
    row[moment.number] = verdict;
    this.#remembered += 1;
    return verdict;
  }

  #row({ text }: Finding): (PointVerdict | undefined)[] {
    if (this.#remembered >= REMEMBERED_LIMIT) {
      this.#rows.clear();
      this.#remembered = 0;
      this.#last = undefined;
    }
    // A state is judged at one moment after the other.
    if (this.#last?.text === text) return this.#last.row;
    const row = this.#rows.get(text) ?? [];
    this.#rows.set(text, row);
    this.#last = { text, row };
    return row;
  }

  #judgeQuickly(finding: Finding, moment: CrashMoment): PointVerdict | undefined {
    const legal = this.#legal.at(moment)?.judge(finding);
    if (legal === undefined) return undefined;
    if (this.#random.below(CROSS_CHECK_EVERY) === 0) this.#crossCheck(finding, moment);
    return { kind: "held", lost: legal.lost };
  }

  /** The full judge's word on a crash at this moment and what came after it. */
  judgeEvents(moment: CrashMoment, after: readonly HistoryEvent[]): Judgement {
    return judgeHistory(this.#moments.history(moment, after), this.#promise);
  }

  /** The recovery of a crash at this moment, as an event. */
  recovered(finding: Finding, moment: CrashMoment): HistoryEvent {
    const life = this.#moments.eventsThrough(moment).at(-1)?.life ?? 0;
    return { kind: "recovered", life, outcome: finding.outcome() };
  }

  #judgeInFull(finding: Finding, moment: CrashMoment): PointVerdict {
    const after = [this.recovered(finding, moment)];
    const judgement = this.judgeEvents(moment, after);
    const lost = this.#lost(finding, moment);
    return breaksNothing(judgement) ? { kind: "held", lost } : { kind: "broken", judgement, lost };
  }

  /** Acknowledged records that are gone: of the last life, or of all that the power cut reaches. */
  #lost(finding: Finding, moment: CrashMoment): number {
    if (!finding.found) return 0;
    const after = [this.recovered(finding, moment)];
    const { losses, reports } = readHistory(this.#moments.history(moment, after), this.#promise);
    if (!undoesRecovery(this.#promise, "power")) return losses.at(-1)?.lost ?? 0;
    return (reports.at(-1)?.expected ?? []).filter(isLoss).length;
  }

  #crossCheck(finding: Finding, moment: CrashMoment): void {
    const judgement = this.judgeEvents(moment, [this.recovered(finding, moment)]);
    if (breaksNothing(judgement)) return;
    const { verdict } = judgement;
    this.problem ??= `records ${finding.text} at crash point ${moment.first} were taken for legal, and the full judge says ${verdict}`;
  }
}
