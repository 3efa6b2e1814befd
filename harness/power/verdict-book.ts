// Verdicts on findings: quick where one run says all, else by the full judge, remembered.
import type { StorePromise } from "../guarantees/guarantee.ts";
import { type Judgement, judgeHistory } from "../guarantees/judge.ts";
import type { HistoryEvent } from "../history/history.ts";
import { readHistory } from "../history/oracle.ts";
import type { RandomStream } from "../seed.ts";
import type { CrashMoment, CrashMoments } from "./crash-moments.ts";
import type { Finding } from "./finding.ts";
import type { LegalRuns } from "./legal-run.ts";

/** What a finding comes to at one moment. */
export type PointVerdict =
  | { readonly kind: "held"; readonly lost: number }
  | { readonly kind: "broken"; readonly judgement: Judgement };

/** One in so many quick verdicts is judged in full as well. */
const CROSS_CHECK_EVERY = 256;
/** Full verdicts that are remembered. */
const REMEMBERED_LIMIT = 20_000;

/** Judges the findings of one trace. */
export class VerdictBook {
  readonly #moments: CrashMoments;
  readonly #legal: LegalRuns;
  readonly #promise: StorePromise;
  readonly #random: RandomStream;
  readonly #remembered = new Map<string, PointVerdict>();
  /** Verdicts that the full judge gave. */
  judgedInFull = 0;
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

  /** The verdict on what a recovery found after a crash at this moment. */
  judge(finding: Finding, moment: CrashMoment): PointVerdict {
    const legal = this.#legal.at(moment)?.judge(finding);
    if (legal === undefined) return this.#judgeInFull(finding, moment);
    if (this.#random.below(CROSS_CHECK_EVERY) === 0) this.#crossCheck(finding, moment);
    return { kind: "held", lost: legal.lost };
  }

  /** The full judge's word on a crash at this moment and what came after it. */
  judgeEvents(moment: CrashMoment, after: readonly HistoryEvent[]): Judgement {
    this.judgedInFull += 1;
    return judgeHistory(this.#moments.history(moment, after), this.#promise);
  }

  /** The recovery of a crash at this moment, as an event. */
  recovered(finding: Finding, moment: CrashMoment): HistoryEvent {
    const life = this.#moments.eventsThrough(moment).at(-1)?.life ?? 0;
    return { kind: "recovered", life, outcome: finding.outcome() };
  }

  #judgeInFull(finding: Finding, moment: CrashMoment): PointVerdict {
    const key = `${moment.number} ${finding.text}`;
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    if (this.#remembered.size >= REMEMBERED_LIMIT) this.#remembered.clear();
    const after = [this.recovered(finding, moment)];
    const judgement = this.judgeEvents(moment, after);
    const verdict: PointVerdict =
      judgement.verdict === "held"
        ? { kind: "held", lost: this.#lost(moment, after) }
        : { kind: "broken", judgement };
    this.#remembered.set(key, verdict);
    return verdict;
  }

  /** Acknowledged records of the last life that are gone. */
  #lost(moment: CrashMoment, after: readonly HistoryEvent[]): number {
    const { losses } = readHistory(this.#moments.history(moment, after), this.#promise);
    return losses.at(-1)?.lost ?? 0;
  }

  #crossCheck(finding: Finding, moment: CrashMoment): void {
    const { verdict } = this.judgeEvents(moment, [this.recovered(finding, moment)]);
    if (verdict === "held") return;
    this.problem ??= `records ${finding.text} at crash point ${moment.first} were taken for legal, and the full judge says ${verdict}`;
  }
}
