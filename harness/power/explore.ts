// The exploration: every disk that a power cut may leave is recovered once and judged wherever it is legal.
//
//  1. The crash space gives the states of the trace under the profile, in the order of crash points.
//  2. A state that is new is recovered on a disk of its own; equal states are recovered once.
//  3. What was found is judged at every moment at which the state is legal: an acknowledgement may
//     come later than the state, and ask for more.
//  4. A seeded few are recovered twice and written on, and a few have their recovery crashed.
// It ends with the first violation, or when the budget of states is used.

import { formatCrashChoice } from "../disk/crash-choice.ts";
import { CrashSpace, type CrashVisit } from "../disk/crash-space.ts";
import { powerText } from "../faults/power.ts";
import type { Judgement } from "../guarantees/judge.ts";
import type { HistoryEvent } from "../history/history.ts";
import { type RandomStream, stream } from "../seed.ts";
import type { StoragePort } from "../storage-port.ts";
import type { CrashChoiceRecord } from "../trial-record.ts";
import type { Workload } from "../workload.ts";
import { CrashCoverage } from "./crash-coverage.ts";
import { type CrashMoment, CrashMoments } from "./crash-moments.ts";
import {
  addCounts,
  type Exploration,
  NO_STATES,
  type PowerViolation,
  type StateCounts,
} from "./exploration.ts";
import type { ExploreRequest } from "./explore-request.ts";
import { type Finding, FindingReader } from "./finding.ts";
import { FOLLOW_UP, followUp } from "./follow-up.ts";
import { LegalRuns } from "./legal-run.ts";
import { LogCatalogue, withLife } from "./log-catalogue.ts";
import { nestedRequest } from "./nested-crash.ts";
import { recoverOn } from "./recorded-store.ts";
import { SeenStates } from "./seen-states.ts";
import { StopWatch } from "./stop-watch.ts";
import { VerdictBook } from "./verdict-book.ts";

/** One in so many states is recovered twice and written on. */
const FOLLOW_UP_EVERY = 16;
/** One in so many states has its recovery crashed, as long as there is a budget for it. */
const NESTED_EVERY = 32;

/** Explores a trace. @throws DiskError where the trace is none. */
export async function explore(request: ExploreRequest): Promise<Exploration> {
  return new Explorer(request).run();
}

class Explorer {
  readonly #request: ExploreRequest;
  readonly #space: CrashSpace;
  readonly #workload: Workload;
  readonly #operation: number;
  readonly #moments: CrashMoments;
  readonly #catalogue: LogCatalogue;
  readonly #reader: FindingReader;
  readonly #book: VerdictBook;
  readonly #coverage: CrashCoverage;
  readonly #random: RandomStream;
  readonly #seen = new SeenStates();
  readonly #watch: StopWatch;
  readonly #states = { distinct: 0, visited: 0, judged: 0 };
  #nested: StateCounts = NO_STATES;
  #nestedCount = 0;
  #violation: PowerViolation | undefined;
  #problem: string | undefined;
  #notApplicable: readonly string[] = [];

  constructor(request: ExploreRequest) {
    const { trace, profile, prior, promise, seed } = request;
    this.#request = request;
    const { workload, operation } = withLife(request.workload, FOLLOW_UP);
    this.#workload = workload;
    this.#operation = operation;
    this.#space = new CrashSpace(trace, profile);
    this.#moments = new CrashMoments({ workload, prior, trace, fault: powerText(profile.name) });
    const marks = trace.events.flatMap((event) => (event.kind === "mark" ? [event.happened] : []));
    this.#catalogue = new LogCatalogue(workload, [...prior, ...marks]);
    this.#reader = new FindingReader(this.#catalogue, promise.lsns);
    const legal = new LegalRuns(this.#moments, this.#catalogue, promise);
    const moments = this.#moments;
    this.#book = new VerdictBook({ moments, legal, promise, random: stream(seed, "cross-check") });
    const operations = workload.lives.flat();
    this.#coverage = new CrashCoverage({ moments, operations, trace, promise, legal });
    this.#random = stream(seed, "follow-up");
    this.#watch = new StopWatch(request.clock);
  }

  async run(): Promise<Exploration> {
    const { seed, limits, trace } = this.#request;
    const from = this.#moments.firstEvent;
    const { statesMax, exhaustiveMax } = limits;
    if (from < trace.events.length) {
      const visits = this.#space.visit({ seed, statesMax, exhaustiveMax, from });
      for (const visit of visits) {
        this.#watch.lap("produceMs");
        await this.#take(visit);
        if (this.#violation !== undefined || this.#problem !== undefined) break;
      }
    }
    return this.#exploration(from);
  }

  #exploration(from: number): Exploration {
    const { events } = this.#request.trace;
    let legal = 0n;
    for (let at = from; at < events.length; at += 1) legal += this.#space.legalAt(at);
    const problem = this.#problem ?? this.#book.problem;
    return {
      states: { ...this.#states, legal },
      nested: this.#nested,
      losses: this.#coverage.losses(),
      notApplicable: this.#notApplicable,
      spent: this.#watch.spent,
      ...(this.#violation === undefined ? {} : { violation: this.#violation }),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  async #take(visit: CrashVisit): Promise<void> {
    this.#states.visited += 1;
    const known = this.#seen.get(visit.key);
    const finding = known ?? (await this.#recover(visit));
    this.#seen.keep(visit, finding);
    this.#judge(visit, finding);
    this.#watch.lap("judgeMs");
  }

  async #recover(visit: CrashVisit): Promise<Finding> {
    this.#states.distinct += 1;
    const disk = visit.disk();
    const finding = await this.#reader.read(() => recoverOn(this.#request.store, disk));
    this.#watch.lap("recoverMs");
    if (this.#random.below(FOLLOW_UP_EVERY) === 0) await this.#follow(visit, disk, finding);
    const isNested = this.#mayNest() && this.#random.below(NESTED_EVERY) === 0;
    // A refusal is a violation by itself, which a crash inside of it would only hide.
    if (isNested && finding.found) await this.#nest(visit);
    return finding;
  }

  #judge(visit: CrashVisit, finding: Finding): void {
    const first = this.#moments.at(visit.first)?.number ?? 0;
    const last = this.#moments.at(visit.last)?.number ?? -1;
    for (let number = first; number <= last; number += 1) {
      const moment = this.#moments.list[number];
      if (moment === undefined) break;
      this.#states.judged += 1;
      const verdict = this.#book.judge(finding, moment);
      if (verdict.kind === "held") {
        this.#coverage.lose(moment, verdict.lost);
      } else {
        const after = [this.#book.recovered(finding, moment)];
        this.#convict(visit, { moment, after, judgement: verdict.judgement });
        break;
      }
    }
    this.#coverage.cover(visit.first, visit.last);
  }

  async #follow(visit: CrashVisit, disk: StoragePort, first: Finding): Promise<void> {
    const moment = this.#moments.at(visit.last);
    if (moment === undefined) return;
    const crashedLife = this.#moments.eventsThrough(moment).at(-1)?.life ?? 0;
    const followed = await followUp({
      store: this.#request.store,
      disk,
      reader: this.#reader,
      catalogue: this.#catalogue,
      workload: this.#workload,
      crashedLife,
      operation: this.#operation,
      first,
      highestLsn: moment.highestLsn,
    });
    if (followed.ordinary) return;
    const after = [this.#book.recovered(first, moment), ...followed.events()];
    const judgement = this.#book.judgeEvents(moment, after);
    if (judgement.verdict !== "held") this.#convict(visit, { moment, after, judgement });
  }

  #mayNest(): boolean {
    const { depth, nestedMax } = this.#request.limits;
    return depth > 0 && this.#nestedCount < nestedMax && this.#violation === undefined;
  }

  /** Judged at the last moment at which the state is legal: no other asks for more. */
  async #nest(visit: CrashVisit): Promise<void> {
    const moment = this.#moments.at(visit.last);
    if (moment === undefined) return;
    this.#nestedCount += 1;
    const prior = this.#moments.eventsThrough(moment);
    const request = await nestedRequest({ ...this.#request, visit, prior, reader: this.#reader });
    const inner = await explore(request);
    this.#nested = addCounts(this.#nested, addCounts(inner.states, inner.nested));
    this.#coverage.coverRecoveries(inner.losses.crashPoints);
    this.#problem ??= inner.problem;
    if (inner.violation !== undefined) {
      const { violation } = inner;
      this.#violation ??= { ...violation, outer: [this.#step(visit, moment), ...violation.outer] };
    }
  }

  #convict(visit: CrashVisit, { moment, after, judgement }: Conviction): void {
    this.#notApplicable = judgement.notApplicable;
    if (judgement.verdict === "inconclusive") {
      this.#problem ??= judgement.problem ?? "a state could not be judged";
      return;
    }
    this.#violation ??= {
      trace: this.#request.trace,
      step: this.#step(visit, moment),
      outer: [],
      events: this.#moments.history(moment, after).events,
      violations: judgement.violations,
    };
  }

  #step(visit: CrashVisit, moment: CrashMoment): CrashChoiceRecord {
    const at = Math.min(visit.last, Math.max(visit.first, moment.first));
    return { at, choice: formatCrashChoice(visit.choice()) };
  }
}

interface Conviction {
  readonly moment: CrashMoment;
  readonly after: readonly HistoryEvent[];
  readonly judgement: Judgement;
}
